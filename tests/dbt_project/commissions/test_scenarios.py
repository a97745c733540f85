"""What-if plans: drafts priced on our own history, set beside what the terms in force cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from tests.dbt_project.commissions.reference.terms import is_approved

NIGHT = "2026-06-30#1"
Warehouse = duckdb.DuckDBPyConnection
Rows = list[dict[str, Any]]


def _draft(build: SimpleNamespace, term: str, agreement: str, **more: Any) -> Any:
    """Nobody has approved a draft."""
    free = {"scenario": "plan", "approved_by": None, "approved_on": None}
    return build.a_term(term, agreement, **(free | more))


def _partner(build: SimpleNamespace, name: str, **more: Any) -> list[Any]:
    start = {"effective_from": date(2026, 4, 1)}
    return [
        build.a_partner(f"P-{name}", **more),
        build.an_agreement(f"A-{name}", f"P-{name}", **start),
    ]


def _sales(build: SimpleNamespace, name: str, *days: date, **more: Any) -> list[Any]:
    return [
        build.a_contract(
            f"C-{name}{place}",
            contracted_on=day,
            **({"partner_id": f"P-{name}", "initial_yen": 100_000} | more),
        )
        for place, day in enumerate(days)
    ]


def _slab_instead_of_a_fixed_fee(b: SimpleNamespace) -> list[Any]:
    april, may = [date(2026, 4, day) for day in (1, 2, 3)], [date(2026, 5, day) for day in (1, 2)]
    tiers = {"fixed_yen": None, "tier_measure": "count", "tier_mode": "slab"}
    return [
        *_partner(b, "SLAB"),
        b.a_term("T-SLAB", "A-SLAB"),
        b.a_term("T-SLAB-R", "A-SLAB", stage="renewal", fixed_yen=3_000),
        _draft(b, "D-SLAB", "A-SLAB", **tiers),
        b.a_tier("D-SLAB", 0, fixed_yen=5_000),
        b.a_tier("D-SLAB", 3, fixed_yen=12_000),
        *_sales(b, "SLAB", *april, *may),
        b.an_event(
            "V-SLAB", "C-SLAB0", stage="renewal", occurred_on=date(2026, 6, 1), amount_yen=20_000
        ),
    ]


def _dearer_override(b: SimpleNamespace) -> list[Any]:
    return [
        *_partner(b, "UP"),
        *_partner(b, "DOWN", parent_partner_id="P-UP"),
        b.a_term("T-UP", "A-UP", payee="parent", fixed_yen=500),
        b.a_term("T-DOWN", "A-DOWN"),
        _draft(b, "D-UP", "A-UP", payee="parent", fixed_yen=800),
        *_sales(b, "DOWN", date(2026, 4, 1), date(2026, 5, 1)),
    ]


def _draft_of_one_product(b: SimpleNamespace) -> list[Any]:
    rate = {"basis": "rate", "base_amount": "initial", "rate": Decimal("0.2"), "fixed_yen": None}
    return [
        *_partner(b, "PRODUCT"),
        b.a_term("T-PRODUCT", "A-PRODUCT"),
        _draft(b, "D-PRODUCT", "A-PRODUCT", product_id="PR-1", **rate),
        *_sales(b, "PRODUCT", date(2026, 4, 1)),
        *_sales(b, "PRODUCT-2", date(2026, 4, 1), product_id="PR-2", partner_id="P-PRODUCT"),
    ]


def _second_version(b: SimpleNamespace) -> list[Any]:
    second = {"version": 2, "effective_from": date(2026, 5, 1)}
    back = {"agreement_version": 2, "fixed_yen": 7_000, "applies_to_existing": True}
    return [
        *_partner(b, "LATER"),
        b.an_agreement("A-LATER", "P-LATER", **second),
        b.a_term("T-LATER", "A-LATER"),
        b.a_term("T-LATER-2", "A-LATER", agreement_version=2),
        _draft(b, "D-LATER", "A-LATER", agreement_version=2, fixed_yen=7_000),
        _draft(b, "D-LATER-BACK", "A-LATER", scenario="everything", **back),
        *_sales(b, "LATER", date(2026, 4, 1), date(2026, 5, 1)),
    ]


def _future_version(b: SimpleNamespace) -> list[Any]:
    back = {"agreement_version": 2, "fixed_yen": 9_000, "applies_to_existing": True}
    return [
        *_partner(b, "FUTURE"),
        b.an_agreement("A-FUTURE", "P-FUTURE", version=2, effective_from=date(2027, 4, 1)),
        b.a_term("T-FUTURE", "A-FUTURE"),
        _draft(b, "D-FUTURE", "A-FUTURE", scenario="everything", **back),
        *_sales(b, "FUTURE", date(2026, 4, 1)),
    ]


def _two_drafts_for_one_slot(b: SimpleNamespace) -> list[Any]:
    return [
        *_partner(b, "TIE"),
        b.a_term("T-TIE", "A-TIE"),
        _draft(b, "D-TIE-1", "A-TIE", scenario="tie", fixed_yen=1),
        _draft(b, "D-TIE-2", "A-TIE", scenario="tie", fixed_yen=2),
        *_sales(b, "TIE", date(2026, 4, 1)),
    ]


def _unapproved_stays_unapproved(b: SimpleNamespace) -> list[Any]:
    return [
        *_partner(b, "LAX"),
        b.a_term("T-LAX", "A-LAX", approved_by="maker"),
        _draft(b, "D-LAX", "A-LAX", stage="renewal", scenario="lax"),
        *_sales(b, "LAX", date(2026, 4, 1)),
    ]


@pytest.fixture(scope="module")
def con(warehouse: Callable[..., Warehouse], build: SimpleNamespace) -> Warehouse:
    parts = (
        _slab_instead_of_a_fixed_fee,
        _dearer_override,
        _draft_of_one_product,
        _second_version,
        _future_version,
        _two_drafts_for_one_slot,
        _unapproved_stays_unapproved,
    )
    return warehouse({NIGHT: [row for part in parts for row in part(build)]})


def _told(con: Warehouse, scenario: str, partner: str | None, columns: str) -> tuple[Any, ...]:
    found = con.execute(
        f"select {columns} from marts.commission_scenarios "
        "where scenario = ? and partner_id is not distinct from ?",
        [scenario, partner],
    ).fetchall()
    assert len(found) == 1
    return tuple(found[0])


YEN = "in_force_yen, what_if_yen"


def test_tiers_of_a_draft_replace_the_fee_and_other_terms_stay(con: Warehouse) -> None:
    # In force 5 × 10,000 + a renewal of 3,000. What-if: April 3 × 12,000, May 2 × 5,000, and 3,000.
    assert _told(con, "plan", "P-SLAB", YEN) == (53_000, 49_000)
    columns = "difference_yen, is_winner, is_loser, in_force_events_count, what_if_events_count"
    assert _told(con, "plan", "P-SLAB", columns) == (-4_000, False, True, 6, 6)


def test_rate_and_cac_are_cut_from_the_sales_of_the_compared_periods(con: Warehouse) -> None:
    # Revenue 5 × 100,000 + 20,000. 53,000 ÷ 520,000 = 0.1019230…; 49,000 ÷ 520,000 = 0.0942307…
    rates = "revenue_yen, in_force_rate_ppm, what_if_rate_ppm"
    assert _told(con, "plan", "P-SLAB", rates) == (520_000, 101_923, 94_230)
    cac = "contracts_count, in_force_cac_yen, what_if_cac_yen"
    assert _told(con, "plan", "P-SLAB", cac) == (5, 10_600, 9_800)


def test_window_that_ended_one_sale_short_of_a_band_is_a_cliff(con: Warehouse) -> None:
    # May: 2 × 5,000 = 10,000; a third sale would have made 3 × 12,000 = 36,000.
    columns = "last_window, next_band_gap, one_more_sale_yen"
    assert _told(con, "plan", "P-SLAB", columns) == ("2026-05", 1, 26_000)
    counts = "in_force_just_below_count, what_if_just_below_count"
    assert _told(con, "plan", "P-SLAB", counts) == (0, 1)


def test_override_draft_pays_the_upper_partner_on_its_sub_agents_sales(con: Warehouse) -> None:
    assert _told(con, "plan", "P-UP", YEN) == (1_000, 1_600)
    assert _told(con, "plan", "P-UP", "contracts_count, revenue_yen") == (2, 200_000)


def test_draft_of_one_product_leaves_the_general_term_to_the_others(con: Warehouse) -> None:
    # In force 2 × 10,000. What-if 20 % of 100,000 for PR-1, 10,000 for PR-2.
    assert _told(con, "plan", "P-PRODUCT", YEN) == (20_000, 30_000)


def test_draft_of_a_version_is_compared_from_that_version_on(con: Warehouse) -> None:
    columns = f"from_period, {YEN}"
    assert _told(con, "plan", "P-LATER", columns) == ("2026-05", 10_000, 7_000)


def test_draft_that_takes_over_earlier_deals_prices_the_whole_history(con: Warehouse) -> None:
    columns = f"from_period, {YEN}"
    assert _told(con, "everything", "P-LATER", columns) == (None, 20_000, 14_000)
    assert _told(con, "everything", "P-FUTURE", columns) == (None, 10_000, 9_000)


def test_total_adds_up_the_partners_that_have_drafts(con: Warehouse) -> None:
    # 53,000 + 1,000 + 20,000 + 10,000; 49,000 + 1,600 + 30,000 + 7,000. Contracts 5 + 2 + 2 + 1.
    assert _told(con, "plan", None, YEN) == (84_000, 87_600)
    columns = "is_total, winners_count, losers_count, contracts_count, what_if_just_below_count"
    assert _told(con, "plan", None, columns) == (True, 2, 2, 10, 1)


def test_two_drafts_for_the_same_terms_pay_nothing(con: Warehouse) -> None:
    assert _told(con, "tie", "P-TIE", f"{YEN}, what_if_events_count") == (10_000, 0, 0)


def test_term_that_nobody_approved_pays_nothing_in_a_what_if_either(con: Warehouse) -> None:
    assert _told(con, "lax", "P-LAX", YEN) == (0, 0)


def test_what_if_posts_and_decides_nothing(con: Warehouse) -> None:
    terms = con.sql(
        "select term_id from intermediate.postings_due "
        "union all select term_id from marts.fct_commission_decisions where term_id is not null"
    ).fetchall()
    assert {term for (term,) in terms if not term.startswith("T-")} == set()
    assert len(terms) > 20


def _twins(rows_by_night: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Drafts that repeat every approved term in force, bands and steps included."""
    rows = [row for rows in rows_by_night.values() for row in rows]
    terms = {row.values["term_id"]: row.values for row in rows if row.table == "commission_terms"}
    in_force = {key: term for key, term in terms.items() if not term.get("scenario")}
    copied = {key for key, term in in_force.items() if is_approved(term, date(2026, 7, 31))}

    def twin(row: Any) -> Any:
        more = {"term_id": f"twin-{row.values['term_id']}"}
        if row.table == "commission_terms":
            more |= {"scenario": "same", "approved_by": None}
        return replace(row, values=row.values | more)

    return {
        night: rows + [twin(row) for row in rows if row.values.get("term_id") in copied]
        for night, rows in rows_by_night.items()
    }


@pytest.fixture(scope="module")
def same(
    warehouse: Callable[..., Warehouse], golden_rows: dict[str, list[Any]]
) -> list[tuple[Any, ...]]:
    """(partner, in force, what-if) of every partner of the golden cases, drafts like its terms."""
    con = warehouse(_twins(golden_rows))
    return con.sql(
        "select partner_id, in_force_yen, what_if_yen from marts.commission_scenarios "
        "where scenario = 'same' and not is_total"
    ).fetchall()


def test_draft_like_the_terms_in_force_costs_the_same_for_every_partner(
    same: list[tuple[Any, ...]],
) -> None:
    assert [row for row in same if row[1] != row[2]] == []
    assert len(same) > 50
    assert sum(in_force for _, in_force, _ in same) > 1_000_000
