"""Rows of a partner's table that are no data: sections, pages, signatures, averages, examples.

Such a row has a word where the others have their numbers, or hardly anything else in it. None is
passed over: it goes back with the reason `label_row` or `example_row`, for it may be a row of data
that was spoilt.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ingestion.columns import Entity, Kind
from ingestion.headers import Mapping
from ingestion.own_columns import own_columns
from ingestion.tables import MAX_SHOWN, PROBLEM_SCHEMA, Table
from ingestion.values.ids import is_placeholder

_OPEN, _CLOSE = r"[(（\[［【〔《〈≪<＜「※*＊]", r"[)）\]］】〕》〉≫>＞」:：]"
_WORD = r"(?:(?:記入|入力|記載)?例|記入見本|見本|サンプル(?:行|データ)?|sample|example)"
# The cells of a row are put together with this.
_CELL = "\x1f"
# A cell that says "example" and nothing else; a value with the word before it, in brackets or with
# the closing one alone.
_EXAMPLE = rf"(?i){_CELL}\s*{_OPEN}*{_WORD}{_CLOSE}*[-_ ]?[0-9０-９]*\s*{_CELL}"
_EXAMPLE_OF = rf"(?i){_CELL}\s*(?:{_OPEN}?{_WORD}{_CLOSE}|記入例\s)"
_DIGIT = r"[0-9]"
_FOREIGN = r"[^\x00-\x7f]"
_HEADING = r"^[■□◆◇●○▲△▼▽▶◎★☆〓※・]|^[【〔《≪<\[(].*[】〕》≫>\])]$"
_PAGE = r"(?i)^(?:page|p\.)\s*[0-9]+|^[0-9]+\s*/\s*[0-9]+|^-\s*[0-9]+\s*-$"
# Where no row fills more columns beside its number, one that fills none is no exception.
_FEWEST_OTHERS = 2
# A row is sparse that fills no more than this share of what the fullest does, or one.
_SPARSE = 1 / 3


def without_labels(table: Table, entity: Entity, mapping: Mapping) -> Table:
    """The table without rows that say nothing but a label; those are problems.

    A row is one when it fills no column but its number, where others fill some; when its number
    is a word, a heading or a page and the numbers of the others are none; or when a cell says
    that it is an example.
    """
    own = mapping.sources.get(entity.own_id or "", ())
    if len(own) != 1 or table.rows.is_empty():
        return table
    ours = own_columns(table.header)
    others = [name for name in table.rows.columns if name not in ours and name != own[0]]
    found = table.rows.select(
        pl.col(own[0]).str.normalize("NFKC").str.strip_chars().alias("key"),
        pl.sum_horizontal(
            pl.lit(0, pl.UInt32), *(pl.col(name).str.strip_chars() != "" for name in others)
        ).alias("filled"),
        _is_example(table, entity, mapping).alias("is_example"),
    )
    code = found.select(
        pl.when("is_example")
        .then(pl.lit("example_row"))
        .when(_is_label())
        .then(pl.lit("label_row"))
        .alias("code")
    ).to_series()
    is_label = code.is_not_null()
    if not is_label.any():
        return table
    problems = pl.DataFrame(
        {
            "row_number": table.numbers.filter(is_label),
            "column_name": entity.own_id,
            "value": table.rows[own[0]].filter(is_label).str.slice(0, MAX_SHOWN),
            "reason_code": code.filter(is_label),
        },
        schema=PROBLEM_SCHEMA,
    )
    return replace(
        table,
        rows=table.rows.filter(~is_label),
        numbers=table.numbers.filter(~is_label),
        problems=pl.concat([table.problems, problems]),
    )


def _is_label() -> pl.Expr:
    """Whether a row is a label by its number (`key`) and how many other cells it has `filled`."""
    key, filled = pl.col("key"), pl.col("filled")
    named = key != ""
    usual = filled.filter(named).max()
    is_rich = usual >= _FEWEST_OTHERS
    is_sparse = is_rich & (filled <= pl.max_horizontal(pl.lit(1), usual * _SPARSE))
    has_digit, is_foreign = key.str.contains(_DIGIT), key.str.contains(_FOREIGN)
    whole = named & is_sparse.not_() & pl.col("is_example").not_()
    numbered = (has_digit & whole).sum() >= (has_digit.not_() & whole).sum()
    plain = (is_foreign.not_() & whole).sum() > (is_foreign & whole).sum()
    is_word = has_digit.not_() & numbered & (is_foreign | is_sparse)
    is_heading = key.str.contains(_HEADING) & (has_digit.not_() | is_sparse)
    is_page = is_sparse & (key.str.contains(_PAGE) | (is_foreign & plain))
    is_lone = is_rich & (filled == 0)
    return named & is_placeholder(key).not_() & (is_lone | is_word | is_heading | is_page)


def _is_example(table: Table, entity: Entity, mapping: Mapping) -> pl.Expr:
    """Whether a cell of a row says that it is one; what people write freely says nothing."""
    free = {
        name
        for column in entity.columns
        if column.kind is Kind.TEXT
        for name in mapping.sources.get(column.name, ())
    }
    values = {name for names in mapping.sources.values() for name in names} - free
    told = [name for name in table.rows.columns if name not in free]
    return _line(told).str.contains(_EXAMPLE) | _line(sorted(values)).str.contains(_EXAMPLE_OF)


def _line(names: list[str]) -> pl.Expr:
    """The cells of columns, each between two separators."""
    cells = pl.concat_str(*(pl.col(name) + _CELL * 2 for name in names), pl.lit(""))
    return pl.lit(_CELL) + cells
