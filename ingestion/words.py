"""The words of enumerations as `values.csv` lists them: for people who fill in a cell."""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from ingestion.columns import Column
from ingestion.parse import VALUES, VOCABULARIES


def words_of(column: Column) -> dict[str, list[str]]:
    """Value → the words that mean it, as written; a value without words has none."""
    name = VOCABULARIES.get(column.kind, column.name)
    listed = _table().filter(pl.col("column") == name)
    words: dict[str, list[str]] = {choice: [] for choice in column.choices}
    for variant, value in listed.select("variant", "value").iter_rows():
        if value in words or not column.choices:
            words.setdefault(value, []).append(variant)
    return words


def is_japanese(text: str) -> bool:
    return re.search(r"[぀-ヿ一-鿿]", text) is not None


@cache
def _table() -> pl.DataFrame:
    return pl.read_csv(VALUES, infer_schema=False)
