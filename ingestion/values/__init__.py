"""Cell texts → values: each module one kind, pure functions over polars Series or expressions."""
