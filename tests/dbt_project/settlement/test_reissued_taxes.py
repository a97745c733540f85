"""A paid statement turns out to be a 外交員's: its second version withholds, the books follow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import polars as pl
import pytest

from ingestion.closes import prepare, record_close
from ingestion.lake import Night, batch_path
from ingestion.reissues import latest_version, record_reissue

JUNE, JULY, AUGUST = "2026-06-30#1", "2026-07-15#1", "2026-08-31#1"
SUBJECT = "contract:C-1"
POSTING = {
    "posting_id": "C-1-2026-06",
    "line_key": f"P-1|seller|T-1|{SUBJECT}|base|2026-06",
    "partner_id": "P-1",
    "role": "seller",
    "component": "base",
    "subject": SUBJECT,
    "contract_id": "C-1",
    "term_id": "T-1",
    "agreement_id": "A-1",
    "agreement_version": 1,
    "earn_period": "2026-06",
    "post_period": "2026-06",
    "amount_yen": 200_000,
    "reason_code": "new",
}
Warehouse = duckdb.DuckDBPyConnection


def _rows(build: SimpleNamespace) -> dict[str, list[Any]]:
    dates = {"payment_month_offset": 1, "payment_day": 31, "holiday_shift": "previous"}
    agreed = [build.an_agreement("A-1", "P-1", **dates), build.a_term("T-1", "A-1")]
    person = build.a_partner("P-1", is_individual=True, is_gaikoin=True)
    # paid as the first version said, and its statement not named
    paid = build.a_payout("O-1", "P-1", date(2026, 7, 31), 220_000)
    return {JUNE: [build.a_partner("P-1"), *agreed], JULY: [person], AUGUST: [paid]}


@pytest.fixture(scope="module")
def august(
    warehouse: Callable[..., Warehouse],
    build: SimpleNamespace,
    tmp_path_factory: pytest.TempPathFactory,
) -> Warehouse:
    area, rows = tmp_path_factory.mktemp("lake") / "closes", _rows(build)
    prepare(area)

    def night(*nights: str, **frozen: Any) -> Warehouse:
        given = {name: rows[name] for name in nights}
        return warehouse(given, postings={JUNE: [POSTING]}, settlement=True, **frozen)

    june = night(JUNE)
    marts = {"statements": "partner_statements", "statement_lines": "partner_statement_lines"}
    stated = {table: june.sql(f"from marts.{mart}").pl() for table, mart in marts.items()}
    close = record_close(area, Night.parse(JUNE), {"period": "2026-06"}, stated)
    july = night(JUNE, JULY, frozen={close: _kept(area, close)})
    anew = july.sql("from intermediate.int_statements_taxed where is_frozen").pl()
    tables = latest_version(area, "P-1-2026-06")
    assert tables is not None
    changed = ("withholding_yen", "amount_due_yen")
    tables["statements"] = tables["statements"].with_columns(anew[name] for name in changed)
    reissue = record_reissue(area, Night.parse(JULY), {"period": "2026-06"}, tables, None)
    return night(JUNE, JULY, AUGUST, frozen={name: _kept(area, name) for name in (close, reissue)})


def _kept(area: Path, name: str) -> dict[str, pl.DataFrame]:
    return {path.stem: pl.read_parquet(path) for path in batch_path(area, name).glob("*.parquet")}


def test_reissue_withholds_what_the_status_asks_for(august: Warehouse) -> None:
    """(200,000 − 120,000) × 10.21 % = 8,168; the tax stays."""
    sql = "select version, net_yen, tax_yen, withholding_yen, amount_due_yen from {}"
    assert august.sql(sql.format("marts.partner_statements")).fetchall() == [
        (2, 200_000, 20_000, 8_168, 211_832)
    ]


def test_difference_is_a_voucher_of_its_own(august: Warehouse) -> None:
    sql = (
        "select account, debit_yen - credit_yen, booked_on from marts.commission_journal "
        "where voucher_id = 'P-1-2026-06#v2' order by account"
    )
    assert august.sql(sql).fetchall() == [
        ("accounts_payable", 8_168, date(2026, 7, 15)),
        ("withholding_payable", -8_168, date(2026, 7, 15)),
    ]


def test_journal_of_both_versions_is_that_of_the_latest(august: Warehouse) -> None:
    sql = (
        "select account, cast(sum(debit_yen - credit_yen) as bigint) from marts.commission_journal "
        "where starts_with(voucher_id, 'P-1') and account <> 'nondeductible_tax' group by 1"
    )
    assert dict(august.sql(sql).fetchall()) == {
        "commission_expense": 200_000,
        "deductible_tax": 16_000,
        "withholding_payable": -8_168,
        "accounts_payable": -211_832,
    }


def test_what_was_paid_before_is_compared_with_the_latest(august: Warehouse) -> None:
    sql = "select status, matched_by, difference_yen from marts.payout_reconciliation"
    assert august.sql(sql).fetchall() == [("overpaid", "amount", 8_168)]
