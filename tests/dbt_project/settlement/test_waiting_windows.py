"""An uplift waits with the deals that its band needs, a cap with the deals that it cuts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

EARLIER, TONIGHT = "2026-05-31#1", "2026-06-30#1"
# The place of each partner's held deal; deals are of 10,000 yen.
HELD = {"NEEDS": (2,), "REACHES": (3,), "CUT": (2, 3), "OVER": (3,)}
DEALS = {"NEEDS": 3, "REACHES": 4, "CUT": 4, "OVER": 5}


def _posting(name: str, component: str, subject: str, yen: int, **more: Any) -> dict[str, Any]:
    return {
        "posting_id": f"{name}-{component}-{subject}",
        "line_key": f"P-{name}|seller|T-{name}|{subject}|{component}|2026-05",
        "partner_id": f"P-{name}",
        "role": "seller",
        "component": component,
        "subject": subject,
        "stage": "contract",
        "term_id": f"T-{name}",
        "agreement_id": f"A-{name}",
        "agreement_version": 1,
        "earn_period": "2026-05",
        "post_period": "2026-05",
        "amount_yen": yen,
        "reason_code": "new",
    } | more


def _bases(name: str) -> list[dict[str, Any]]:
    ids = [f"C-{name}{place}" for place in range(1, DEALS[name] + 1)]
    return [_posting(name, "base", f"contract:{id}", 10_000, contract_id=id) for id in ids]


def _rows(b: SimpleNamespace, name: str) -> list[Any]:
    terms = {"fixed_yen": None, "tier_measure": "count", "tier_mode": "slab"}
    capped = {"fixed_yen": 10_000, "cap_window_yen": 25_000}
    is_tiered = name in ("NEEDS", "REACHES")
    tiers = [(0, 10_000), (3, 12_000)] if is_tiered else []
    return [
        b.a_partner(f"P-{name}"),
        b.an_agreement(f"A-{name}", f"P-{name}"),
        b.a_term(f"T-{name}", f"A-{name}", tier_window="month", **(terms if is_tiered else capped)),
        *(b.a_tier(f"T-{name}", start, fixed_yen=yen) for start, yen in tiers),
        *(
            b.a_contract(
                f"C-{name}{place}", partner_id=f"P-{name}", contracted_on=date(2026, 5, place)
            )
            for place in range(1, DEALS[name] + 1)
        ),
    ]


def _flag(name: str, place: int) -> dict[str, Any]:
    contract = f"C-{name}{place}"
    return {
        "flag_id": f"consent_missing:{contract}",
        "rule_id": "consent_missing",
        "rule_version": "1",
        "subject_kind": "contract",
        "subject_id": contract,
        "partner_id": f"P-{name}",
        "contract_id": contract,
        "severity": "high",
        "hold_scope": "contract",
        "evidence_rows": "file:2",
        "evidence_digest": "seen",
    }


@pytest.fixture(scope="module")
def statuses(
    warehouse: Callable[..., duckdb.DuckDBPyConnection], build: SimpleNamespace
) -> dict[tuple[str, str], str]:
    windows = [
        _posting("NEEDS", "uplift", "2026-05", 6_000),
        _posting("REACHES", "uplift", "2026-05", 8_000),
        _posting("CUT", "cap", "2026-05", -15_000),
        _posting("OVER", "cap", "2026-05", -25_000),
    ]
    postings = [*(each for name in DEALS for each in _bases(name)), *windows]
    connection = warehouse(
        {EARLIER: [row for name in DEALS for row in _rows(build, name)], TONIGHT: []},
        postings={EARLIER: postings},
        flags={EARLIER: [_flag(name, place) for name in HELD for place in HELD[name]]},
        settlement=True,
    )
    rows = connection.sql(
        "select partner_id, split_part(line_key, '|', 4), status from marts.partner_statement_lines"
        " where component <> 'carried'"
    ).fetchall()
    return {(partner.removeprefix("P-"), subject): status for partner, subject, status in rows}


def test_uplift_waits_while_only_a_held_deal_reaches_its_band(statuses: Any) -> None:
    assert statuses["NEEDS", "contract:C-NEEDS2"] == "held"
    assert statuses["NEEDS", "2026-05"] == "held"


def test_uplift_whose_band_the_other_deals_reach_is_paid(statuses: Any) -> None:
    assert statuses["REACHES", "contract:C-REACHES3"] == "held"
    assert statuses["REACHES", "2026-05"] == "payable"


def test_cap_waits_with_the_deals_it_cuts(statuses: Any) -> None:
    """Two deals of 10,000 are payable under a cap of 25,000: nothing of them is cut."""
    assert statuses["CUT", "contract:C-CUT1"] == "payable"
    assert statuses["CUT", "2026-05"] == "held"


def test_cap_is_charged_once_payable_deals_exceed_it(statuses: Any) -> None:
    """Four deals of 10,000 are payable under a cap of 25,000."""
    assert statuses["OVER", "2026-05"] == "payable"
