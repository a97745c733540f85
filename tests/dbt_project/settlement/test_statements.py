"""A month is stated, frozen by a close, paid in part, and corrected in the next statement."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import duckdb
import polars as pl
import pytest

from ingestion.closes import CLOSE_SCHEMA
from ingestion.lake import Night
from ingestion.statements import STATEMENT_TABLES, frozen

JUNE, AUGUST = "2026-06-30#1", "2026-08-05#1"
MARTS = {"statements": "partner_statements", "statement_lines": "partner_statement_lines"}
# P-A: unknown regime; P-B: 取適法; P-C: by contract only; P-D: 外交員, not registered.
PARTNERS: dict[str, dict[str, Any]] = {
    "P-A": {"invoice_number": "T7000012050002"},
    "P-B": {"legal_regime": "toriteki"},
    "P-C": {"legal_regime": "contract_only"},
    "P-D": {"is_individual": True, "is_gaikoin": True},
}
# C-1 is sold by its payee; C-5 pays P-B, to whom the number of P-A tells nothing.
OWN_REFS = ("C-1", "C-5")
Warehouse = duckdb.DuckDBPyConnection


def _posting(partner: str, contract: str, yen: int, period: str, **more: Any) -> dict[str, Any]:
    term = f"T-{partner}"
    subject = f"contract:{contract}"
    return {
        "posting_id": f"{contract}-{period}",
        "line_key": f"{partner}|seller|{term}|{subject}|base|2026-06",
        "partner_id": partner,
        "role": "seller",
        "component": "base",
        "subject": subject,
        "contract_id": contract,
        "stage": "contract",
        "term_id": term,
        "agreement_id": f"A-{partner}",
        "agreement_version": 1,
        "earn_period": "2026-06",
        "post_period": period,
        "amount_yen": yen,
        "reason_code": "new",
    } | more


CAP = {
    "line_key": "P-C|seller|T-P-C|FY2026|cap|FY2026",
    "component": "cap",
    "subject": "FY2026",
    "contract_id": None,
}
POSTINGS = {
    JUNE: [
        _posting("P-A", "C-1", 10_005, "2026-06"),
        _posting("P-A", "C-HELD", 5_000, "2026-06"),
        _posting("P-A", "C-YOUNG", 8_000, "2026-06"),
        _posting("P-B", "C-5", 10_000, "2026-06"),
        _posting("P-C", "C-7", 2_000, "2026-06"),
        _posting("P-C", "FY2026", -12_000, "2026-06", **CAP),
        _posting("P-D", "C-9", 200_000, "2026-06"),
    ],
    AUGUST: [
        _posting("P-A", "C-1", -4_000, "2026-07", reason_code="cancelled"),
        _posting("P-B", "C-5", -10_000, "2026-07", reason_code="corrected"),
        _posting("P-B", "C-6", 3_000, "2026-07"),
        _posting("P-C", "C-8", 15_000, "2026-07"),
    ],
}
FLAG = {
    "flag_id": "consent_missing:C-HELD",
    "rule_id": "consent_missing",
    "rule_version": "1",
    "subject_kind": "contract",
    "subject_id": "C-HELD",
    "partner_id": "P-A",
    "contract_id": "C-HELD",
    "severity": "high",
    "hold_scope": "contract",
    "evidence_rows": "file:2",
    "evidence_digest": "seen",
}


def _agreed(build: SimpleNamespace) -> list[Any]:
    dates = {"payment_month_offset": 1, "payment_day": 31, "holiday_shift": "previous"}
    rows = [
        build.a_contract(
            "C-YOUNG", partner_id="P-A", lead_id="L-1", contracted_on=date(2026, 6, 10)
        ),
        *(build.a_contract(name, partner_id="P-A", partner_ref=f"K-{name}") for name in OWN_REFS),
    ]
    for partner_id, more in PARTNERS.items():
        rows += [
            build.a_partner(partner_id, **more),
            build.an_agreement(f"A-{partner_id}", partner_id, **dates),
            build.a_term(
                f"T-{partner_id}",
                f"A-{partner_id}",
                maturation_days=30,
                clawback_method="full",
                clawback_months=12,
            ),
        ]
    return rows


def _later(build: SimpleNamespace) -> list[Any]:
    seen = {"evidence_seen": "seen", "verdict": "false_positive"}
    paid_on = date(2026, 7, 31)
    return [
        build.a_decision("D-1", FLAG["flag_id"], decided_at=datetime(2026, 7, 10, 3), **seen),
        build.a_payout("O-1", "P-A", paid_on, 11_005, statement_id="P-A-2026-06"),
        build.a_payout("O-2", "P-B", paid_on, 11_000),
        build.a_payout("O-3", "P-D", paid_on, 200_000, statement_id="P-D-2026-06"),
        build.a_payout("O-4", "P-C", paid_on, 500),
    ]


def _close(con: Warehouse, night: Night) -> dict[str, pl.DataFrame]:
    """What `teikei close 2026-06` commits."""
    close = {"close_id": f"{night.id}-c1", "period": "2026-06", "known_at": night.known_at}
    tables = {
        table: frozen(
            con.sql(f"from marts.{mart} where period = '2026-06'").pl(),
            STATEMENT_TABLES[table],
            close,
        )
        for table, mart in MARTS.items()
    }
    return {"closes": pl.DataFrame([close], schema=CLOSE_SCHEMA), **tables}


@pytest.fixture(scope="module")
def june(warehouse: Callable[..., Warehouse], build: SimpleNamespace) -> Warehouse:
    return warehouse(
        {JUNE: _agreed(build)},
        postings={JUNE: POSTINGS[JUNE]},
        flags={JUNE: [FLAG]},
        settlement=True,
    )


@pytest.fixture(scope="module")
def august(
    warehouse: Callable[..., Warehouse], build: SimpleNamespace, june: Warehouse
) -> Warehouse:
    return warehouse(
        {JUNE: _agreed(build), AUGUST: _later(build)},
        postings=POSTINGS,
        flags={JUNE: [FLAG]},
        frozen={f"{JUNE}-c1": _close(june, Night.parse(JUNE))},
        settlement=True,
    )


def _one(con: Warehouse, sql: str) -> dict[str, Any]:
    (row,) = con.sql(sql).pl().to_dicts()
    return dict(row)


def _statement(con: Warehouse, statement_id: str) -> dict[str, Any]:
    return _one(con, f"from marts.partner_statements where statement_id = '{statement_id}'")


def _statuses(con: Warehouse, statement_id: str) -> dict[str, int]:
    sql = (
        "select coalesce(posting_id, 'carried') || ' ' || status, amount_yen "
        f"from marts.partner_statement_lines where statement_id = '{statement_id}'"
    )
    return dict(con.sql(sql).fetchall())


def test_held_and_immature_yen_are_stated_and_not_paid(june: Warehouse) -> None:
    assert _statuses(june, "P-A-2026-06") == {
        "C-1-2026-06 payable": 10_005,
        "C-HELD-2026-06 held": 5_000,
        "C-YOUNG-2026-06 immature": 8_000,
    }
    stated = _statement(june, "P-A-2026-06")
    assert (stated["held_yen"], stated["immature_yen"], stated["net_yen"]) == (5_000, 8_000, 10_005)
    assert (stated["tax_yen"], stated["amount_due_yen"]) == (1_000, 11_005)
    assert (stated["due_on"], stated["is_frozen"]) == (date(2026, 7, 31), False)


def test_payee_reads_its_own_number_of_a_deal_only(june: Warehouse) -> None:
    sql = (
        "select deal_id, partner_ref from marts.partner_statement_lines "
        "where deal_id in ('C-1', 'C-5', 'C-7') order by deal_id"
    )
    assert june.sql(sql).fetchall() == [("C-1", "K-C-1"), ("C-5", None), ("C-7", None)]


def test_withholding_and_deductible_share_are_the_persons(june: Warehouse) -> None:
    stated = _statement(june, "P-D-2026-06")
    assert (stated["withholding_yen"], stated["amount_due_yen"]) == (8_168, 211_832)
    assert (stated["is_invoice_registered"], stated["deductible_tax_yen"]) == (False, 16_000)
    follows = ("withholding_base_yen", "withholding_deduction_yen", "withholding_ppm")
    assert [stated[name] for name in follows] == [200_000, 120_000, 102_100]
    assert stated["withheld_before_yen"] == 0


def test_negative_net_is_carried_without_tax(june: Warehouse) -> None:
    stated = _statement(june, "P-C-2026-06")
    assert (stated["cap_yen"], stated["net_yen"], stated["carried_out_yen"]) == (
        -12_000,
        -10_000,
        -10_000,
    )
    assert (stated["tax_yen"], stated["amount_due_yen"]) == (0, 0)


def test_frozen_statement_stays_what_the_close_kept(june: Warehouse, august: Warehouse) -> None:
    for mart in MARTS.values():
        sql = f"select * exclude (is_frozen) from marts.{mart} where period = '2026-06' order by 1"
        before, after = (con.sql(sql).pl().drop("close_id", strict=False) for con in (june, august))
        assert before.equals(after)
    assert _statement(august, "P-A-2026-06")["close_id"] == f"{JUNE}-c1"


def test_released_and_matured_yen_are_paid_with_the_next_statement(august: Warehouse) -> None:
    assert _statuses(august, "P-A-2026-07") == {
        "C-1-2026-07 payable": -4_000,
        "C-HELD-2026-06 payable": 5_000,
        "C-YOUNG-2026-06 payable": 8_000,
    }
    stated = _statement(august, "P-A-2026-07")
    assert (stated["clawback_yen"], stated["net_yen"], stated["tax_yen"]) == (-4_000, 9_000, 900)


def test_unagreed_lowering_under_the_law_is_not_netted(august: Warehouse) -> None:
    assert _statuses(august, "P-B-2026-07") == {
        "C-5-2026-07 needs_legal": -10_000,
        "C-6-2026-07 payable": 3_000,
    }
    clock = _one(august, "from marts.payment_deadlines where posting_id = 'C-5-2026-07'")
    assert (clock["needs_legal"], clock["is_breach_projected"]) == (True, False)


def test_carried_balance_is_a_row_of_its_own(august: Warehouse) -> None:
    assert _statuses(august, "P-C-2026-07") == {
        "C-8-2026-07 payable": 15_000,
        "carried carried": -10_000,
    }
    stated = _statement(august, "P-C-2026-07")
    assert (stated["net_yen"], stated["tax_yen"], stated["amount_due_yen"]) == (5_000, 500, 5_500)


RECONCILED = {
    "P-A-2026-06": ("paid", "statement_id", 0),
    "P-B-2026-06": ("paid", "amount", 0),
    "P-C-2026-06": ("nothing_due", None, 0),
    "P-D-2026-06": ("underpaid", "statement_id", -11_832),
    "payout:O-4": ("no_statement", None, 500),
}


def test_payments_meet_their_statements(august: Warehouse) -> None:
    rows = august.sql(
        "select reconciliation_id, status, matched_by, difference_yen "
        "from marts.payout_reconciliation"
    ).fetchall()
    assert {key: tuple(rest) for key, *rest in rows} == RECONCILED


def test_balance_is_earned_less_paid_and_aged(august: Warehouse) -> None:
    person = _one(august, "from marts.partner_balances where partner_id = 'P-D'")
    assert (person["balance_yen"], person["overdue_30_yen"]) == (11_832, 11_832)
    other = _one(august, "from marts.partner_balances where partner_id = 'P-C'")
    assert (other["unmatched_yen"], other["balance_yen"]) == (-500, 4_500)


def test_journal_balances_and_pays_the_payable(august: Warehouse) -> None:
    sql = (
        "select account, cast(sum(debit_yen - credit_yen) as bigint) "
        "from marts.commission_journal where partner_id = 'P-D' group by account"
    )
    assert dict(august.sql(sql).fetchall()) == {
        "commission_expense": 200_000,
        "deductible_tax": 16_000,
        "nondeductible_tax": 4_000,
        "withholding_payable": -8_168,
        "accounts_payable": -11_832,
        "bank": -200_000,
    }


def test_paid_postings_have_no_deadline(august: Warehouse) -> None:
    rows = august.sql("select posting_id from marts.payment_deadlines order by 1").fetchall()
    assert [name for (name,) in rows] == [
        "C-5-2026-07",
        "C-6-2026-07",
        "C-8-2026-07",
        "C-9-2026-06",
        "C-HELD-2026-06",
        "C-YOUNG-2026-06",
    ]


def test_released_line_shows_that_it_would_be_paid_too_late(august: Warehouse) -> None:
    clock = _one(august, "from marts.payment_deadlines where posting_id = 'C-YOUNG-2026-06'")
    assert (clock["service_on"], clock["latest_lawful_on"]) == (date(2026, 6, 10), date(2026, 8, 9))
    assert (clock["days_left"], clock["projected_on"]) == (4, date(2026, 8, 31))
    assert clock["is_breach_projected"]
    # from day 61, 9 August, to the 31st: 8,000 × 14.6 % × 23 ÷ 365
    assert clock["late_interest_yen"] == 8_000 * 146_000 * 23 // 365_000_000


def test_bank_days_skip_new_year_and_golden_week(august: Warehouse) -> None:
    sql = "from intermediate.int_bank_days where day_on = '{}'"
    new_year = _one(august, sql.format("2027-01-01"))
    golden = _one(august, sql.format("2026-05-04"))
    assert (new_year["previous_on"], new_year["next_on"]) == (date(2026, 12, 30), date(2027, 1, 4))
    assert (golden["previous_on"], golden["next_on"]) == (date(2026, 5, 1), date(2026, 5, 7))


@pytest.mark.parametrize("table", MARTS)
def test_schemas_of_the_close_are_the_marts(june: Warehouse, table: str) -> None:
    columns = june.sql(f"from marts.{MARTS[table]} limit 0").pl().schema
    kept = {name: dtype for name, dtype in STATEMENT_TABLES[table].items() if name in columns}
    assert kept == {name: columns[name] for name in kept}
    assert set(columns) - {"is_frozen"} <= set(STATEMENT_TABLES[table])
