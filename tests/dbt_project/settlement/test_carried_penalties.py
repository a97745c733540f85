"""A penalty stands outside the consumption tax, in whichever month it is booked."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import duckdb
import polars as pl
import pytest

from ingestion.closes import CLOSE_SCHEMA
from ingestion.lake import Night
from ingestion.statements import STATEMENT_TABLES, frozen

NIGHT, LATER = "2028-04-30#1", "2028-05-01#1"
MARTS = {"statements": "partner_statements", "statement_lines": "partner_statement_lines"}
Warehouse = duckdb.DuckDBPyConnection
# Yen by month, component and case; April takes them all up.
CASES: dict[str, list[tuple[str, str, int]]] = {
    "ONCE": [("2028-04", "penalty", -30_000), ("2028-04", "base", 210_000)],
    "APART": [("2028-03", "penalty", -30_000), ("2028-04", "base", 210_000)],
    "MIXED": [
        ("2028-03", "penalty", -30_000),
        ("2028-03", "base", 10_000),
        ("2028-04", "base", 200_000),
    ],
    "EVEN": [
        ("2028-03", "penalty", -30_000),
        ("2028-03", "base", 30_000),
        ("2028-04", "base", 180_000),
    ],
    "LONG": [
        ("2028-02", "penalty", -30_000),
        ("2028-03", "base", 20_000),
        ("2028-04", "base", 190_000),
    ],
}


def _posting(case: str, period: str, component: str, yen: int) -> dict[str, Any]:
    subject = f"{component}:{case}-{period}"
    return {
        "posting_id": f"{case}-{component}-{period}",
        "line_key": f"P-{case}|seller|T-{case}|{subject}|{component}|{period}",
        "partner_id": f"P-{case}",
        "role": "seller",
        "component": component,
        "subject": subject,
        "term_id": f"T-{case}",
        "agreement_id": f"A-{case}",
        "agreement_version": 1,
        "earn_period": period,
        "post_period": period,
        "amount_yen": yen,
        "reason_code": "new",
    }


POSTINGS = [_posting(case, *yen) for case, rows in CASES.items() for yen in rows]


def _closed(con: Warehouse, *periods: str) -> dict[str, dict[str, pl.DataFrame]]:
    known_at = Night.parse(NIGHT).known_at
    batches = {}
    for place, period in enumerate(periods, 1):
        close = {"close_id": f"{NIGHT}-c{place}", "period": period, "known_at": known_at}
        rows = {
            table: con.sql(f"from marts.{mart} where period = '{period}'").pl()
            for table, mart in MARTS.items()
        }
        kept = {name: frozen(each, STATEMENT_TABLES[name], close) for name, each in rows.items()}
        batches[str(close["close_id"])] = {
            "closes": pl.DataFrame([close], schema=CLOSE_SCHEMA),
            **kept,
        }
    return batches


@pytest.fixture(scope="module")
def nights(warehouse: Callable[..., Warehouse], build: SimpleNamespace) -> dict[str, Warehouse]:
    """All three months as drafts; as drafts after the first two were closed; and all closed."""
    rows = [
        row
        for case in CASES
        for row in (
            build.a_partner(f"P-{case}", is_individual=True, is_gaikoin=True),
            build.an_agreement(f"A-{case}", f"P-{case}"),
            build.a_term(f"T-{case}", f"A-{case}"),
        )
    ]
    given: dict[str, Any] = {"postings": {NIGHT: POSTINGS}, "settlement": True}
    drafts = warehouse({NIGHT: rows}, **given)
    later: dict[str, Any] = {NIGHT: rows, LATER: []}
    two, three = (
        warehouse(later, frozen=_closed(drafts, *periods), **given)
        for periods in (("2028-02", "2028-03"), ("2028-02", "2028-03", "2028-04"))
    )
    return {"drafts": drafts, "two closed": two, "closed": three}


# 210,000 × 10 %; withheld (210,000 − 120,000) × 10.21 %.
APRIL = {"net_yen": 180_000, "tax_yen": 21_000, "withholding_yen": 9_189, "taxable_yen": 210_000}


@pytest.mark.parametrize("night", ["drafts", "two closed", "closed"])
@pytest.mark.parametrize("case", CASES)
def test_tax_is_that_of_one_month(nights: dict[str, Warehouse], night: str, case: str) -> None:
    con = nights[night]
    (april,) = (
        con.sql(f"from marts.partner_statements where statement_id = 'P-{case}-2028-04'")
        .pl()
        .to_dicts()
    )
    assert {name: april[name] for name in APRIL} == APRIL
    assert april["amount_due_yen"] == 180_000 + 21_000 - 9_189


def test_penalty_of_the_carried_balance_is_told(nights: dict[str, Warehouse]) -> None:
    rows = nights["two closed"].sql(
        "select statement_id, carried_in_yen, carried_in_exempt_yen from marts.partner_statements"
        " where carried_in_exempt_yen <> 0 order by 1"
    )
    assert rows.fetchall() == [
        ("P-APART-2028-04", -30_000, -30_000),
        ("P-EVEN-2028-04", 0, -30_000),
        ("P-LONG-2028-03", -30_000, -30_000),
        ("P-LONG-2028-04", -10_000, -30_000),
        ("P-MIXED-2028-04", -20_000, -30_000),
    ]


def test_nothing_is_left_to_carry_once_it_was_taken_up(nights: dict[str, Warehouse]) -> None:
    con = nights["closed"]
    assert con.sql("from intermediate.int_statement_balances").fetchall() == []
    assert con.sql("from marts.partner_statements where not is_frozen").fetchall() == []


def test_reissue_would_state_the_same_yen(nights: dict[str, Warehouse]) -> None:
    told = "statement_id, carried_in_exempt_yen, taxable_yen, tax_yen, amount_due_yen"
    con = nights["closed"]
    stated = con.sql(f"select {told} from marts.partner_statements order by 1").fetchall()
    again = con.sql(f"select {told} from intermediate.int_statements_taxed order by 1").fetchall()
    assert again == stated


def test_vouchers_of_carried_penalties_balance(nights: dict[str, Warehouse]) -> None:
    sql = (
        "select account, cast(sum(debit_yen - credit_yen) as bigint) from marts.commission_journal"
        " where partner_id = 'P-{}' group by account having sum(debit_yen - credit_yen) <> 0"
    )
    con = nights["closed"]
    once = dict(con.sql(sql.format("ONCE")).fetchall())
    assert sum(once.values()) == 0
    assert all(dict(con.sql(sql.format(case)).fetchall()) == once for case in CASES)
