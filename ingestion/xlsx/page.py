"""A visible sheet of a workbook, read."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ingestion.xlsx.sheet import Merge


@dataclass(frozen=True)
class Page:
    """A visible sheet: cells as `values.read_values` gives them, by row and column. `notes`: what
    stands in no cell, where it is about money."""

    name: str
    cells: pl.DataFrame
    merges: tuple[Merge, ...]
    notes: tuple[str, ...] = ()
