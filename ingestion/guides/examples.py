"""The example row of a template (記入例): what it says, and how it is kept out of the data.

An example that was left as it is is passed over, like a totals row. One whose number was left and
whose other cells were changed may be somebody's data: it goes back with the reason `example_row`.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ingestion.columns import Entity
from ingestion.guides.meanings import meaning_of
from ingestion.headers import Mapping
from ingestion.tables import PROBLEM_SCHEMA, Table

# Begins the number of an example row, and of no other.
MARK = "例-"


def example_of(entity: Entity) -> dict[str, str]:
    """Column → cell of an entity's example row; columns that are empty in it are left out."""
    cells = {column.name: meaning_of(entity, column).example for column in entity.columns}
    own = entity.own_id or ""
    return {
        name: MARK + cell if name == own else cell for name, cell in cells.items() if cell != ""
    }


def without_examples(table: Table, entity: Entity, mapping: Mapping) -> Table:
    """The table without its example rows: untouched ones are ignored, others are problems."""
    own = mapping.sources.get(entity.own_id or "", ())
    if not entity.uploadable or len(own) != 1:
        return table
    is_marked = table.rows[own[0]].str.strip_chars().str.starts_with(MARK)
    if not is_marked.any():
        return table
    is_untouched = table.rows.select(_says(table, example_of(entity), mapping)).to_series()
    changed = is_marked & ~is_untouched
    problems = pl.DataFrame(
        {
            "row_number": table.numbers.filter(changed),
            "column_name": entity.own_id,
            "value": table.rows[own[0]].filter(changed),
            "reason_code": "example_row",
        },
        schema=PROBLEM_SCHEMA,
    )
    return replace(
        table,
        rows=table.rows.filter(~is_marked),
        numbers=table.numbers.filter(~is_marked),
        problems=pl.concat([table.problems, problems]),
        ignored=table.ignored + int((is_marked & is_untouched).sum()),
    )


def _says(table: Table, example: dict[str, str], mapping: Mapping) -> pl.Expr:
    """Whether every cell of a row is the example's, and empty where the example has none."""
    expected = {names[0]: example.get(column, "") for column, names in mapping.sources.items()}
    return pl.all_horizontal(
        pl.col(name).str.strip_chars() == expected.get(name, "") for name in table.rows.columns
    )
