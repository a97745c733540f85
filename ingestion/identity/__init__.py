"""Who is the same customer.

`resolve` finds the entities of any table by equal keys, likeness and a model that learns from the
table itself; `explain` gives the reasons of a pair and `doubtful` the pairs for a person.
`resolve_customers` is the nightly pass over the lake, by equal keys of hashed columns.
"""

from ingestion.identity.customers import CUSTOMERS_SCHEMA, resolve_customers
from ingestion.identity.keys import KEYS
from ingestion.identity.resolving import THRESHOLD, doubtful, explain, resolve

__all__ = [
    "CUSTOMERS_SCHEMA",
    "KEYS",
    "THRESHOLD",
    "doubtful",
    "explain",
    "resolve",
    "resolve_customers",
]
