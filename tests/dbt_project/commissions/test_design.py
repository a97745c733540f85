"""The four views of a commission's amount, of one product sold through one partner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

Warehouse = duckdb.DuckDBPyConnection


def _leads(b: SimpleNamespace) -> list[Any]:
    """Four leads of March, old enough on 30 June; one of June that is not."""
    at = datetime(2026, 3, 10, 3)
    reps = {"L-1": "R-1", "L-2": "R-1", "L-3": "R-1", "L-4": "R-2"}
    return [
        *(
            b.a_lead(lead, partner_id="P-1", rep_id=rep, registered_at=at)
            for lead, rep in reps.items()
        ),
        b.a_lead("L-5", partner_id="P-1", rep_id="R-1", registered_at=datetime(2026, 6, 1, 3)),
    ]


def _market(b: SimpleNamespace) -> list[Any]:
    spread = {"product_category": "SaaS", "source": "業界調査"}
    fixed = {"stage": "lead", "basis": "fixed", "low": Decimal(1_000), "high": Decimal(3_000)}
    rate = {"stage": "contract", "basis": "rate", "low": Decimal("0.15"), "high": Decimal("0.25")}
    cost = {"month": "2026-05", "channel": "marketing", "cost_kind": "ads", "amount_yen": 60_000}
    return [
        b.row("market_benchmarks", spread | fixed),
        b.row("market_benchmarks", spread | rate),
        b.row("channel_costs", cost),
        b.row("channel_costs", cost | {"channel": "sales"}),
        *(
            b.a_contract(f"M-{n}", channel="marketing", contracted_on=date(2026, 5, n))
            for n in (1, 2, 3)
        ),
    ]


@pytest.fixture(scope="module")
def con(warehouse: Callable[..., Warehouse], build: SimpleNamespace) -> Warehouse:
    b = build
    rate = {"basis": "rate", "base_amount": "first_year", "rate": Decimal("0.1")}
    fees = {"initial_yen": 10_000, "monthly_yen": 5_000, "term_months": 12}
    rows = [
        b.a_partner("P-1"),
        b.an_agreement("A-1", "P-1"),
        b.a_product("PR-1", product_category="SaaS", gross_margin_rate=Decimal("0.6")),
        b.a_product("PR-0", list_monthly_yen=5_000),
        b.a_term("T-1", "A-1", stage="lead", fixed_yen=2_000),
        b.a_term("T-2", "A-1", fixed_yen=None, **rate),
        b.a_contract(
            "C-1", lead_id="L-1", partner_id="P-1", contracted_on=date(2026, 4, 10), **fees
        ),
        *_leads(b),
        *_market(b),
    ]
    return warehouse({"2026-06-30#1": rows})


def _told(con: Warehouse, stage: str, columns: str, product: str = "PR-1") -> tuple[Any, ...]:
    found = con.execute(
        f"select {columns} from marts.commission_design where product_id = ? and stage = ?",
        [product, stage],
    ).fetchall()
    assert len(found) == 1
    return tuple(found[0])


def test_affordable_commission_is_a_third_of_the_worth_of_an_event(con: Warehouse) -> None:
    # LTV (10,000 + 5,000 × 12) × 60 % = 42,000. One of four mature leads became a contract.
    columns = "worth_yen, conversion_ppm, break_even_yen, affordable_yen"
    assert _told(con, "lead", columns) == (42_000, 250_000, 10_500, 3_500)
    assert _told(con, "contract", columns) == (42_000, 1_000_000, 42_000, 14_000)


def test_current_commission_stands_beside_the_affordable_one(con: Warehouse) -> None:
    # 5 leads × 2,000. 10 % of a first year of 70,000 yen.
    columns = "paid_events_count, paid_yen, current_yen, current_rate_ppm, affordable_ratio_ppm"
    assert _told(con, "lead", columns) == (5, 10_000, 2_000, None, 571_428)
    assert _told(con, "contract", columns) == (1, 7_000, 7_000, 100_000, 500_000)


def test_cac_of_the_stage_is_compared_with_other_channels(con: Warehouse) -> None:
    # 2,000 ÷ 25 % = 8,000 a contract; marketing's 60,000 brought 3. Sales brought none: no CAC.
    columns = "current_cac_yen, marketing_cac_yen, marketing_ratio_ppm, sales_cac_yen"
    assert _told(con, "lead", columns) == (8_000, 20_000, 400_000, None)
    assert _told(con, "contract", columns) == (7_000, 20_000, 350_000, None)


def test_partner_earns_per_lead_and_per_active_rep_and_month(con: Warehouse) -> None:
    # R-1 in March and June, R-2 in March. 7,000 ÷ 5 leads; 7,000 ÷ 3 rep months = 2,333.3…
    columns = "leads_count, rep_months_count, seller_lead_yen, seller_rep_month_yen"
    assert _told(con, "lead", columns) == (5, 3, 2_000, 3_333)
    assert _told(con, "contract", columns) == (5, 3, 1_400, 2_333)


def test_market_is_met_by_fee_or_by_rate(con: Warehouse) -> None:
    # 2,000 in the middle of 1,000 to 3,000; 10 % of 15 to 25 %.
    columns = "market_low_yen, market_high_ppm, market_ratio_ppm, market_source"
    assert _told(con, "lead", columns) == (1_000, None, 1_000_000, "業界調査")
    assert _told(con, "contract", columns) == (None, 250_000, 500_000, "業界調査")


def test_missing_input_is_empty_and_never_zero(con: Warehouse) -> None:
    columns = "worth_yen, break_even_yen, affordable_yen, current_yen, seller_lead_yen"
    assert _told(con, "contract", columns, "PR-0") == (None,) * 5  # no margin, no contract
    assert _told(con, "renewal", f"{columns}, market_ratio_ppm") == (None,) * 6
