"""What is wrong in the rows of a table, and what stands around them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ingestion.header_words import identifier_headers
from ingestion.tables import MAX_SHOWN, PROBLEM_SCHEMA, fold
from ingestion.units import AMOUNT
from ingestion.xlsx.layout import Layout
from ingestion.xlsx.page import Page

_MERGE = ("first_row", "first_column", "last_row", "last_column")
# Faults of what is seen, not of what is stored.
_SEEN = ("struck_through", "raised_text", "control_character")
_NO_PROBLEMS = pl.DataFrame(schema=PROBLEM_SCHEMA)
_NO_FAULTS = pl.DataFrame(
    schema={"row": pl.UInt32, "col": pl.UInt32, "value": pl.String, "reason_code": pl.String}
)


def faults_of(
    page: Page, layout: Layout, kept: pl.DataFrame, aliens: Sequence[int] = ()
) -> pl.DataFrame:
    """row, col, value and reason_code of cells that cannot be read, by row and column.

    Of `aliens`, rows that are no records, the first cell stands for the row.
    """
    merged = any(merge.last_row > layout.head.last for merge in page.merges)
    body = layout.body
    is_mangled = pl.col("is_typed") & pl.col("col").is_in(_identifiers(layout))
    sound = body["fault"].null_count() == body.height and not body["is_error"].any()
    if sound and not merged and not aliens and not body.select(is_mangled.any()).item():
        return _NO_FAULTS
    error = pl.when("is_error").then(pl.lit("cell_error"))
    mangled = pl.when(is_mangled).then(pl.lit("mangled_identifier"))
    code = pl.coalesce("fault", error, mangled)
    is_shown = is_mangled | pl.col("fault").is_in(_SEEN)
    value = pl.when(is_shown).then("text").otherwise("raw")
    cells = body.select("row", "col", value=value, reason_code=code)
    cells = cells.filter(pl.col("reason_code").is_not_null())
    odd = body.filter(pl.col("row").is_in(list(aliens))).unique("row", keep="first")
    strange = odd.select("row", "col", value="text", reason_code=pl.lit("alien_row"))
    return (
        pl.concat([strange, cells, _covered(page, layout)])
        .join(kept, on="row", how="semi")
        .sort("row", "col", maintain_order=True)
    )


def _identifiers(layout: Layout) -> list[int]:
    """Columns whose header names an identifier."""
    names = layout.head.names
    return [each for each in layout.columns if fold(names.get(each, "")) in identifier_headers()]


def labelled(faults: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Faults as problems: with the number of their row and the name of their column."""
    if faults.is_empty():
        return problems_of([])
    return faults.sort("row", "col").select(
        pl.col("row").cast(pl.Int64).alias("row_number"),
        pl.col("col").cast(pl.String).replace(layout.labels).alias("column_name"),
        pl.col("value").str.slice(0, MAX_SHOWN),
        "reason_code",
    )


def _covered(page: Page, layout: Layout) -> pl.DataFrame:
    """Cells of rows that a merged one covers: only its first cell has the value. An amount over
    several rows is of all of them together: its first row has no amount either.

    Columns without a header do not count: there, cells are merged like their header.
    """
    named = [column for column in layout.columns if layout.head.names.get(column)]
    below = [merge for merge in page.merges if merge.last_row > layout.head.last]
    amounts = [each for each in named if AMOUNT.search(fold(layout.head.names[each]))]
    last = layout.body["row"].max() or 0
    return (
        pl.DataFrame(below, schema=dict.fromkeys(_MERGE, pl.Int64), orient="row")
        .with_columns(
            row=pl.int_ranges(
                pl.max_horizontal("first_row", pl.lit(layout.head.last + 1)),
                pl.min_horizontal("last_row", pl.lit(last)) + 1,
            ),
            col=pl.int_ranges(
                "first_column", pl.min_horizontal("last_column", pl.lit(max(named, default=0))) + 1
            ),
        )
        .explode("row", empty_as_null=False)
        .explode("col", empty_as_null=False)
        .filter(pl.col("col").is_in(named))
        .filter(
            (pl.col("row") != pl.col("first_row"))
            | (pl.col("col") != pl.col("first_column"))
            | (pl.col("col").is_in(amounts) & (pl.col("first_row") < pl.col("last_row")))
        )
        .select(
            pl.col("row", "col").cast(pl.UInt32),
            value=pl.lit(None, pl.String),
            reason_code=pl.lit("merged_cell"),
        )
    )


def warnings_of(page: Page, layout: Layout, good: pl.DataFrame) -> pl.DataFrame:
    """One for each column with formulas, at the first of them; one for the cells beside, and one
    for what looks like a table above."""
    found: list[tuple[int, str | None, str, str]] = []
    if layout.body["formula"].any():
        formulas = layout.body.filter("formula").join(good, on="row", how="semi")
        first = formulas.unique("col", keep="first", maintain_order=True).sort("col")
        for row, column, text in first.select("row", "col", "text").iter_rows():
            found.append((row, layout.labels[str(column)], text[:MAX_SHOWN], "formula_value"))
    for cells in (_grid_above(page, layout), layout.beside):
        for row, text in cells.select("row", "text").head(1).iter_rows():
            found.append((row, None, text[:MAX_SHOWN], "cells_beside_table"))
    return problems_of(found)


def _grid_above(page: Page, layout: Layout) -> pl.DataFrame:
    """Cells above the header in rows that have two or more, in the same columns as another."""
    above = page.cells.filter(pl.col("row") < layout.head.first)
    if above.is_empty():
        return above
    places = above.group_by("row").agg("col").filter(pl.col("col").list.len() > 1)
    alike = places.filter(pl.col("col").is_duplicated())
    return above.join(alike, on="row", how="semi", maintain_order="left")


def notes_of(page: Page, layout: Layout, remarks: pl.DataFrame) -> tuple[str, ...]:
    """What is written above, beside and under the table, a line for each row, and in no cell;
    `remarks` are the rows that are none."""
    above = page.cells.filter(pl.col("row") < layout.head.first)
    head = [name for column, name in layout.head.names.items() if column not in layout.columns]
    under = layout.body.join(remarks, on="row", how="semi") if remarks.height else remarks.clear()
    parts = [part for part in (above, layout.beside, under) if part.height]
    if not parts:
        return (*head, *page.notes)
    around = pl.concat(parts).filter(pl.col("text") != "")
    lines = around.group_by("row", maintain_order=True).agg(pl.col("text").str.join(" "))
    return (*lines["text"], *head, *page.notes)


def problems_of(rows: Sequence[tuple[int | None, str | None, str, str]]) -> pl.DataFrame:
    if not rows:
        return _NO_PROBLEMS
    return pl.DataFrame(list(rows), schema=PROBLEM_SCHEMA, orient="row")
