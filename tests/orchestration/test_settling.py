"""The clerk's commands before there is anything to close, prove or explain."""

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
import yaml

from orchestration.checklist import (
    Scope,
    closed_before,
    closing_date,
    earlier_negative,
    words,
)
from orchestration.cli import main
from orchestration.deadlines import deadline_breaches
from orchestration.redated import redated_deals
from orchestration.settings import Settings
from review.settings import SECOND_PERSON_ABOVE_YEN


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEIKEI_HOME", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["close", "2026-10"], 2, "Run `teikei nightly` first"),
        (["close"], 2, "name the period to close"),
        (["close", "--list", "--lang", "en"], 0, "No period has been closed yet"),
        (["ledger", "verify", "--lang", "en"], 0, "0 batches with 0 postings"),
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
    """Closed past it, its partner would read a deduction that no statement has told."""
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


# partner, contract, subject, night, role, component, earned, posted, yen
_REDATED = """
    ('P-1', 'C-1', 'contract:C-1', '2026-05-31#1', 'seller', 'base', '2026-05', '2026-05', 10000),
    ('P-1', 'C-1', 'contract:C-1', '2026-06-05#1', 'seller', 'base', '2026-05', '2026-06', -10000),
    ('P-1', 'C-1', 'contract:C-1', '2026-06-05#1', 'seller', 'base', '2026-04', '2026-04', 10000),
    ('P-1', 'C-2', 'contract:C-2', '2026-06-05#1', 'seller', 'base', '2026-05', '2026-06', -10000),
    ('P-1', 'C-2', 'contract:C-2', '2026-06-05#1', 'seller', 'base', '2026-04', '2026-06', 10000),
    ('P-1', 'C-3', 'contract:C-3', '2026-06-05#1', 'seller', 'base', '2026-05', '2026-06', -2000)
"""


def test_sale_redated_across_a_close_is_noted_with_both_periods() -> None:
    """May is closed: its sale moves to April, which is open, and is taken back in June."""
    with duckdb.connect() as warehouse:
        warehouse.execute("create schema marts")
        warehouse.execute(
            f"create table marts.fct_commission_ledger as from (values {_REDATED}) as t(partner_id,"
            "contract_id, subject, night_id, role, component, earn_period, post_period, amount_yen)"
        )
        found = {
            period: redated_deals(warehouse, Scope(period))
            for period in ("2026-04", "2026-05", "2026-06")
        }
    told = ("C-1: 2026-04 ¥10,000, 2026-06 ¥-10,000",)
    assert {period: each.details for period, each in found.items()} == {
        "2026-04": told,
        "2026-05": (),
        "2026-06": told,
    }
    assert found["2026-04"].state == "noted"


# partner, statement, lawful, projected, outstanding, status, strict, breach
_DEADLINES = """
    ('P-1', 'S-1', '2026-11-27', '2026-11-30', 60000, 'payable', true, true),
    ('P-1', 'S-1', '2026-11-29', '2026-11-30', 5000, 'payable', true, true),
    ('P-1', 'S-1', '2026-11-27', '2026-11-30', 900, 'held', true, true),
    ('P-1', 'S-1', '2026-12-01', '2026-11-30', 900, 'payable', true, false),
    ('P-2', 'S-2', '2026-11-27', '2026-11-30', 900, 'payable', false, true),
    ('P-2', 'S-0', '2026-10-27', '2026-11-30', 900, 'payable', true, true)
"""


def test_statement_due_after_the_laws_last_day_is_noted() -> None:
    """S-2 is by contract only; S-0 is of another period."""
    with duckdb.connect() as warehouse:
        warehouse.execute("create schema marts")
        warehouse.execute(
            "create table marts.partner_statements as from (values ('S-1', '2026-10', false), "
            "('S-2', '2026-10', false), ('S-0', '2026-09', false)) "
            "as t(statement_id, period, is_frozen)"
        )
        warehouse.execute(
            f"create table marts.payment_deadlines as from (values {_DEADLINES}) as t(partner_id, "
            "statement_id, latest_lawful_on, projected_on, outstanding_yen, payment_status, "
            "is_strict, is_breach_projected)"
        )
        found = deadline_breaches(warehouse, Scope("2026-10"))
        other = deadline_breaches(warehouse, Scope("2026-10", "P-2"))
    assert (found.state, found.details) == ("noted", ("S-1: 2026-11-27 < 2026-11-30, ¥65,000 (2)",))
    assert other.state == "clear"


def test_every_item_has_words_in_both_languages() -> None:
    assert all(text.strip() for row in words().values() for text in row.values())


def test_limit_of_two_persons_is_the_same_at_the_desk_and_in_the_nights() -> None:
    project = yaml.safe_load((Settings(Path()).dbt_project / "dbt_project.yml").read_text("utf-8"))
    assert project["vars"]["second_person_above_yen"] == SECOND_PERSON_ABOVE_YEN
