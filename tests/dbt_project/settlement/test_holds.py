"""An open flag holds exactly the positive yen in its scope; only a decision lets them go."""

from __future__ import annotations

from typing import Any

import pytest

AVAILABILITY = {
    "C-FREE": "available",
    "C-HELD": "held",
    "C-WATCHED": "available",
    "C-CLEARED": "available",
    "C-ALL": "held",
    "C-NEG": "available",
    "C-LEAD": "held",
}


def _one(con: Any, sql: str) -> dict[str, Any]:
    return con.sql(sql).pl().to_dicts()[0]


@pytest.mark.parametrize(("contract_id", "availability"), AVAILABILITY.items())
def test_line_availability_is(settled: Any, contract_id: str, availability: str) -> None:
    line = _one(
        settled,
        f"from marts.fct_commission_availability where subject = 'contract:{contract_id}'"
        " and posted_yen <> 0",
    )
    assert line["availability"] == availability
    assert line["is_held"] == (availability == "held")


def test_flag_no_longer_hit_stays_open(settled: Any) -> None:
    flag = _one(settled, "from marts.flags where flag_id = 'consent_missing:C-HELD'")
    assert (flag["status"], flag["is_current"], flag["is_holding"]) == ("open", False, True)
    assert str(flag["last_seen_on"]) == "2026-05-31"


def test_flag_keeps_the_day_it_was_first_seen(settled: Any) -> None:
    flag = _one(settled, "from marts.flags where flag_id = 'duplicate:L-C-LEAD'")
    assert (str(flag["first_seen_on"]), str(flag["last_seen_on"])) == ("2026-05-31", "2026-06-30")


def test_yen_at_risk_are_the_positive_yen_in_scope(settled: Any) -> None:
    flag = _one(settled, "from marts.flags where flag_id = 'consent_reused:P-2'")
    assert flag["yen_at_risk"] == 10_000


def test_partner_risk_counts_a_line_once(settled: Any) -> None:
    risk = _one(settled, "from marts.partner_risk where partner_id = 'P-1'")
    assert (risk["open_flag_count"], risk["held_yen"], risk["yen_at_risk"]) == (2, 10_000, 20_000)
    assert (risk["worst_severity"], risk["posted_yen"]) == ("high", 40_000)
