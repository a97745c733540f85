"""Yen, whole numbers and rates: exact, or null."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.values.amounts import is_foreign, is_taxed, read_yens
from ingestion.values.quantities import read_integers, read_rates


def yens(*cells: str, unit: int = 1) -> list[int | None]:
    return read_yens(pl.Series(cells), unit).to_list()


def integers(*cells: str, column: str = "") -> list[int | None]:
    return read_integers(pl.Series(cells), column).to_list()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1000", 1000),
        ("1,000", 1000),
        ("¥1,000", 1000),
        ("\\1,000", 1000),
        ("1,000円", 1000),
        ("1,000JPY", 1000),
        ("JPY 1,000", 1000),
        ("jpy1000", 1000),
        ("¥1,000円", 1000),
        ("+5", 5),
        ("007", 7),
        ("0円", 0),
        ("100.0", 100),
        ("100.00円", 100),
        ("1234.000", 1234),
        ("1,000(税抜)", 1000),
        ("税別 1,000円", 1000),
        ("-5", -5),
        ("−5", -5),
        ("△100", -100),
        ("▲1,000円", -1000),
        ("(100)", -100),
        ("(¥1,000)", -1000),
        ("-¥5", -5),
        ("¥-5", -5),
        ("12千円", 12_000),
        ("3万", 30_000),
        ("1.5万円", 15_000),
        ("3百万円", 3_000_000),
        ("5千万円", 50_000_000),
        ("100億円", 10_000_000_000),
        ("1億2,000万円", 120_000_000),
        ("1億2000万", 120_000_000),
        ("1億5千万円", 150_000_000),
        ("1億2,000円", 100_002_000),
        ("1万5千円", 15_000),
        ("3億5,000万1,234円", 350_001_234),
        ("△1億2,000万円", -120_000_000),
        ("100000000000000", 10**14),
    ],
)
def test_amounts_are_exact_yen(cell: str, expected: int) -> None:
    assert yens(cell) == [expected]
    assert yens("1", "―", cell, "2,000円") == [1, None, expected, 2000]


@pytest.mark.parametrize(
    "cell",
    [
        "12,34",
        "1,23",
        "1,2345",
        ",123",
        "1、000",
        "1 000",
        "1.000",
        "12.500",
        "1,000.000",
        "¥1,234,000.500円",
        "1.000万",
        "0.5",
        "1.5",
        "0.00001万円",
        "1e5",
        "1.2E+6",
        "1.23457E+11",
        "(-5)",
        "△(5)",
        "(5",
        "5-",
        "¥1,000-",
        "--5",
        "1億2,000",
        "1億10,000万円",
        "1万20,000円",
        "1.5億2万円",
        "5千2百万円",
        "2万3億円",
        "千円",
        "円",
        "¥",
        "-",
        "約1,000円",
        "1,000円〜2,000円",
        "五千円",
        "無料",
        "未定",
        "税込1,000円",
        "1,000円(税込)",
        "$100",
        "100 USD",
        "0x10",
        "100000000000001",
        "99999999999999999999",
        "1000001億円",
    ],
)
def test_doubtful_amount_is_none(cell: str) -> None:
    assert yens(cell) == [None]
    assert yens("1", cell) == [1, None]


def test_column_in_thousands() -> None:
    assert yens("5", "1,000", "1.5", "△0.5", unit=1000) == [5000, 1_000_000, 1500, -500]
    assert yens("5万円", "5千円", unit=1000) == [50_000, 5000]
    assert yens("5円", "¥5", "1.500", "0.0005", "1e3", unit=1000) == [None] * 5
    assert yens("100000000000", "100000000001", unit=1000) == [10**14, None]


def test_other_currency_and_tax_are_told_apart() -> None:
    cells = pl.DataFrame({"x": ["$100", "100ユーロ", "500元", "NT$5", "CNY 5", "1,000円", "1e5"]})
    assert cells.select(is_foreign(pl.col("x"))).to_series().to_list() == [True] * 5 + [False] * 2
    taxed = pl.DataFrame({"x": ["税込100", "100(内税)", "100(税抜)", "100"]})
    assert taxed.select(is_taxed(pl.col("x"))).to_series().to_list() == [True, True, False, False]


@settings(deadline=None, max_examples=50)
@given(st.integers(-(10**14), 10**14))
def test_every_spelling_of_an_amount_is_that_amount(amount: int) -> None:
    size = abs(amount)
    minus = "" if amount >= 0 else "△"
    oku, man, ones = size // 10**8, size // 10**4 % 10**4, size % 10**4
    spoken = "".join(f"{n}{unit}" for n, unit in ((oku, "億"), (man, "万"), (ones, "")) if n) or "0"
    cells = (str(amount), f"{amount:,}", f"{minus}¥{size:,}", f"{minus}{spoken}円", f"{amount}.00")
    assert yens(*cells) == [amount] * len(cells)
    assert [yens(cell)[0] for cell in cells] == [amount] * len(cells)


def test_whole_numbers() -> None:
    assert integers("12", "1,200", "-3", "△3", "1.0", "+5", "5件", "5 名") == [
        *(12, 1200, -3, -3, 1, 5, 5, 5)
    ]
    doubtful = (
        "1.5",
        "12,34",
        "1.000",
        "-1.000",
        "1,000.000",
        "1e3",
        "abc",
        "3月",
        "10**15",
        "9" * 16,
    )
    assert integers(*doubtful) == [None] * len(doubtful)


def test_counter_is_that_of_the_column() -> None:
    months = ("12ヶ月", "12か月", "12カ月間", "12箇月", "12個月")
    assert integers(*months, column="term_months") == [12] * 5
    assert integers("30日", "12月", "5件", column="term_months") == [None] * 3
    assert integers("30日", "30日間", "12ヶ月", column="maturation_days") == [30, 30, None]
    assert integers("25日", "25日間", column="payment_day") == [25, None]
    assert integers("12ヶ月") == [None]


def test_rates_are_exact_fractions() -> None:
    cells = ("0.1", "10%", "10 %", "12.345%", "1", "1.0", ".05", "100%", "5パーセント", "0.123456")
    expected = ("0.1", "0.1", "0.1", "0.12345", "1", "1", "0.05", "1", "0.05", "0.123456")
    assert read_rates(pl.Series(cells)).to_list() == [Decimal(rate) for rate in expected]
    doubtful = ("10", "1.5", "101%", "-0.1", "0.0000001", "0.1234567", "12.34567%", "1e-3", "1割")
    assert read_rates(pl.Series(doubtful)).to_list() == [None] * len(doubtful)


def test_years_are_months_in_a_column_of_months() -> None:
    cells = ("1年", "2年間", "1年6ヶ月", "2か年", "12", "1年2日", "年")
    expected = [12, 24, 18, 24, 12, None, None]
    assert integers(*cells, column="term_months") == expected
    assert integers("1年", column="maturation_days") == [None]
