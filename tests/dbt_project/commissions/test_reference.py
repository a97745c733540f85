"""The oracle itself, by hand: each case quotes DOMAIN §5 and works out its yen in the test."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from tests.dbt_project.commissions.reference import NIGHTS, LineKey, Row, history, net
from tests.dbt_project.commissions.reference.literal import (
    D,
    a,
    agreement,
    contract,
    decided,
    event,
    fee,
    lines,
    proof,
    rated,
    term,
)


def test_rate_of_a_base_amount_is_cut_toward_zero() -> None:
    # 0.033333 × 99,999 = 3,333.266…
    found = lines(agreement(), rated("0.033333"), contract(initial_yen=99_999))
    assert found == {("base", "contract:C", "2026-04"): 3_333}


def test_first_year_counts_at_most_twelve_months_and_never_the_discount() -> None:
    # 10,000 + 1,000 × min(12, 24) = 22,000; empty: 12 months too; 6 months: 16,000. 10 % of each.
    fees = {"initial_yen": 10_000, "monthly_yen": 1_000, "discount_rate": Decimal("0.5")}
    found = [
        lines(agreement(), rated("0.1", "first_year"), contract(term_months=months, **fees))
        for months in (24, None, 6)
    ]
    assert [sum(one.values()) for one in found] == [2_200, 2_200, 1_600]


def test_empty_amount_keeps_its_decision() -> None:
    assert decided(agreement(), rated("0.1"), contract()) == {("contract:C", "T"): ("owed", 0)}


def test_achieved_on_is_the_later_of_stage_and_evidence_in_the_closing_period() -> None:
    # 15:30 UTC of 20 May is 21 May in Tokyo; closing on the 20th, that is the period of June.
    rows = [agreement(closing_day=20), term(required_evidence="consent_form"), contract()]
    assert decided(*rows)["contract:C", "T"] == ("waiting_evidence", 0)
    late = proof("V", datetime(2026, 5, 20, 15, 30))
    assert lines(*rows, late) == {("base", "contract:C", "2026-06"): 10_000}


def test_evidence_of_a_partner_counts_from_the_night_that_brings_it() -> None:
    rows = [agreement(), term(required_evidence="consent_form"), contract()]
    claim = Row("evidence", proof("V", datetime(2026, 4, 1)).values, date(2026, 5, 31), 0, "P")
    assert lines(*rows, claim) == {("base", "contract:C", "2026-05"): 10_000}


def test_what_is_dated_after_the_business_day_is_not_there_yet() -> None:
    rows = [agreement(), term(clawback_method="full"), contract(cancelled_on=date(2026, 7, 1))]
    assert decided(*rows) == {("contract:C", "T"): ("owed", 10_000)}
    july = date(2026, 7, 1)
    assert decided(*rows, today=july) == {("contract:C", "T"): ("clawed_back", 0)}
    assert decided(agreement(), term(), contract(on=july)) == {}


def test_why_nothing_applies() -> None:
    assert decided(contract()) == {("contract:C", None): ("no_agreement", 0)}
    ended = agreement(effective_to=date(2026, 4, 9))  # inclusive: the 10th would count
    assert decided(ended, term(), contract()) == {("contract:C", None): ("no_agreement", 0)}
    lead = a(
        "leads",
        lead_id="L",
        registered_at=datetime(2026, 4, 30, 15),
        channel="partner",
        partner_id="P",
    )
    assert decided(agreement(), term(), lead) == {("lead:L", None): ("no_term", 0)}
    assert decided(agreement(), term(), contract(channel="sales")) == {}


def test_specific_term_beats_the_general_one_and_two_specific_ones_are_ambiguous() -> None:
    general = [agreement(), term("T1"), contract()]
    one = [*general, term("T2", product_id="A"), term("T3", product_id="B")]
    assert {key[1]: told[0] for key, told in decided(*one).items()} == {
        "T1": "superseded",
        "T2": "owed",
    }
    two = [*one, agreement("H"), term("T4", "H", product_id="A")]
    assert {key[1]: told[0] for key, told in decided(*two).items()} == {
        "T1": "superseded",
        "T2": "ambiguous_term",
        "T4": "ambiguous_term",
    }


def test_unapproved_terms_step_aside_before_terms_compete() -> None:
    own = {"proposed_by": "maker", "approved_by": "maker"}
    late = {"proposed_by": "maker", "approved_on": date(2026, 7, 1)}
    rows = [term("T1", product_id="A", **own), term("T2", product_id="A", **late), term("T3")]
    assert decided(agreement(), contract(), *rows) == {
        ("contract:C", "T1"): ("unapproved_term", 0),
        ("contract:C", "T2"): ("unapproved_term", 0),
        ("contract:C", "T3"): ("owed", 10_000),
    }


def test_highest_version_in_force_on_the_anchor_date_replaces_the_lower_one_whole() -> None:
    may = agreement(version=2, effective_from=date(2026, 5, 1))
    rows = [agreement(), may, term("T1"), term("T2", version=2, fixed_yen=7)]
    sold = [contract("C1"), contract("C2", date(2026, 5, 1))]
    # The first onboarding of C1 falls under version 2 by its day, but its rate is frozen.
    onboarded = event("E", "onboarding", date(2026, 5, 2), "C1")
    first = [term("T3", stage="onboarding", fixed_yen=500)]
    assert lines(*rows, *sold, onboarded, *first) == {
        ("base", "contract:C1", "2026-04"): 10_000,
        ("base", "contract:C2", "2026-05"): 7,
        ("base", "onboarding:C1", "2026-05"): 500,
    }


def test_term_that_applies_to_existing_replaces_terms_of_earlier_deals_once_it_is_in_force() -> (
    None
):
    may = agreement(version=2, effective_from=date(2026, 5, 1))
    back = term("T2", version=2, fixed_yen=3_000, applies_to_existing=True)
    rows = [agreement(), may, term("T1", product_id="A"), back, contract()]
    april = {("contract:C", "T1"): ("owed", 10_000)}
    assert decided(*rows, today=date(2026, 4, 30)) == april
    assert decided(*rows) == {
        ("contract:C", "T1"): ("superseded", 0),
        ("contract:C", "T2"): ("owed", 3_000),
    }


def test_unknown_prefecture_is_outside_a_territory_until_known() -> None:
    tokyo = [agreement(territory="東京都;大阪府"), term()]
    told = [decided(*tokyo, contract(prefecture=at)) for at in (None, "福岡県", "大阪府")]
    outcomes = [one["contract:C", "T"][0] for one in told]
    assert outcomes == ["out_of_territory", "out_of_territory", "owed"]


def test_months_are_clamped_and_end_with_the_cancellation() -> None:
    # 31 Jan, 28 Feb, 31 Mar, 30 Apr; cancelled on 31 Mar: that month never arises.
    monthly = rated("0.1", "monthly", recurring_months=12, clawback_method="full")
    sold = contract(on=date(2026, 1, 31), monthly_yen=5_005)
    assert len(lines(agreement(), monthly, sold, today=date(2026, 4, 29))) == 3
    assert len(lines(agreement(), monthly, sold, today=date(2026, 4, 30))) == 4
    ended = contract(on=date(2026, 1, 31), monthly_yen=5_005, cancelled_on=date(2026, 3, 31))
    assert lines(agreement(), monthly, ended) == {
        ("base", "contract:C#0", "2026-01"): 500,
        ("base", "contract:C#1", "2026-02"): 500,
    }


def test_months_wait_for_a_fee_due_before_the_next_anniversary() -> None:
    monthly = term(recurring_months=3, requires_collection=True)
    rows = [agreement(), monthly, contract(starts_on=date(2026, 4, 10))]
    assert decided(*rows) == {("contract:C", "T"): ("waiting_collection", 0)}
    # Due on 9 May still belongs to month 0; a refund collects nothing; month 2 is not paid.
    fees = [fee("F1", date(2026, 5, 9), date(2026, 6, 1)), fee("F2", date(2026, 5, 10), D, -1)]
    later = [fee("F3", date(2026, 6, 10), None)]
    assert lines(*rows, *fees, *later) == {("base", "contract:C#0", "2026-06"): 10_000}


def test_one_off_term_waits_for_the_first_fee_due_on_or_after_the_event() -> None:
    rows = [agreement(), term(requires_collection=True), contract()]
    before = fee("F1", date(2026, 4, 9), date(2026, 4, 9))
    second = fee("F3", date(2026, 5, 31), date(2026, 5, 31))
    unpaid = [*rows, before, fee("F2", date(2026, 4, 30), None), second]
    assert decided(*unpaid) == {("contract:C", "T"): ("waiting_collection", 0)}
    paid = [*rows, before, fee("F2", date(2026, 4, 30), date(2026, 6, 2)), second]
    assert lines(*paid) == {("base", "contract:C", "2026-06"): 10_000}


def test_clawback_keeps_by_whole_months() -> None:
    # 10 Jan to 9 Apr: two whole months. Linear: trunc(9,999 × 2 ÷ 7) = trunc(2,856.86).
    # Stepped: half from month 2 on: trunc(4,999.5). Below the first step: nothing.
    sold = contract(on=date(2026, 1, 10), initial_yen=99_999, cancelled_on=date(2026, 4, 9))
    steps = [a("clawback_steps", term_id="T", from_month=2, keep_rate=Decimal("0.5"))]
    third = [a("clawback_steps", term_id="T", from_month=3, keep_rate=Decimal("0.5"))]
    linear = rated("0.1", clawback_method="linear", clawback_months=7)
    assert decided(agreement(), linear, sold)["contract:C", "T"] == ("clawed_back", 2_856)
    stepped = rated("0.1", clawback_method="stepped")
    assert decided(agreement(), stepped, sold, *steps)["contract:C", "T"][1] == 4_999
    assert decided(agreement(), stepped, sold, *third)["contract:C", "T"][1] == 0
    served = rated("0.1", clawback_method="full", clawback_months=2)
    assert decided(agreement(), served, sold)["contract:C", "T"] == ("owed", 9_999)


def test_cancellation_after_the_last_reinstatement_is_in_force() -> None:
    rows = [agreement(), term(clawback_method="full"), contract(cancelled_on=date(2026, 5, 1))]
    back = event("E1", "reinstatement", date(2026, 5, 10))
    assert decided(*rows)["contract:C", "T"] == ("clawed_back", 0)
    assert decided(*rows, back)["contract:C", "T"] == ("owed", 10_000)
    again = event("E2", "cancellation", date(2026, 5, 11))
    assert decided(*rows, back, again)["contract:C", "T"] == ("clawed_back", 0)


def test_event_on_or_after_the_cancellation_earns_nothing() -> None:
    sold = contract(cancelled_on=date(2026, 5, 1))
    renewals = [
        event("E1", "renewal", date(2026, 4, 30), amount_yen=50_000),
        event("E2", "renewal", date(2026, 5, 1), amount_yen=50_000),
    ]
    assert decided(agreement(), rated("0.1", "event", stage="renewal"), sold, *renewals) == {
        ("contract:C", None): ("no_term", 0),
        ("renewal:E1", "T"): ("owed", 5_000),
        ("renewal:E2", "T"): ("cancelled", 0),
    }


def test_onboarding_counts_once_and_from_either_door() -> None:
    rows = [agreement(), term(stage="onboarding"), contract(), event("E1", "onboarding", D)]
    stated = event("E2", "onboarding", date(2026, 5, 5)).values
    claim = Row("contract_events", stated, D, 0, "P")
    assert lines(*rows, claim) == {("base", "onboarding:C", "2026-05"): 10_000}
    sold_again = Row("contract_events", stated | {"stage": "renewal"}, D, 0, "P")
    told = decided(agreement(), term(stage="renewal"), contract(), sold_again)
    assert told["renewal:E2", "T"] == ("unconfirmed_claim", 0)


def test_parents_are_paid_by_their_own_agreement_as_of_the_anchor_date() -> None:
    upper = [agreement("GP", partner="R"), term("TP", "GP", payee="parent", fixed_yen=700)]
    before = a("partners", partner_id="P", parent_partner_id="R", updated_at=datetime(2026, 4, 9))
    # 15:00 UTC of 10 April is the 11th in Tokyo: the sale of the 10th still has its parent.
    moved = a("partners", order=1, partner_id="P", updated_at=datetime(2026, 4, 10, 15))
    paid, told = net([*upper, before, moved, contract()], D)
    key: LineKey = ("R", "parent", "TP", "base", "contract:C", "2026-04")
    assert paid == {key: 700}
    assert told["contract:C", None] == ("no_agreement", 0)
    circle = a("partners", partner_id="R", parent_partner_id="P")
    assert net([*upper, before, circle, contract()], D)[0] == {}


def test_newest_version_wins_and_a_tombstone_takes_the_lines_away() -> None:
    rows = [agreement(), rated("0.1"), contract(initial_yen=1_000)]
    stale = contract(initial_yen=9_000, updated_at=datetime(2026, 6, 1))
    assert sum(lines(*rows, stale).values()) == 100  # without updated_at: 30 June, 00:00 JST
    newer = contract(initial_yen=9_000, updated_at=datetime(2026, 6, 29, 16))
    assert sum(lines(*rows, newer).values()) == 900
    gone = contract(is_deleted=True, updated_at=datetime(2026, 6, 29, 17))
    assert decided(*rows, newer, gone) == {}


def test_maturity_is_said_with_the_yen_and_a_missing_price_is_no_price() -> None:
    told = decided(agreement(), term(maturation_days=82), contract())  # 10 April + 82 = 1 July
    assert told == {("contract:C", "T"): ("waiting_maturity", 10_000)}
    assert decided(agreement(), term(maturation_days=81), contract()) == {
        ("contract:C", "T"): ("owed", 10_000)
    }
    unpriced = decided(agreement(), term(fixed_yen=None), contract())
    assert unpriced == {("contract:C", "T"): ("no_price", 0)}


def test_forfeiture_takes_the_flagged_sellers_deal_until_a_release_that_knew_of_it() -> None:
    earlier, deal = D - timedelta(days=30), {"subject_kind": "contract", "subject_id": "C"}
    flag = deal | {"flag_id": "r:C", "evidence_digest": "one"}
    flagged = {partner: a("flags", earlier, partner_id=partner, **flag) for partner in ("P", "Q")}
    at = {"flag_id": "r:C", "evidence_seen": "one", "decided_at": datetime(2026, 6, 20)}
    taken = a("decisions", decision_id="1", verdict="confirmed", money_action="claw_back", **at)
    later = at | {"decided_at": datetime(2026, 6, 21)}
    cleared = a("decisions", decision_id="2", verdict="false_positive", **later)
    rows = [agreement(), term(), contract()]
    assert decided(*rows, flagged["P"], taken) == {("contract:C", "T"): ("forfeited", 0)}
    for others in ([flagged["Q"], taken], [taken], [flagged["P"], taken, cleared]):
        assert decided(*rows, *others) == {("contract:C", "T"): ("owed", 10_000)}


def test_penalty_is_one_line_a_flag_until_its_verdict_falls() -> None:
    earlier, deal = D - timedelta(days=30), {"subject_kind": "contract", "subject_id": "C"}
    known = {"rule_id": "self_dealing", "flag_id": "r:C", "evidence_digest": "one"} | deal
    flag = a("flags", earlier, partner_id="P", **known)
    clause = {"agreement_id": "G", "version": 1, "prohibited_act": "自己契約"}
    fine = clause | {"consequence": "penalty", "penalty_yen": 30_000}
    at = {"flag_id": "r:C", "evidence_seen": "one", "verdict": "confirmed"}
    days = [{"decision_id": str(n), "decided_at": datetime(2026, 6, n)} for n in (20, 21)]
    taken = [a("decisions", money_action="penalty", **at, **day) for day in days]
    rows = [agreement(), term(), contract(), flag, a("agreement_clauses", clause="8", **fine)]
    key: LineKey = ("P", "seller", "clause:8", "penalty", "r:C", "2026-06")
    upheld = a("decisions", decision_id="R", money_action="release", **at, **_LATER)
    fallen = a("decisions", decision_id="R", **at | {"verdict": "data_error"}, **_LATER)
    second = a("agreement_clauses", clause="9", **fine)
    for others in (taken[:1], taken, [*taken, upheld]):
        assert net([*rows, *others], D)[0][key] == -30_000
    for others in ([], [*taken, fallen], [*taken, second]):
        assert key not in net([*rows, *others], D)[0]


_LATER = {"decided_at": datetime(2026, 6, 25)}


def test_histories_repeat_themselves_and_meet_every_outcome() -> None:
    outcomes: set[str] = set()
    for seed in range(100):
        rows = history(seed, f"N{seed}-")
        assert rows == history(seed, f"N{seed}-")
        for night in NIGHTS:
            paid, told = net([row for row in rows if row.known_on <= night], night)
            base = sum(yen for key, yen in paid.items() if key[3] == "base")
            assert base == sum(yen for _, yen in told.values())
            outcomes |= {outcome for outcome, _ in told.values()}
    assert len(outcomes) == 15  # all of them but unconfirmed_claim
