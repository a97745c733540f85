"""Dates and times as people in Japan write them: right, or null."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.values.dates import read_dates, read_months, read_timestamps
from ingestion.values.written_dates import read_written

DAY = date(2026, 1, 5)


def dates(*cells: str, is_workbook: bool = False) -> list[date | None]:
    return read_dates(pl.Series(cells), is_workbook).to_list()


def times(*cells: str, is_workbook: bool = False) -> list[datetime | None]:
    return read_timestamps(pl.Series(cells), is_workbook).to_list()


@pytest.mark.parametrize(
    "cell",
    [
        "2026-01-05",
        "2026-1-5",
        "2026/1/5",
        "2026.1.5",
        "2026‐01‐05",
        "20260105",
        "2026年1月5日",
        "2026年01月05日",
        "2026 年 1 月 5 日",
        "西暦2026年1月5日",
        "2026年1月5日(月)",
        "2026年1月5日(月・祝)",
        "2026/1/5(月)",
        "2026年1月5日月曜日",
        "令和8年1月5日",
        "令和 8 年 1 月 5 日",
        "令8.1.5",
        "R8.1.5",
        "r08-01-05",
        "R8/1/5",
        "2026-01-05 23:59:59",
        "2026/1/5 0:00",
        "2026年1月5日10時30分",
        "2026-01-05T10:00:00+09:00",
        "2026-01-04T15:00:00Z",
        "2026-01-04T15:00:00.000+0000",
    ],
)
def test_every_form_of_a_date_is_read(cell: str) -> None:
    assert dates(cell) == [DAY]
    assert dates("2020-02-02", "未定", cell) == [date(2020, 2, 2), None, DAY]


@pytest.mark.parametrize(
    "cell",
    [
        "1/5/2026",
        "5.1.2026",
        "26/1/5",
        "26-01-05",
        "1/5",
        "1月5日",
        "2026-01",
        "2026年1月",
        "2026年1月5",
        "未定",
        "〃",
        "同上",
        "2026-02-29",
        "2026-13-01",
        "20260230",
        "2026/1.5",
        "2026年1/5",
        "+2026-01-05",
        "-026-01-05",
        "0026-01-05",
        "1867-12-31",
        "2026年1月5日(火)",
        "2026-01-05頃",
        "約2026-01-05",
        "2026-01-0510:00",
        "2026-01-05+09:00",
        "2026-01-05 25:00",
        "2026-01-05 10:60",
        "2026-01-05 10:00:60",
        "2026-01-05 24:00",
        "46027",
        "令和2026年1月5日",
        "令和0年1月5日",
        "2026年1月5日〜2026年2月5日",
    ],
)
def test_doubtful_date_is_no_date(cell: str) -> None:
    assert dates(cell) == times(cell) == [None]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R元.5.1", date(2019, 5, 1)),
        ("令和元年4月30日", None),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("H31.4.30", date(2019, 4, 30)),
        ("平成31年5月1日", None),
        ("H31.05.01", None),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("平成元年1月7日", None),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("昭和64年1月8日", None),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("大正15年12月25日", date(1926, 12, 25)),
        ("大正15年12月26日", None),
        ("明治45年7月30日", date(1912, 7, 30)),
        ("明治6年1月1日", date(1873, 1, 1)),
        ("明治5年12月2日", None),
    ],
)
def test_a_day_lies_in_its_era(cell: str, expected: date | None) -> None:
    assert dates(cell) == [expected]


def test_serial_numbers_are_dates_only_in_workbooks() -> None:
    assert dates("46053", "46053.75", is_workbook=True) == [date(2026, 1, 31)] * 2
    assert times("46053.5", is_workbook=True) == [datetime(2026, 1, 31, 3)]
    assert dates("46053", "46053.5") == [None, None]
    assert dates("120000", "19999", "80400", "4605", is_workbook=True) == [None] * 4


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-01-05", datetime(2026, 1, 4, 15)),
        ("2026-01-05 10:00", datetime(2026, 1, 5, 1)),
        ("2026-01-05 10:00:00", datetime(2026, 1, 5, 1)),
        ("2026/1/5 9:05", datetime(2026, 1, 5, 0, 5)),
        ("2026-01-05T10:00:00", datetime(2026, 1, 5, 1)),
        ("2026-01-05T10:00:00Z", datetime(2026, 1, 5, 10)),
        ("2026-01-05T10:00:00.123Z", datetime(2026, 1, 5, 10, 0, 0, 123_000)),
        ("2026-01-05T10:00:00.000+0000", datetime(2026, 1, 5, 10)),
        ("2026-01-05T10:00:00+09:00", datetime(2026, 1, 5, 1)),
        ("2026-01-05T10:00:00-0800", datetime(2026, 1, 5, 18)),
        ("2026-01-05 10:00 JST", datetime(2026, 1, 5, 1)),
        ("2026-01-05 10:00 UTC", datetime(2026, 1, 5, 10)),
        ("2026-01-05 10:00 EST", None),
        ("2026-01-05T10:00:00+25:00", None),
        ("2026年1月5日 午前10時30分", datetime(2026, 1, 5, 1, 30)),
        ("2026年1月5日午後3時", datetime(2026, 1, 5, 6)),
        ("2026/1/5 午後0:30", datetime(2026, 1, 5, 3, 30)),
        ("2026/1/5 午後12:30", None),
        ("2026/1/5 12:30 PM", datetime(2026, 1, 5, 3, 30)),
        ("2026/1/5 12:30 am", datetime(2026, 1, 4, 15, 30)),
        ("2026/1/5 13:30 PM", None),
        ("R8.1.5 10:00", datetime(2026, 1, 5, 1)),
    ],
)
def test_times_become_utc(cell: str, expected: datetime | None) -> None:
    assert times(cell) == [expected]


def test_forms_may_change_within_a_column() -> None:
    cells = ["2026-01-05", "2026/1/5", "2026.1.5", "2026年1月5日", "20260105", "R8.1.5"] * 200
    assert set(dates(*cells)) == {DAY}


def test_month_is_the_first_of_its_days() -> None:
    cells = pl.Series(["2026-01", "2026/1", "202601", "2026年1月", "令和8年1月", "2026-01-05"])
    assert read_months(cells, False).to_list() == ["2026-01"] * 5 + [None]


@settings(deadline=None, max_examples=50)
@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),
    st.sampled_from(
        ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S+09:00"]
    ),
)
def test_fast_forms_agree_with_the_grammar(moment: datetime, form: str) -> None:
    cells = pl.Series([moment.strftime(form)])
    assert read_timestamps(cells, False).to_list() == read_written(cells).to_list() != [None]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.from_regex(r"(令和|R|20)?[0-9]{1,2}[-/年][01]?[0-9][-/月][0-3]?[0-9]日?", fullmatch=True)
        | st.text(alphabet="0123456789-/.年月日T: R令和元+Z", max_size=16),
        max_size=8,
    )
)
def test_a_cell_is_read_alike_alone_and_among_others(cells: list[str]) -> None:
    column = read_timestamps(pl.Series(cells, dtype=pl.String), True).to_list()
    assert column == [times(cell, is_workbook=True)[0] for cell in cells]


@pytest.mark.parametrize(
    ("common", "cell", "day"),
    [
        ("R8.10.1", "2026/10/31", date(2026, 10, 31)),
        ("未定", "2026-10-31", date(2026, 10, 31)),
        ("20261031", "2026103", None),
        ("20261031", "2026111", None),
        ("2026-10-31", "20261-10-3", None),
        ("2026-10-31", "2026- 1- 5", date(2026, 1, 5)),
    ],
)
def test_what_a_cell_means_does_not_hang_on_its_neighbours(
    common: str, cell: str, day: date | None
) -> None:
    cells = pl.Series([common] * 60 + [cell])
    assert read_dates(cells, False)[-1] == day
    assert read_dates(pl.Series([cell]), False)[0] == day


def test_many_forms_in_one_column_are_all_read() -> None:
    written = ["2026-10-31", "2026/10/31", "2026.10.31", "2026年10月31日", "20261031"] * 9
    days = read_dates(pl.Series(written), False)
    times = read_timestamps(pl.Series([f"{text} 13:45" for text in written[:2]] + written), False)
    assert set(days) == {date(2026, 10, 31)}
    assert times.null_count() == 0
