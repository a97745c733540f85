"""Every combination of values that a bound reads, once: millions of rows have few of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Cases:
    """`values`: one row a combination, in the order they came; `places`: row → its place there."""

    values: pl.DataFrame
    places: pl.Series

    def padded(self, height: int) -> dict[str, pl.Series]:
        """The columns made `height` long, by the last combination over and over."""
        rows = pl.int_range(height, eager=True).clip(upper_bound=self.values.height - 1)
        return {series.name: series.gather(rows) for series in self.values}

    def spread(self, answers: pl.Series) -> pl.Series:
        """One answer a row from one answer a combination (what is beyond them is padding)."""
        return answers.gather(self.places)


def distinct(columns: Mapping[str, pl.Series]) -> Cases:
    """The cases of columns of one length, which is not 0."""
    rows = pl.DataFrame([series.alias(name) for name, series in columns.items()])
    found = rows.with_row_index("row").group_by(rows.columns, maintain_order=True).agg("row")
    places = found.with_row_index("place").select("place", "row").explode("row").sort("row")
    return Cases(found.drop("row"), places["place"])
