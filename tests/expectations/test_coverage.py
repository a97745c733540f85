"""Each subject counts once for a rule: as judged, or under what kept the rule from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import polars as pl
import pytest

from expectations.coverage import CAUSES, count_causes
from expectations.engine import evaluate
from expectations.flags import COVERAGE_SCHEMA, rule_coverage
from expectations.rule import Need, Rule
from expectations.vocabulary import BETWEEN

ARule = Callable[..., Rule]
N, M = ((BETWEEN, {"column": name, "max_value": 3}) for name in ("n", "m"))


def counted(rule: Rule, **columns: list[Any]) -> list[tuple[Any, ...]]:
    height = len(next(iter(columns.values())))
    frame = pl.DataFrame({"contract_id": [f"C-{n}" for n in range(height)]} | columns, strict=False)
    found = count_causes(evaluate([rule], frame, "contract_id"), [rule], frame)
    assert found.schema == pl.Schema(CAUSES)
    return [row[1:] for row in found.rows()]


def test_rule_that_judged_everything_has_its_line(a_rule: ARule) -> None:
    assert counted(a_rule(N, M), n=[1, 9], m=[1, 1], missing_inputs=["", ""]) == [
        ("n, m", "judged", "", 2, 0)
    ]


def test_missing_input_is_the_one_that_the_measure_names(a_rule: ARule) -> None:
    missing = ["", "m=x;n=customer", "n=customer", "n=term", "mn=x"]
    assert counted(a_rule(N), n=[1, None, None, None, None], missing_inputs=missing) == [
        ("n", "judged", "", 1, 0),
        ("n", "missing_input", "customer", 0, 2),
        # The measure names none.
        ("n", "missing_input", "n", 0, 1),
        ("n", "missing_input", "term", 0, 1),
    ]


def test_history_that_begins_too_late_is_a_reason_of_its_own(a_rule: ARule) -> None:
    assert counted(a_rule(N), n=[None], missing_inputs=["n=history"])[0] == (
        *("n", "history_too_short", "history"),
        *(0, 1),
    )


def test_column_without_a_measure_of_its_own_is_explained_by_its_rules_other_one(
    a_rule: ARule,
) -> None:
    found = counted(a_rule(N, M), n=[1, None], m=[None, None], missing_inputs=["n=date", "n=form"])
    assert [row[:3] for row in found] == [
        ("n, m", "judged", ""),
        ("m", "missing_input", "date"),
        ("n", "missing_input", "form"),
    ]


def test_null_that_kept_no_rule_from_judging_is_not_counted(a_rule: ARule) -> None:
    found = counted(a_rule(N, M, match="any"), n=[1], m=[None], missing_inputs=["m=date"])
    assert found == [("n, m", "judged", "", 1, 0)]


@pytest.mark.parametrize(
    ("sizes", "reasons"),
    [
        ([30, 19, None], [("size", "too_few_cases", 2), ("n", "too_few_peers", 1)]),
        ([None, None, None], [("size", "no_cases", 3)]),
    ],
)
def test_rates_have_too_few_cases_or_peers(
    a_rule: ARule, sizes: list[int | None], reasons: list[tuple[str, str, int]]
) -> None:
    rule = a_rule(N, needs=(Need("size", 20),))
    found = counted(rule, n=[None, 1, None], size=sizes)
    assert found[0] == ("n", "judged", "", 0, 0)
    assert sorted((row[0], row[1], row[4]) for row in found[1:]) == sorted(reasons)


def test_missing_input_comes_before_too_few_cases(a_rule: ARule) -> None:
    rule = a_rule(N, needs=(Need("size", 20),))
    found = counted(rule, n=[None, 5], size=[None, 3], missing_inputs=["n=delivery", ""])
    assert [row[1:3] for row in found[1:]] == [("missing_input", "delivery"), ("too_few_cases", "")]


def test_rule_that_failed_has_a_line_without_counts(a_rule: ARule) -> None:
    assert counted(a_rule(N), x=[1]) == [("n", "judged", "", None, None)]


def test_rows_carry_rule_version_mart_and_night(a_rule: ARule) -> None:
    rule, frame = (
        a_rule(N),
        pl.DataFrame({"contract_id": ["C-1"], "n": [1], "missing_inputs": [""]}),
    )
    evaluation = evaluate([rule], frame, "contract_id")
    found = rule_coverage(evaluation, [rule], frame, "2026-10-31#1", datetime(2026, 10, 30, 15))
    assert found.schema == pl.Schema(COVERAGE_SCHEMA)
    assert found.select("rule_version", "measures", "night_id").row(0) == (
        *("v1", "fct_contract_conduct"),
        "2026-10-31#1",
    )
