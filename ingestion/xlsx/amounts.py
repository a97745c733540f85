"""Cells of amounts against the unit of their column: what the cell shows must agree with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from ingestion.decorations import undecorated
from ingestion.reasons import FileRefused
from ingestion.tables import fold
from ingestion.units import AMOUNT, unit_of_notes
from ingestion.xlsx.layout import Layout
from ingestion.yen import UNITS

# Where no number is larger, they count something: people, rows, months.
_LEAST_AMOUNT = 1_000
_DIGITS = r"^-?[0-9]+(?:\.[0-9]+)?$"
_STORED = r"^(-?[0-9.]+)（"


def with_seen_units(layout: Layout, notes: Iterable[str]) -> Layout:
    """In columns of 千円 and the like: 120 that is stored as 120000 is 120千円, whatever hides the
    rest; and a number whose format says 円 is so many yen, which contradicts its column."""
    units = _units(layout, notes)
    if not units:
        return layout
    body = layout.body
    is_hidden = pl.col("is_number") & (pl.col("fault") == "unreadable_cell").fill_null(False)
    names = {size: name for name, size in UNITS.items()}
    size = pl.col("col").replace_strict(units, default=None, return_dtype=pl.Int64)
    name = size.replace_strict(names, default=None, return_dtype=pl.String)
    text = pl.col("text")
    number = pl.when(text.str.contains(_DIGITS)).then(text.cast(pl.Float64, strict=False))
    stored = pl.col("raw").str.extract(_STORED).cast(pl.Float64, strict=False)
    agrees = (is_hidden & size.is_not_null() & (number * size == stored)).fill_null(False)
    is_yen = pl.col("is_yen") & pl.col("fault").is_null() & size.is_not_null()
    return replace(
        layout,
        body=body.with_columns(
            text=pl.when(agrees)
            .then(text + name)
            .when(is_yen & text.str.contains(_DIGITS))
            .then(text + "円")
            .otherwise("text"),
            fault=pl.when(agrees).then(None).otherwise("fault"),
        ),
    )


def refuse_unnamed_amounts(layout: Layout) -> None:
    """Raises FileRefused (`unclear_amount`) for a column of numbers, no count of the rows, that
    has no name: it may be the amount that counts."""
    unnamed = [each for each in layout.columns if not layout.head.names.get(each)]
    if not unnamed:
        return
    cells = layout.body.filter(pl.col("col").is_in(unnamed) & (pl.col("text") != ""))
    for (column,), found in cells.partition_by("col", as_dict=True, maintain_order=True).items():
        numbers = found["text"].cast(pl.Float64, strict=False)
        is_number = found["is_number"].all() and not found["is_typed"].any()
        is_count = numbers.len() > 1 and (numbers.diff().drop_nulls() == 1).all()
        if is_number and not is_count and (numbers >= _LEAST_AMOUNT).any():
            raise FileRefused("unclear_amount", f"{column} 列目（見出しなし）/ column {column}")


def _units(layout: Layout, notes: Iterable[str]) -> dict[int, int]:
    """Column of amounts → yen per unit, where that is more than one."""
    try:
        noted = UNITS[unit_of_notes(notes) or "円"]
    except FileRefused:
        noted = 1
    folded = {column: fold(layout.head.names.get(column, "")) for column in layout.columns}
    said = {
        column: undecorated(name)[-1][1].unit or noted
        for column, name in folded.items()
        if AMOUNT.search(name)
    }
    return {column: unit for column, unit in said.items() if unit > 1}
