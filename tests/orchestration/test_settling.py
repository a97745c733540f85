"""The clerk's commands before there is anything to close, prove or explain."""

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from orchestration.checklist import Scope, closed_before, closing_date, earlier_negative, words
from orchestration.cli import main


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEIKEI_HOME", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["close", "2026-10"], 2, "Run `teikei nightly` first"),
        (["close"], 2, "name the period to close"),
        (["close", "--list"], 0, "No period has been closed yet"),
        (["ledger", "verify"], 0, "0 batches with 0 postings"),
        (["ledger", "explain", "C-1"], 2, "Run `teikei nightly` and ask again"),
        (["as-of", "2026-10-31"], 1, "Run `teikei nightly` first"),
    ],
)
def test_home_without_nights_says_what_to_do(
    home: Path, arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == code
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("period", "closing_day", "closes_on"),
    [
        ("2026-02", 31, date(2026, 2, 28)),
        ("2026-06", 20, date(2026, 6, 20)),
        ("2026-06", None, date(2026, 6, 30)),
    ],
)
def test_closing_date_is_clamped_to_the_month(period, closing_day, closes_on) -> None:
    assert closing_date(period, closing_day) == closes_on


def test_period_of_one_partner_is_closed_by_its_own_close_or_that_of_all() -> None:
    closes = pl.DataFrame(
        {
            "close_id": ["c1", "c2"],
            "period": ["2026-05", "2026-06"],
            "partner_id": ["P-1", None],
            "closed_by": ["佐藤", "佐藤"],
        }
    )
    blocked = {
        (period, partner)
        for period in ("2026-05", "2026-06", "2026-07")
        for partner in ("P-1", "P-2", None)
        if closed_before(closes, Scope(period, partner)).state == "blocks"
    }
    assert blocked == {
        ("2026-05", "P-1"),
        ("2026-06", "P-1"),
        ("2026-06", "P-2"),
        ("2026-06", None),
    }


def test_negative_draft_of_an_earlier_period_blocks() -> None:
    """Paid past it, its partner would keep what it owes."""
    with duckdb.connect() as warehouse:
        warehouse.execute("create schema marts")
        warehouse.execute(
            "create table marts.partner_statements as from (values "
            "('S-1', 'P-1', '2026-05', -50000, false), ('S-2', 'P-2', '2026-05', 900, false), "
            "('S-3', 'P-3', '2026-05', -1, true)) as t(statement_id, partner_id, period, net_yen, "
            "is_frozen)"
        )
        found = earlier_negative(warehouse, Scope("2026-06"))
        other = earlier_negative(warehouse, Scope("2026-06", "P-2"))
    assert (found.state, found.details) == ("blocks", ("S-1: ¥-50,000",))
    assert other.state == "clear"


def test_every_item_has_words_in_both_languages() -> None:
    assert all(text.strip() for row in words().values() for text in row.values())
