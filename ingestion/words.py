"""The words of enumerations as `values.csv` lists them: for people who fill in a cell."""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from ingestion.columns import Column
from ingestion.entities import ENTITIES
from ingestion.parse import VALUES, VOCABULARIES

# Values that a sentence names; the rest is an ellipsis.
_MOST_SHOWN = 8


def words_of(column: Column) -> dict[str, list[str]]:
    """Value → the words that mean it, as written; a value without words has none."""
    name = VOCABULARIES.get(column.kind, column.name)
    listed = _table().filter(pl.col("column") == name)
    words: dict[str, list[str]] = {choice: [] for choice in column.choices}
    for variant, value in listed.select("variant", "value").iter_rows():
        if value in words or not column.choices:
            words.setdefault(value, []).append(variant)
    return words


def shown_words(column: Column) -> list[str]:
    """One word for each value of a column, Japanese where there is one."""
    return [
        next((word for word in words if is_japanese(word)), value)
        for value, words in words_of(column).items()
    ]


def name_choices(problems: pl.DataFrame) -> pl.DataFrame:
    """The sentences of `unknown_value` with the words that may stand there; order is kept.

    `problems` has entity, column_name, reason_code, reason_ja and reason_en.
    """
    cell = ["entity", "column_name", "reason_code"]
    unknown = problems.filter(pl.col("reason_code") == "unknown_value").select(cell).unique()
    lines = [(*line, *_choices(*line[:2])) for line in unknown.iter_rows()]
    schema = dict.fromkeys([*cell, "_ja", "_en"], pl.String())
    named = pl.DataFrame(lines, schema=schema, orient="row")
    joined = problems.join(named, on=cell, how="left", maintain_order="left")
    return joined.with_columns(
        reason_ja=pl.concat_str("reason_ja", pl.col("_ja").fill_null("")),
        reason_en=pl.concat_str("reason_en", pl.col("_en").fill_null("")),
    ).drop("_ja", "_en")


def _choices(entity: str, column: str) -> tuple[str, str]:
    """What a cell of a column may hold, to be added to a sentence in Japanese and in English."""
    declared = ENTITIES[entity].column(column)
    japanese, english = (
        separator.join(words[:_MOST_SHOWN]) + ("…" if len(words) > _MOST_SHOWN else "")
        for separator, words in (
            ("、", shown_words(declared)),
            (", ", list(declared.choices)),
        )
    )
    return f"（次のどれかを記入してください：{japanese}）", f": {english}"


def is_japanese(text: str) -> bool:
    return re.search(r"[぀-ヿ一-鿿]", text) is not None


@cache
def _table() -> pl.DataFrame:
    return pl.read_csv(VALUES, infer_schema=False)
