"""Tiers and caps of the oracle, by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.dbt_project.commissions.reference.literal import (
    agreement,
    bands,
    contract,
    lines,
    rated,
    term,
)


def test_marginal_count_pays_the_third_event_on_at_the_second_band() -> None:
    # Three events in Q1 of FY2026: 2 × 1,000 + 1 × 1,500 = 3,500; bases 3 × 1,000; uplift 500.
    tiered = term(tier_measure="count", tier_window="quarter", tier_mode="marginal")
    rows = [agreement(), tiered, *bands("fixed_yen", (0, 1_000), (2, 1_500))]
    sold = [contract(f"C{day}", date(2026, 5, day)) for day in (1, 2, 3)]
    found = lines(*rows, *sold, contract("C0", date(2026, 3, 31)))
    assert found["uplift", "T", "FY2026-Q1"] == 500
    assert sum(found.values()) == 4_500  # March is another quarter


def test_slab_pays_all_at_the_band_reached_and_crumbs_go_to_the_uplift() -> None:
    # Q = 2 × 50,005 = 100,010 ≥ 100,000: trunc(0.1 × 100,010) = 10,001; bases 2 × 2,500 (2,500.25).
    tiered = {"tier_measure": "amount", "tier_window": "fiscal_year", "tier_mode": "slab"}
    prices = bands("rate", (0, Decimal("0.05")), (100_000, Decimal("0.1")))
    rows = [agreement(), rated("0.9", **tiered), *prices]
    sold = [contract(f"C{n}", initial_yen=50_005) for n in (1, 2)]
    assert lines(*rows, *sold)["uplift", "T", "FY2026"] == 10_001 - 5_000
    # One below the upper band: trunc(0.05 × 50,005) − 2,500 = 0.
    assert ("uplift", "T", "FY2026") not in lines(*rows, sold[0])


def test_marginal_amount_pays_each_part_its_rate() -> None:
    # Q = 130,000: 0.05 × 100,000 + 0.1 × 30,000 = 8,000; bases 2 × 3,250.
    tiered = {"tier_measure": "amount", "tier_window": "month", "tier_mode": "marginal"}
    prices = bands("rate", (0, Decimal("0.05")), (100_000, Decimal("0.1")))
    sold = [contract(f"C{n}", initial_yen=65_000) for n in (1, 2)]
    found = lines(agreement(), rated("0.9", **tiered), *prices, *sold)
    assert found["uplift", "T", "2026-04"] == 8_000 - 6_500


@pytest.mark.parametrize("mode", ["marginal", "slab"])
def test_refunds_beyond_the_sales_are_priced_at_the_lowest_band(mode: str) -> None:
    # Q = −60,000: 0.1 × −60,000 is the base line, so no uplift; −60,007 twice: trunc(−12,001.4).
    tiered = {"tier_measure": "amount", "tier_window": "month", "tier_mode": mode}
    prices = bands("rate", (0, Decimal("0.1")), (100_000, Decimal("0.2")))
    rows = [agreement(), rated("0.9", **tiered), *prices]
    base = ("base", "contract:C", "2026-04")
    assert lines(*rows, contract(initial_yen=-60_000)) == {base: -6_000}
    found = lines(*rows, *(contract(f"C{n}", initial_yen=-60_007) for n in (1, 2)))
    assert found["uplift", "T", "2026-04"] == -12_001 + 12_000


def test_event_leaves_the_tiers_only_when_clawback_keeps_none_of_it() -> None:
    # Slab: 2 events × 3,000 = 6,000 less 2 × 1,000. Half kept still counts whole, none kept does
    # not: 1 × 1,000 less 1 × 1,000.
    tiered = {"tier_measure": "count", "tier_window": "month", "tier_mode": "slab"}
    prices = bands("fixed_yen", (0, 1_000), (2, 3_000))
    ended = contract("C2", on=date(2026, 4, 1), cancelled_on=date(2026, 5, 1))
    half = term(clawback_method="linear", clawback_months=2, **tiered)
    assert lines(agreement(), half, *prices, contract("C1"), ended) == {
        ("base", "contract:C1", "2026-04"): 1_000,
        ("base", "contract:C2", "2026-04"): 500,
        ("uplift", "T", "2026-04"): 4_000,
    }
    none = term(clawback_method="full", **tiered)
    assert lines(agreement(), none, *prices, contract("C1"), ended) == {
        ("base", "contract:C1", "2026-04"): 1_000
    }


def test_caps_cut_the_line_before_clawback_and_the_window_after_it() -> None:
    # Lines of 20,000 are cut to 8,000; half of one is clawed back: 8,000 + 4,000 − 9,000 = 3,000.
    sold = [contract("C1"), contract("C2", date(2026, 4, 1), cancelled_on=date(2026, 5, 1))]
    caps = {"cap_event_yen": 8_000, "cap_window_yen": 9_000}
    linear = {"clawback_method": "linear", "clawback_months": 2}
    found = lines(agreement(), term(fixed_yen=20_000, **caps, **linear), *sold)
    assert found == {
        ("base", "contract:C1", "2026-04"): 8_000,
        ("base", "contract:C2", "2026-04"): 4_000,
        ("cap", "T", "2026-04"): -3_000,
    }
