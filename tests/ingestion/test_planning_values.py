"""Months, numbers of any measure, and lists of prefectures: right or null."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from ingestion.territories import read_prefecture_lists
from ingestion.values.dates import read_months
from ingestion.values.decimals import read_decimals


@pytest.mark.parametrize(
    "text",
    [
        "2026-10",
        "2026/10",
        "2026.10",
        "202610",
        "2026年10月",
        "2026年10月度",
        "令和8年10月",
        "R8.10",
        "2026-10-01",
        "2026年10月1日",
        "2026-10-01T00:00:00",
    ],
)
def test_month_may_be_written_like_a_date(text: str) -> None:
    assert read_months(pl.Series([text, None]), is_workbook=True).to_list() == ["2026-10", None]


@pytest.mark.parametrize(
    "text",
    ["2026-10-02", "10月", "8.10", "26-10", "2026-13", "10/2026", "令和元年4月", "秋", "来月"],
)
def test_what_names_no_month_is_null(text: str) -> None:
    assert read_months(pl.Series([text]), is_workbook=False).to_list() == [None]


def test_serial_is_a_month_in_workbooks_only() -> None:
    serial = pl.Series(["46296"])  # 2026-10-01
    assert read_months(serial, is_workbook=True).to_list() == ["2026-10"]
    assert read_months(serial, is_workbook=False).to_list() == [None]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,200", "1200"),
        ("0.15", "0.15"),
        ("15%", "0.15"),
        ("33.3333%", "0.333333"),
        ("85点", "85"),
        ("▲1,000円", "-1000"),
        ("123456789012.123456", "123456789012.123456"),
    ],
)
def test_number_is_exact(text: str, value: str) -> None:
    assert read_decimals(pl.Series([text])).to_list() == [Decimal(value)]


@pytest.mark.parametrize(
    "text",
    [
        "12,34",
        "1.000",
        "0.1234567",
        "33.33333%",
        "1234567890123",
        "１",
        "٣",
        "1e3",
        "約10",
        "--1",
        "",
    ],
)
def test_what_is_no_exact_number_is_null(text: str) -> None:
    assert read_decimals(pl.Series([text])).to_list() == [None]


def test_territory_is_a_list_of_full_names() -> None:
    written = ["東京;大阪", "東京都、大阪府", "東京, 大阪,東京都", "東京/大阪", "東京 大阪", None]
    read = read_prefecture_lists(pl.Series(written)).to_list()
    assert read == ["東京都;大阪府"] * 5 + [None]


@pytest.mark.parametrize("text", ["全国", "東京;関東", ";", "東京;;大阪府民"])
def test_territory_with_an_unknown_part_is_null(text: str) -> None:
    assert read_prefecture_lists(pl.Series([text])).to_list() == [None]


def test_empty_column_is_read() -> None:
    empty = pl.Series([], dtype=pl.String)
    assert read_prefecture_lists(empty).len() == read_decimals(empty).len() == 0
    assert read_months(empty, is_workbook=False).len() == 0
