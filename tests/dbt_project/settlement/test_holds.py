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


def test_yen_at_risk_are_the_unpaid_yen_in_scope(settled: Any) -> None:
    flag = _one(settled, "from marts.flags where flag_id = 'consent_reused:P-2'")
    assert flag["yen_at_risk"] == 10_000


def test_partner_risk_counts_a_line_once(settled: Any) -> None:
    risk = _one(settled, "from marts.partner_risk where partner_id = 'P-1'")
    assert (risk["open_flag_count"], risk["held_yen"], risk["yen_at_risk"]) == (2, 10_000, 20_000)
    assert (risk["worst_severity"], risk["posted_yen"]) == ("high", 40_000)


def test_flag_says_what_is_unpaid_in_its_reach_and_where_it_stands_in_the_queue(
    settled: Any,
) -> None:
    flags = settled.sql("select * from marts.flags order by queue_place").pl()
    places = dict(zip(flags["flag_id"], flags["queue_place"], strict=True))
    assert list(places.values()) == list(range(1, flags.height + 1))
    assert places["consent_missing:C-HELD"] < places["consent_missing:C-CLEARED"]
    assert flags.filter(flag_id="consent_missing:C-HELD")["yen_at_risk"].item() == 10_000


def test_partner_risk_rises_with_findings_and_not_with_cleared_ones(settled: Any) -> None:
    risk = {
        row["partner_id"]: row["risk"]
        for row in settled.sql("select partner_id, risk from marts.partner_risk").pl().to_dicts()
    }
    assert risk["P-1"] > risk["P-2"] == risk["P-3"] > 0.02


def test_flag_without_fifty_verdicts_has_the_chance_of_its_severity(settled: Any) -> None:
    rule = _one(settled, "from marts.flags where rule_id = 'consent_missing' limit 1")
    assert rule["confirm_probability"] == pytest.approx(0.4)  # 50 verdicts are not there yet


def test_audits_draw_only_contracts_that_nobody_flagged(settled: Any) -> None:
    drawn = settled.sql("select contract_id from marts.audit_sample").pl()["contract_id"]
    assert set(drawn) <= {"C-FREE", "C-ALL", "C-NEG", "C-LEAD"}
    assert len(drawn) >= 3


def test_recall_is_unknown_before_the_first_blind_check(settled: Any) -> None:
    assert _one(settled, "from marts.conduct_recall")["recall"] is None
