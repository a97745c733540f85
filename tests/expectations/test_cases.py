"""Values that come many times are judged once, and every row gets its answer."""

from __future__ import annotations

import polars as pl

from expectations.cases import distinct

ROWS = {"n": pl.Series([9, None, 9, 1, None]), "m": pl.Series([1.5, None, 1.5, 1.5, 2.0])}


def test_every_combination_stands_once_in_the_order_it_came() -> None:
    values = distinct(ROWS).values
    assert values.rows() == [(9, 1.5), (None, None), (1, 1.5), (None, 2.0)]


def test_padding_repeats_the_last_combination() -> None:
    padded = distinct(ROWS).padded(6)
    assert padded["n"].to_list() == [9, None, 1, None, None, None]
    assert padded["m"].to_list() == [1.5, None, 1.5, 2.0, 2.0, 2.0]


def test_answers_are_spread_over_all_rows() -> None:
    answers = pl.Series([False, None, True, None, None, None])
    assert distinct(ROWS).spread(answers).to_list() == [False, None, False, True, None]


def test_column_without_any_value_is_one_case() -> None:
    cases = distinct({"n": pl.Series([None, None])})
    assert cases.values.height == 1
    assert cases.spread(pl.Series([None], dtype=pl.Boolean)).to_list() == [None, None]
