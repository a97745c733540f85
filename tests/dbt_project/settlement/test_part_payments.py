"""Statements are paid in part and too late: what is open, what was late, what a payment fits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import duckdb
import polars as pl
import pytest

from ingestion.closes import prepare, record_close
from ingestion.lake import Night, batch_path

JUNE, OCTOBER = "2026-06-30#1", "2026-10-05#1"
# 277,424 yen to pay: 252,204 before tax. P-2's are paid in full, after the law's last day.
YEN = {("P-1", "C-OLD"): 2_204, ("P-1", "C-NEW"): 250_000, ("P-2", "C-2"): 100_000}
ACHIEVED = {"C-OLD": date(2026, 6, 1), "C-NEW": date(2026, 6, 20), "C-2": date(2026, 6, 1)}
Warehouse = duckdb.DuckDBPyConnection


def _posting(partner: str, contract: str, yen: int) -> dict[str, Any]:
    subject = f"contract:{contract}"
    return {
        "posting_id": contract,
        "line_key": f"{partner}|seller|T-{partner}|{subject}|base|2026-06",
        "partner_id": partner,
        "role": "seller",
        "component": "base",
        "subject": subject,
        "contract_id": contract,
        "term_id": f"T-{partner}",
        "agreement_id": f"A-{partner}",
        "agreement_version": 1,
        "earn_period": "2026-06",
        "post_period": "2026-06",
        "amount_yen": yen,
        "reason_code": "new",
    }


def _agreed(build: SimpleNamespace) -> list[Any]:
    dates = {"payment_month_offset": 1, "payment_day": 31, "holiday_shift": "previous"}
    sellers = {"C-OLD": {"rep_id": "R-1"}, "C-NEW": {"rep_id": "R-2"}, "C-2": {"lead_id": "L-2"}}
    rows = [build.a_lead("L-2", partner_id="P-2", rep_id="R-3")]
    rows += [
        build.a_contract(
            contract, partner_id=partner, contracted_on=ACHIEVED[contract], **sellers[contract]
        )
        for partner, contract in YEN
    ]
    for partner in ("P-1", "P-2"):
        rows += [
            build.a_partner(partner, legal_regime="toriteki"),
            build.an_agreement(f"A-{partner}", partner, **dates),
            build.a_term(f"T-{partner}", f"A-{partner}"),
        ]
    return rows


def _watched(kind: str, subject: str, partner: str) -> dict[str, Any]:
    return {
        "flag_id": f"watched_{kind}:{subject}",
        "rule_id": f"watched_{kind}",
        "rule_version": "1",
        "subject_kind": kind,
        "subject_id": subject,
        "partner_id": partner,
        "contract_id": subject if kind == "contract" else None,
        "severity": "high",
        "hold_scope": "none",
        "evidence_rows": "file:2",
        "evidence_digest": "seen",
    }


def _paid(build: SimpleNamespace) -> list[Any]:
    return [
        build.a_payout("O-1", "P-1", date(2026, 7, 31), 276_764, statement_id="P-1-2026-06"),
        build.a_payout("O-2", "P-2", date(2026, 7, 31), 55_000, statement_id="P-2-2026-06"),
        build.a_payout("O-3", "P-2", date(2026, 8, 10), 55_000, statement_id="P-2-2026-06"),
        build.a_payout("O-4", "P-1", date(2026, 9, 30), 660, statement_id="P-1-2026-09"),
    ]


@pytest.fixture(scope="module")
def october(
    warehouse: Callable[..., Warehouse],
    build: SimpleNamespace,
    tmp_path_factory: pytest.TempPathFactory,
) -> Warehouse:
    area, rows = tmp_path_factory.mktemp("lake") / "closes", {JUNE: _agreed(build)}
    prepare(area)
    postings = {JUNE: [_posting(*key, yen) for key, yen in YEN.items()]}
    june = warehouse(rows, postings=postings, settlement=True)
    marts = {"statements": "partner_statements", "statement_lines": "partner_statement_lines"}
    stated = {table: june.sql(f"from marts.{mart}").pl() for table, mart in marts.items()}
    close = record_close(area, Night.parse(JUNE), {"period": "2026-06"}, stated)
    files = batch_path(area, close).glob("*.parquet")
    kept = {path.stem: pl.read_parquet(path) for path in files}
    rows[OCTOBER] = _paid(build)
    subjects = {"contract": ("C-NEW", "P-1"), "partner": ("P-1", "P-1")}
    flags = [_watched(kind, *names) for kind, names in subjects.items()]
    reps = {"R-1": "P-1", "R-2": "P-1", "R-3": "P-2", "R-4": "P-1"}
    flags += [_watched("rep", *names) for names in reps.items()]
    return warehouse(
        rows, postings=postings, flags={OCTOBER: flags}, frozen={close: kept}, settlement=True
    )


def test_flags_have_the_yen_that_are_not_paid_of_what_they_are_about(october: Warehouse) -> None:
    """A rep's are those of what it sold: R-3's by the lead, R-4 sold nothing; 600 are unpaid."""
    rows = october.sql("select subject_id, yen_at_risk, posted_yen from marts.flags").fetchall()
    assert sorted(rows) == [
        ("C-NEW", 600, 250_000),
        ("P-1", 600, 252_204),
        ("R-1", 0, 2_204),
        ("R-2", 600, 250_000),
        ("R-3", 0, 100_000),
        ("R-4", 0, 0),
    ]
    risks = october.sql("select partner_id, yen_at_risk, posted_yen from marts.partner_risk")
    assert sorted(risks.fetchall()) == [("P-1", 600, 252_204), ("P-2", 0, 100_000)]


def test_part_payment_leaves_its_rest_on_the_youngest_line(october: Warehouse) -> None:
    """660 yen unpaid are 600 before tax; interest from day 61 of 20 June, 19 August, on."""
    rows = october.sql(
        "select posting_id, amount_yen, outstanding_yen, is_breach_projected, late_interest_yen "
        "from marts.payment_deadlines"
    ).fetchall()
    days = (date(2026, 10, 5) - date(2026, 8, 18)).days
    assert rows == [("C-NEW", 250_000, 600, True, 600 * 146_000 * days // 365_000_000)]


def test_breach_stays_after_it_was_paid(october: Warehouse) -> None:
    """The law's last day of 1 June is 31 July, its day 60 the 30th: half came ten days late."""
    rows = october.sql(
        "select status, last_paid_on, days_late, breached_on, breached_yen, late_interest_yen "
        "from marts.payout_reconciliation where statement_id = 'P-2-2026-06'"
    ).fetchall()
    interest = 50_000 * 146_000 * 11 // 365_000_000
    assert rows == [("paid", date(2026, 8, 10), 10, date(2026, 7, 31), 50_000, interest)]


def test_days_late_run_while_yen_are_open(october: Warehouse) -> None:
    rows = october.sql(
        "select status, difference_yen, days_late, breached_yen from marts.payout_reconciliation "
        "where statement_id = 'P-1-2026-06'"
    ).fetchall()
    assert rows == [("underpaid", -660, (date(2026, 10, 5) - date(2026, 7, 31)).days, 0)]


def test_payment_with_a_wrong_statement_says_which_it_fits(october: Warehouse) -> None:
    rows = october.sql(
        "select payout_ids, suggested_statement_id from marts.payout_reconciliation "
        "where status = 'no_statement'"
    ).fetchall()
    assert rows == [("O-4", "P-1-2026-06")]


def test_entries_are_numbered_without_a_gap_and_say_what_they_are(october: Warehouse) -> None:
    rows = october.sql(
        "select entry_id, account, tax_class_ja, summary_ja from marts.commission_journal "
        "where voucher_id in ('P-2-2026-06', 'payout:O-4') order by entry_id"
    ).fetchall()
    booked, paid = (
        "手数料計上 支払通知書 P-2-2026-06 代理店 P-2",
        "手数料支払 O-4 支払通知書 なし 代理店 P-1",
    )
    assert rows == [
        ("P-2-2026-06#1", "commission_expense", "課税仕入10%", booked),
        ("P-2-2026-06#2", "nondeductible_tax", "課税仕入10%", booked),
        ("P-2-2026-06#3", "deductible_tax", "課税仕入10%", booked),
        ("P-2-2026-06#4", "accounts_payable", "対象外", booked),
        ("payout:O-4#1", "accounts_payable", "対象外", paid),
        ("payout:O-4#2", "bank", "対象外", paid),
    ]
