"""A file that may have been cut off within its last cell: nothing else tells of such a loss."""

from __future__ import annotations

import re

import polars as pl

from ingestion.tables import PROBLEM_SCHEMA

# From so many rows on the shortest cell of a column says something.
_MIN_ROWS = 8
_LINE_END = re.compile("\r\n|\n|\r")


def find_cut(text: str, rows: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    """A warning (`PROBLEM_SCHEMA`) for the last row, if it stands on the last line of a text and
    this has no line end, and its last cell is shorter than all others of the column.

    A line end that is only missing is the way of many programs, so that the row is kept.
    """
    nothing = pl.DataFrame(schema=PROBLEM_SCHEMA)
    is_closed = text.endswith(("\n", "\r"))
    if is_closed or rows.height <= _MIN_ROWS:
        return nothing
    last_line = len(_LINE_END.findall(text)) + 1
    if numbers[-1] != last_line:
        return nothing
    cells = rows.to_series(-1)
    cut, others = cells[-1], cells[:-1]
    if not (others.str.len_chars() > len(cut)).all():
        return nothing
    found = {
        "row_number": [last_line],
        "column_name": [cells.name],
        "value": [cut],
        "reason_code": ["no_final_line_end"],
    }
    return pl.DataFrame(found, schema=PROBLEM_SCHEMA)
