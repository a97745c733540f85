"""Rule files are read strictly, and their version is a hash of what they judge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from expectations.docs import FOLDER, render_all
from expectations.rules import RuleError, bind, by_measures, load_rules

RuleFile = Callable[..., Path]
GOOD = """
type: expect_column_values_to_be_between
kwargs: {column: n, max_value: 3}
severity: high
title: {ja: 試験, en: A test}
meta: {measures: fct_contract_conduct, subject: contract_id, hold: contract, family: evidence}
examples: {clear: [{n: 1}], hit: [{n: 4}], undetermined: [{n: null}]}
"""


def test_rule_takes_its_id_from_the_file_name(rule_file: RuleFile) -> None:
    (rule,) = load_rules(rule_file(GOOD, "consent_missing.yml"))
    assert (rule.id, rule.subject, rule.hold, rule.bound) == (
        "consent_missing",
        "contract_id",
        "contract",
        "≤ 3",
    )


def test_rules_of_a_list_file_are_about_what_it_is_named_after(rule_file: RuleFile) -> None:
    rules = [yaml.safe_load(GOOD) | {"id": name, "meta": {}} for name in ("one", "two")]
    loaded = load_rules(rule_file(yaml.safe_dump(rules), "leads.yml"))
    assert [(rule.id, rule.measures) for rule in loaded] == [("one", "leads"), ("two", "leads")]


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("severity: high", "severity: high\nserverity: low", "unknown key 'serverity'"),
        ("hold: contract", "holds: contract", "unknown key 'meta.holds'"),
        ("hold: contract", "hold: everything", "meta.hold must be one of"),
        ("to_be_between", "to_be_betwixt", "unknown expectation type"),
        ("title: {ja: 試験, en: A test}", "", "title is missing"),
        ("en: A test", "fr: Un test", "title must hold ja and en"),
        ("max_value: 3", "maximum: 3", "unknown argument 'maximum'"),
        (", max_value: 3", "", "one of min_value, max_value is needed"),
        ("max_value: 3", "max_value: {days: 3}", "max_value must be a value or"),
        ("severity: high", "severity: high\nneeds: {column: n}", "needs must hold column"),
        ("hit: [{n: 4}], ", "", "examples must hold clear and hit"),
        ("kwargs:", "all: []\nkwargs:", "exactly one of type, all, any"),
        ("severity: high", "severity: [", "not YAML"),
    ],
)
def test_a_faulty_rule_is_refused_with_its_fault(
    rule_file: RuleFile, old: str, new: str, message: str
) -> None:
    with pytest.raises(RuleError, match=message.replace("[", r"\[")):
        load_rules(rule_file(GOOD.replace(old, new)))


def test_every_fault_of_every_file_is_named_at_once(rule_file: RuleFile) -> None:
    rule_file(GOOD.replace("high", "huge"), "first.yml")
    folder = rule_file(GOOD.replace("column: n, ", ""), "second.yml")
    with pytest.raises(RuleError) as caught:
        load_rules(folder)
    assert "first.yml: first: severity" in str(caught.value)
    assert "second.yml: second: expect_column" in str(caught.value)


def test_an_id_used_twice_is_refused(rule_file: RuleFile) -> None:
    twice = [yaml.safe_load(GOOD) | {"id": "same"}] * 2
    with pytest.raises(RuleError, match="used twice"):
        load_rules(rule_file(yaml.safe_dump(twice), "leads.yml"))


def test_version_follows_the_bound_and_not_the_title(rule_file: RuleFile) -> None:
    (first,) = load_rules(rule_file(GOOD))
    (retitled,) = load_rules(rule_file(GOOD.replace("A test", "Another title")))
    (rebound,) = load_rules(rule_file(GOOD.replace("max_value: 3", "max_value: 4")))
    assert retitled.version == first.version != rebound.version


def test_bind_turns_relative_days_into_dates_and_keeps_the_version(rule_file: RuleFile) -> None:
    relative = GOOD.replace("max_value: 3", "max_value: {days_after_business_day: 2}")
    rules = load_rules(rule_file(relative))
    (bound,) = bind(rules, date(2026, 10, 30))
    assert bound.bounds[0].kwargs["max_value"] == date(2026, 11, 1)
    assert bound.version == rules[0].version
    assert rules[0].bound == "≤ business day +2 days"


def test_every_conduct_rule_is_there_and_grouped_by_mart() -> None:
    grouped = by_measures(load_rules(FOLDER / "conduct"))
    assert {name: [rule.id for rule in rules] for name, rules in grouped.items()} == {
        "fct_contract_conduct": [
            "attribution_flip",
            "cancel_and_rejoin",
            "consent_inconsistent",
            "consent_missing",
            "contract_splitting",
            "ghost_contract",
            "impossible_timeline",
            "out_of_territory",
            "post_close_drift",
            "prohibited_act",
            "self_dealing",
            "shared_payer",
            "unauthorised_discount",
            "undisclosed_sub_agent",
        ],
        "fct_lead_conduct": [
            "duplicate_lead_across_partners",
            "duplicate_lead_same_partner",
            "lead_already_known",
            "similar_contact_farm",
        ],
        "fct_partner_conduct": [
            "consent_reused",
            "coverage_blackout",
            "duplicate_partner",
            "minimum_hugging",
            "payee_change",
            "record_mismatch",
            "ring",
            "threshold_hugging",
        ],
        "fct_rep_conduct": ["submission_velocity", "untrained_seller"],
        "partner_scores": [
            "after_hours_block",
            "agreement_collapse",
            "churn_after_clawback",
            "closing_spike_then_cancel",
            "complaint_rate",
            "downstream_collapse",
            "invalid_contacts",
            "low_persistency",
            "product_twisting",
            "repeated_amount",
            "too_fast_conversion",
            "too_good_conversion",
        ],
    }


def test_conduct_titles_accuse_nobody() -> None:
    words = [
        text.lower()
        for rule in load_rules(FOLDER / "conduct")
        for told in (rule.title, rule.clause, rule.remedy)
        for text in told.values()
    ]
    assert not any(word in text for text in words for word in ("fraud", "不正", "詐欺", "疑い"))


def test_rules_page_is_current() -> None:
    page = FOLDER.parent / "docs" / "rules.md"
    assert page.read_text(encoding="utf-8") == render_all(), "run python -m expectations.docs"
