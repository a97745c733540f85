"""Drafts of several open periods say what their closes, the oldest first, will give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import polars as pl
import pytest

from ingestion.closes import CLOSE_SCHEMA
from ingestion.lake import Night
from ingestion.statements import STATEMENT_TABLES, frozen

NIGHT, LATER = "2026-07-31#1", "2026-08-01#1"
MARTS = {"statements": "partner_statements", "statement_lines": "partner_statement_lines"}
PERIODS = ("2026-04", "2026-05", "2026-06")
Warehouse = duckdb.DuckDBPyConnection
Make = Callable[..., Warehouse]


def _posting(contract: str, yen: int, period: str, **more: Any) -> dict[str, Any]:
    component = more.get("component", "base")
    subject = more.get("subject", f"contract:{contract}")
    return {
        "posting_id": f"{contract}-{period}",
        "line_key": f"P-1|seller|T-1|{subject}|{component}|{period}",
        "partner_id": "P-1",
        "role": "seller",
        "component": component,
        "subject": subject,
        "contract_id": contract,
        "term_id": "T-1",
        "agreement_id": "A-1",
        "agreement_version": 1,
        "earn_period": period,
        "post_period": period,
        "amount_yen": yen,
        "reason_code": "new",
    } | more


# April owes us 50,000; May earns 30,000; of June's 100,000 the rest of 20,000 is kept back.
POSTINGS = [
    _posting("C-1", -50_000, "2026-04"),
    _posting("C-2", 30_000, "2026-05"),
    _posting("C-3", 100_000, "2026-06"),
]
WINDOW = {
    "line_key": "P-1|seller|T-1|FY2026|uplift|FY2026",
    "component": "uplift",
    "subject": "FY2026",
    "contract_id": None,
}
SOLD = _posting("C-4", 20_000, "2026-04")


@pytest.fixture(scope="module")
def drafted(warehouse: Make, build: Any) -> Callable[..., Warehouse]:
    """`drafted(postings)` → the warehouse of `NIGHT`; with `frozen` closes, of the night after,
    which knows `later` postings too."""

    def make(
        postings: list[dict[str, Any]],
        frozen: dict[str, dict[str, pl.DataFrame]] | None = None,
        later: list[dict[str, Any]] | None = None,
    ) -> Warehouse:
        partner = build.a_partner("P-1", legal_regime="contract_only")
        rows = [partner, build.an_agreement("A-1", "P-1"), build.a_term("T-1", "A-1")]
        nights = {NIGHT: rows} | ({LATER: []} if frozen else {})
        posted = {NIGHT: postings} | ({LATER: later} if later else {})
        return warehouse(nights, postings=posted, frozen=frozen or {}, settlement=True)

    return make


def _closed(con: Warehouse, *periods: str) -> dict[str, dict[str, pl.DataFrame]]:
    """What `teikei close` commits for these periods after `NIGHT`, one batch each."""
    known_at = Night.parse(NIGHT).known_at
    batches = {}
    for place, period in enumerate(periods, 1):
        close = {"close_id": f"{NIGHT}-c{place}", "period": period, "known_at": known_at}
        rows = {
            table: con.sql(f"from marts.{mart} where period = '{period}'").pl()
            for table, mart in MARTS.items()
        }
        batches[str(close["close_id"])] = {
            "closes": pl.DataFrame([close], schema=CLOSE_SCHEMA),
            **{name: frozen(each, STATEMENT_TABLES[name], close) for name, each in rows.items()},
        }
    return batches


def _told(con: Warehouse, *columns: str) -> dict[str, tuple[int, ...]]:
    sql = f"select period, {', '.join(columns)} from marts.partner_statements"
    return {period: tuple(yen) for period, *yen in con.sql(sql).fetchall()}


CARRIED = ("carried_in_yen", "net_yen", "carried_out_yen", "amount_due_yen")
CHAINED = {
    "2026-04": (0, -50_000, -50_000, 0),
    "2026-05": (-50_000, -20_000, -20_000, 0),
    "2026-06": (-20_000, 80_000, 0, 88_000),
}


def test_negative_draft_is_carried_into_the_next_ones(drafted: Callable[..., Warehouse]) -> None:
    assert _told(drafted(POSTINGS), *CARRIED) == CHAINED


@pytest.mark.parametrize("closed", [PERIODS[:1], PERIODS[:2]])
def test_closes_in_order_give_what_the_drafts_said(
    drafted: Callable[..., Warehouse], closed: tuple[str, ...]
) -> None:
    after = drafted(POSTINGS, _closed(drafted(POSTINGS), *closed))
    assert _told(after, *CARRIED) == CHAINED


def test_period_closed_before_an_older_one_deducts_its_balance_once(
    drafted: Callable[..., Warehouse],
) -> None:
    """May and June are closed while April is a draft: what April owes is back in its balance."""
    after = drafted(POSTINGS, _closed(drafted(POSTINGS), "2026-05", "2026-06"))
    stated = _told(after, *CARRIED)
    assert stated["2026-06"] == CHAINED["2026-06"]
    assert stated["2026-04"] == (0, -50_000, -50_000, 0)
    # April's balance and what May and June have deducted come to nothing: no draft carries it on
    assert set(stated) == set(PERIODS)


YEN = ("gross_yen", "uplift_yen", "clawback_yen", "net_yen")


def test_uplift_that_was_never_paid_is_not_called_a_clawback(
    drafted: Callable[..., Warehouse],
) -> None:
    """Higher bands that pay less make the first uplift negative."""
    less = _posting("U-1", -3_000, "2026-04", **WINDOW)
    assert _told(drafted([SOLD, less]), *YEN)["2026-04"] == (17_000, -3_000, 0, 17_000)


def test_uplift_that_was_paid_is_taken_back(drafted: Callable[..., Warehouse]) -> None:
    paid = [SOLD, _posting("U-1", 5_000, "2026-04", **WINDOW)]
    less = _posting("U-1", -1_000, "2026-06", **WINDOW)
    after = drafted(paid, _closed(drafted(paid), "2026-04"), [less])
    assert _told(after, *YEN)["2026-06"] == (0, 0, -1_000, -1_000)
