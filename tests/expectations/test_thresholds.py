"""Thresholds changed by data: what may be changed, what fits, and the version that follows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from expectations.docs import FOLDER
from expectations.rule import Need, Rule, version_of
from expectations.rules import load_rules
from expectations.thresholds import (
    ThresholdError,
    apply,
    effective,
    examples_changed,
    propose,
    thresholds_of,
)
from expectations.units import keeps_nothing, unit_of
from expectations.vocabulary import BETWEEN, IN_SET, PAIR_GREATER, REGEX

ARule = Callable[..., Rule]
AT_MOST_3 = (BETWEEN, {"column": "n", "max_value": 3})
COLUMNS = ("rule_id", "column_name", "argument", "new_value")


@pytest.fixture
def rule(a_rule: ARule) -> Rule:
    """n at most 3, k one of two words, f is false; at least ten cases are needed."""
    words, is_false = (
        {"column": "k", "value_set": ["a", "b"]},
        {"column": "f", "value_set": [False]},
    )
    made = a_rule(AT_MOST_3, (IN_SET, words), (IN_SET, is_false), needs=(Need("size", 10),))
    return replace(made, version=version_of(made))


def _history(*rows: tuple[str, str, str, Any]) -> pl.DataFrame:
    told = [(*row[:3], None if row[3] is None else json.dumps(row[3])) for row in rows]
    return pl.DataFrame(told, schema=dict.fromkeys(COLUMNS, pl.String()), orient="row")


def test_thresholds_are_arguments_and_needs_but_nothing_that_is_true_or_false(rule: Rule) -> None:
    assert thresholds_of(rule) == {"n.max_value": 3, "k.value_set": ["a", "b"], "size.at_least": 10}


def test_changed_threshold_is_another_version_and_the_files_value_the_old_one(rule: Rule) -> None:
    changed = apply(rule, {"n.max_value": 5, "size.at_least": 20})
    assert (changed.bounds[0].kwargs["max_value"], changed.needs[0].at_least) == (5, 20)
    assert changed.version != rule.version
    assert apply(rule, {"n.max_value": 3.0, "size.at_least": 10}).version == rule.version
    assert apply(rule, {"n.max_value": 5.0}).version == apply(rule, {"n.max_value": 5}).version


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        (["n=4"], "not written as <column>.<argument>=<value>"),
        (["n.max_value"], "not written as"),
        (["n.max_value="], "not written as"),
        (["m.max_value=4"], "has no threshold m.max_value; it has n.max_value = 3, k.value_set"),
        (["n.at_least=4"], "has no threshold n.at_least"),
        (["n.column=4"], "has no threshold n.column"),
        (["n.value_set=[4]"], "has no threshold n.value_set"),
        (["f.value_set=[true]"], "has no threshold f.value_set"),
        (["n.max_value=four"], "n.max_value must be a number such as 5 or 0.02, not four"),
        (["n.max_value=true"], "must be a number such as 5 or 0.02, not true"),
        (['n.max_value="4"'], 'must be a number such as 5 or 0.02, not "4"'),
        (["n.max_value=NaN"], "must be a number"),
        (["n.max_value=1e999"], "must be a number"),
        (["n.strict_max=1"], "n.strict_max must be true or false, not 1"),
        (["n.min_value=2"], "a_rule has no threshold n.min_value"),
        (["k.value_set=[]"], "k.value_set must be a list"),
        (["k.value_set=[1]"], "k.value_set must be a list"),
        (["n.max_value=3"], "n.max_value of a_rule is 3 already"),
        (["n.max_value=default"], "was not set; it is as its file says"),
        (["n.max_value=4", "n.max_value=5"], "n.max_value is set twice"),
    ],
)
def test_what_is_no_setting_of_the_rule_is_told_in_a_sentence(
    rule: Rule, settings: list[str], why: str
) -> None:
    with pytest.raises(ThresholdError) as caught:
        propose(rule, {}, settings)
    assert why in str(caught.value)


SHARE = {"column": "odd_rate", "max_value": 0.3, "strict_max": True}
DAYS = {"column": "unused_days", "max_value": 30}
PARTNERS = {"column": "ring_partner_count", "max_value": 2, "strict_max": True}
CHANCE = {"column": "odd_q", "min_value": 0.05, "strict_min": True}
PACE = {"column": "pace_log10_q", "min_value": -3}


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ("unused_days.max_value=-1", "must be whole days, 0 or more, not -1."),
        ("unused_days.max_value=2.5", "must be whole days"),
        ("unused_days.min_value=3", "a_rule has no threshold unused_days.min_value"),
        ("odd_rate.max_value=1.2", "must be a share (0.05 is 5 %), 0 to 1, not 1.2."),
        ("odd_rate.max_value=30", "must be a share"),
        ("odd_rate.max_value=0", "Every odd_rate would hit by < 0"),
        ("odd_rate.min_value=0.3", "a_rule has no threshold odd_rate.min_value"),
        ("odd_q.min_value=1.5", "must be a probability, 0 to 1"),
        ("odd_q.min_value=1", "Every odd_q would hit by > 1"),
        ("ring_partner_count.max_value=0", "Every ring_partner_count would hit by < 0"),
        ("ring_partner_count.max_value=-2", "must be a whole number, 0 or more"),
        ("pace_log10_q.min_value=0.001", "must be a power of ten (-3 is 0.001), 0 at most"),
        ("odd_size.at_least=0", "must be a whole number of cases, 1 or more, not 0."),
        ("odd_size.at_least=7.5", "must be a whole number of cases"),
        ("odd_rate.max_value=1", None),
        ("unused_days.max_value=0", None),
        ("odd_q.min_value=0", None),
        ("pace_log10_q.min_value=-4.5", None),
    ],
)
def test_bound_that_its_measure_cannot_have_is_refused_with_the_range(
    a_rule: ARule, setting: str, why: str | None
) -> None:
    bounds = [(BETWEEN, each) for each in (SHARE, DAYS, PARTNERS, CHANCE, PACE)]
    rule = a_rule(*bounds, needs=(Need("odd_size", 20),))
    if why is None:
        assert propose(rule, {}, [setting]).changes
        return
    with pytest.raises(ThresholdError) as caught:
        propose(rule, {}, [setting])
    assert why in str(caught.value)


def test_at_least_one_is_everybody_where_the_record_itself_counts(a_rule: ARule) -> None:
    twins = {"column": "same_identity_partner_count", "max_value": 2, "strict_max": True}
    with pytest.raises(ThresholdError, match="Every same_identity_partner_count would hit"):
        propose(a_rule((BETWEEN, twins)), {}, ["same_identity_partner_count.max_value=1"])


def test_senseless_threshold_of_before_still_judges_and_can_be_taken_back(a_rule: ARule) -> None:
    rule = a_rule((BETWEEN, DAYS))
    held = {"unused_days.max_value": -1}
    assert apply(rule, held).bounds[0].kwargs["max_value"] == -1
    assert propose(rule, held, ["unused_days.max_value=default"]).held == {}


def test_every_number_of_a_conduct_rule_has_a_unit_that_takes_it() -> None:
    for rule in load_rules(FOLDER / "conduct"):
        assert not [bound for bound in rule.bounds if keeps_nothing(bound)]
        for target, value in thresholds_of(rule).items():
            column, _, argument = target.rpartition(".")
            unit = unit_of(column, is_need=argument == "at_least")
            assert unit is not None
            assert unit.takes(value)


def test_several_settings_are_one_proposal(rule: Rule) -> None:
    found = propose(rule, {"size.at_least": 20}, ["n.max_value=2", "size.at_least=default"])
    assert [(each.target, each.old, each.new) for each in found.changes] == [
        ("n.max_value", 3, 2),
        ("size.at_least", 20, None),
    ]
    assert found.held == {"n.max_value": 2}
    assert found.rule == apply(rule, {"n.max_value": 2})


def test_bound_that_gives_the_argument_is_meant_among_two_on_one_column(a_rule: ARule) -> None:
    both = a_rule((BETWEEN, {"column": "n", "min_value": 8}), AT_MOST_3, match="any")
    changed = apply(both, {"n.max_value": 1, "n.min_value": 9})
    assert [dict(bound.kwargs) for bound in changed.bounds] == [
        {"column": "n", "min_value": 9},
        {"column": "n", "max_value": 1},
    ]
    with pytest.raises(ThresholdError, match="has no threshold"):
        apply(both, {"n.strict_min": True})


def test_text_and_pairs_have_thresholds_too(a_rule: ARule) -> None:
    pattern = a_rule((REGEX, {"column": "t", "regex": "^a"}))
    assert propose(pattern, {}, ["t.regex=^b=c"]).rule.bounds[0].kwargs["regex"] == "^b=c"
    with pytest.raises(ThresholdError, match="must be a text"):
        propose(pattern, {}, ["t.regex=("])
    pair = a_rule((PAIR_GREATER, {"column_A": "a", "column_B": "b"}))
    assert propose(pair, {}, ["a.or_equal=true"]).rule.bounds[0].kwargs["or_equal"] is True


def test_date_of_a_file_is_no_threshold(a_rule: ARule) -> None:
    dated = a_rule((BETWEEN, {"column": "d", "min_value": date(2026, 4, 1), "strict_min": True}))
    assert thresholds_of(dated) == {}
    with pytest.raises(ThresholdError, match="it has none"):
        propose(dated, {}, ["d.min_value=3"])


def test_last_change_of_a_threshold_is_in_force_and_default_takes_it_back(rule: Rule) -> None:
    history = _history(
        ("a_rule", "n", "max_value", 5),
        ("a_rule", "n", "max_value", 7),
        ("a_rule", "size", "at_least", 20),
        ("a_rule", "size", "at_least", None),
        ("gone", "x", "max_value", 1),
    )
    other = replace(rule, id="other")
    assert effective([rule, other], history) == (apply(rule, {"n.max_value": 7}), other)


def test_threshold_that_no_longer_fits_its_file_is_told_and_can_be_taken_back(rule: Rule) -> None:
    with pytest.raises(ThresholdError, match=r"no longer fits its file: .* m\.max_value"):
        effective([rule], _history(("a_rule", "m", "max_value", 5)))
    taken_back = propose(rule, {"m.max_value": 5}, ["m.max_value=default"])
    assert taken_back.rule.version == rule.version


def test_examples_that_come_out_otherwise_are_found(a_rule: ARule) -> None:
    examples = {"clear": [{"n": 1}, {"n": 3}], "hit": [{"n": 4}], "undetermined": [{"n": None}]}
    written = a_rule(AT_MOST_3, examples=examples)
    assert examples_changed(written, written) == []
    changed = apply(written, {"n.max_value": 2})
    assert examples_changed(written, changed) == [({"n": 3}, "clear", "hit")]
