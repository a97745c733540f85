"""Three-valued outcomes from real Great Expectations runs, and a guard for each silent failure."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import duckdb
import polars as pl
import pytest

from expectations.docs import FOLDER
from expectations.engine import evaluate, join_answers, read_result
from expectations.evaluation import EvaluationError
from expectations.rule import Bound, DaysBetween, Need, Rule
from expectations.rules import bind, load_rules
from expectations.vocabulary import BETWEEN, IN_SET, NOT_NULL, PAIR_GREATER

ARule = Callable[..., Rule]
AT_MOST_3 = (BETWEEN, {"column": "n", "max_value": 3})
IS_FALSE = (IN_SET, {"column": "b", "value_set": [False]})
EXAMPLES = [
    pytest.param(rule, outcome, row, id=f"{rule.id}-{outcome}-{place}")
    for folder in ("conduct", "uploads", "marts")
    for rule in bind(load_rules(FOLDER / folder), date(2026, 10, 31))
    for outcome, rows in rule.examples.items()
    for place, row in enumerate(rows)
]


def frame_of(**columns: Any) -> pl.DataFrame:
    frame = pl.DataFrame(columns)
    return frame.with_columns(contract_id=pl.int_range(frame.height).cast(pl.String))


def outcomes_of(rule: Rule, frame: pl.DataFrame) -> list[str]:
    """The outcome of every row in order, clear ones included."""
    evaluation = evaluate([rule], frame, "contract_id")
    evaluation.raise_on_error()
    found = dict(evaluation.outcomes.select("subject_id", "outcome").iter_rows())
    return [found.get(subject, "clear") for subject in frame["contract_id"]]


def error_of(rule: Rule, frame: pl.DataFrame, subject: str = "contract_id") -> str:
    evaluation = evaluate([rule], frame, subject)
    (row,) = evaluation.summary.iter_rows(named=True)
    assert row["hit_count"] is row["clear_count"] is row["undetermined_count"] is None
    assert evaluation.outcomes.is_empty()
    return str(row["error"])


@pytest.mark.parametrize("rule, outcome, row", EXAMPLES)
def test_examples_of_every_rule_come_out_as_written(
    rule: Rule, outcome: str, row: dict[str, Any]
) -> None:
    kinds = {"value": pl.Series([row]).struct.unnest()}
    assert outcomes_of(rule, frame_of(**kinds["value"].to_dict())) == [outcome]


def test_null_is_undetermined_and_counted(a_rule: ARule) -> None:
    evaluation = evaluate([a_rule(AT_MOST_3)], frame_of(n=[1, 4, None, 3]), "contract_id")
    (row,) = evaluation.summary.iter_rows(named=True)
    assert (row["hit_count"], row["clear_count"], row["undetermined_count"]) == (1, 2, 1)
    assert evaluation.outcomes.rows() == [
        ("a_rule", "1", "hit", "4"),
        ("a_rule", "2", "undetermined", None),
    ]


def test_booleans_with_nulls_stay_booleans(a_rule: ARule) -> None:
    frame = frame_of(b=[True, False, None])
    assert outcomes_of(a_rule(IS_FALSE), frame) == ["hit", "clear", "undetermined"]
    assert (
        evaluate([a_rule(IS_FALSE)], frame, "contract_id").outcomes["observed_value"][0] == "true"
    )


@pytest.mark.parametrize(
    "values, least, outcomes",
    [
        ([Decimal("0.3"), Decimal("0.300001")], {"max_value": 0.3}, ["clear", "hit"]),
        ([2**60, 2**60 + 2], {"max_value": 2.0**60}, ["clear", "hit"]),
        ([1.0, float("nan"), 9.0], {"max_value": 3}, ["clear", "undetermined", "hit"]),
        ([date(2026, 1, 1), None], {"min_value": date(2026, 1, 2)}, ["hit", "undetermined"]),
        ([date(9999, 1, 1), date(1, 1, 1)], {"min_value": date(2000, 1, 1)}, ["clear", "hit"]),
    ],
    ids=["decimals", "large integers", "not a number", "dates", "far dates"],
)
def test_values_are_judged_as_they_are(
    a_rule: ARule, values: list[Any], least: dict[str, Any], outcomes: list[str]
) -> None:
    rule = a_rule((BETWEEN, {"column": "v", **least}))
    assert outcomes_of(rule, frame_of(v=values)) == outcomes


def test_all_is_broken_by_one_bound_even_beside_a_null(a_rule: ARule) -> None:
    frame = frame_of(n=[9, None, None, 1], b=[None, True, False, False])
    rule = a_rule(AT_MOST_3, IS_FALSE)
    assert outcomes_of(rule, frame) == ["hit", "hit", "undetermined", "clear"]


def test_any_is_broken_only_when_every_bound_is(a_rule: ARule) -> None:
    frame = frame_of(n=[9, 9, None, 9], b=[True, None, False, False])
    rule = a_rule(AT_MOST_3, IS_FALSE, match="any")
    assert outcomes_of(rule, frame) == ["hit", "undetermined", "clear", "clear"]


def test_below_the_needed_count_a_rule_does_not_speak(a_rule: ARule) -> None:
    rule = a_rule(AT_MOST_3, needs=(Need("seen", 20),))
    frame = frame_of(n=[9, 9, 9, 1], seen=[19, 20, None, 25])
    assert outcomes_of(rule, frame) == ["undetermined", "hit", "undetermined", "clear"]


def test_pair_with_a_missing_side_is_undetermined(a_rule: ARule) -> None:
    rule = a_rule((PAIR_GREATER, {"column_A": "n", "column_B": "m", "or_equal": True}))
    frame = frame_of(n=[1, 2, None, 3, None], m=[2, 2, 1, None, None])
    missing = ["undetermined"] * 3
    assert outcomes_of(rule, frame) == ["hit", "clear", *missing]


def test_not_null_takes_an_empty_cell_as_broken(a_rule: ARule) -> None:
    assert outcomes_of(a_rule((NOT_NULL, {"column": "n"})), frame_of(n=[1, None])) == [
        "clear",
        "hit",
    ]


def test_derived_days_count_business_days_in_tokyo(a_rule: ARule) -> None:
    rule = a_rule(
        (BETWEEN, {"column": "days", "min_value": 0}), derived=(DaysBetween("days", "at", "on"),)
    )
    stamps = [datetime(2026, 4, 1, 14, 59), datetime(2026, 4, 1, 15)]
    assert outcomes_of(rule, frame_of(at=stamps, on=[date(2026, 4, 1)] * 2)) == ["clear", "hit"]


def test_every_failing_key_comes_back(a_rule: ARule) -> None:
    frame = frame_of(n=[4] * 1_500)
    found = evaluate([a_rule(AT_MOST_3)], frame, "contract_id").outcomes
    assert sorted(found["subject_id"]) == sorted(frame["contract_id"])


@pytest.mark.parametrize(
    "tampered, message",
    [
        ({"element_count": 3}, "judged 2 rows of 3"),
        ({"missing_count": 2}, "judged 2 rows of 3"),
        ({"unexpected_index_list": [0]}, "2 rows failed but 1 were named"),
        ({"unexpected_index_list": None}, "2 rows failed but 0 were named"),
        ({"unexpected_index_list": [0, 3]}, "a row with an empty input was judged"),
    ],
)
def test_a_result_that_does_not_add_up_is_an_error(tampered: dict[str, Any], message: str) -> None:
    whole = {"element_count": 4, "missing_count": 1, "unexpected_count": 2}
    result = SimpleNamespace(
        exception_info={"raised_exception": False, "exception_message": None},
        result=whole | {"unexpected_index_list": [0, 1]} | tampered,
    )
    inputs = {"n": pl.Series([9, 9, 1, None])}
    assert read_result(result, Bound(*AT_MOST_3), inputs) == message


def test_a_bound_that_was_left_out_is_an_error(a_rule: ARule) -> None:
    answers = [pl.Series([True]), None]
    found = join_answers(a_rule(AT_MOST_3, IS_FALSE), frame_of(n=[1], b=[False]), answers)
    assert found == "Great Expectations did not run this rule"


def test_types_that_duckdb_sends_are_judged(a_rule: ARule) -> None:
    frame = duckdb.sql(
        "select '0' as contract_id, sum(4::bigint) as n, 0.3::decimal(18, 2) as r, true as b"
    ).pl()
    share = (BETWEEN, {"column": "r", "max_value": 0.3})
    rules = [a_rule(bound, id=bound[1]["column"]) for bound in (AT_MOST_3, share, IS_FALSE)]
    evaluation = evaluate(rules, frame, "contract_id")
    evaluation.raise_on_error()
    assert evaluation.outcomes["rule_id"].to_list() == ["n", "b"]


def test_unknown_type_is_an_error_and_spares_the_other_rules(a_rule: ARule) -> None:
    unknown = a_rule(("expect_nothing_known", {"column": "n"}), id="unknown")
    evaluation = evaluate([unknown, a_rule(AT_MOST_3)], frame_of(n=[9]), "contract_id")
    errors = dict(evaluation.summary.select("rule_id", "error").iter_rows())
    assert errors["unknown"]
    assert errors["a_rule"] is None
    assert evaluation.outcomes["rule_id"].to_list() == ["a_rule"]


@pytest.mark.parametrize("missing", ["n", "seen"])
def test_missing_column_is_an_error(a_rule: ARule, missing: str) -> None:
    rule = a_rule(AT_MOST_3, needs=(Need("seen", 1),))
    assert error_of(rule, frame_of(n=[1], seen=[1]).drop(missing)) == f"column {missing} is missing"


def test_missing_column_is_an_error_on_an_empty_frame_too(a_rule: ARule) -> None:
    frame = pl.DataFrame(schema={"contract_id": pl.String})
    assert error_of(a_rule(AT_MOST_3), frame) == "column n is missing"


def test_crashed_expectation_is_an_error(a_rule: ARule) -> None:
    assert "same type" in error_of(a_rule(AT_MOST_3), frame_of(n=["text"]))


def test_one_crashed_bound_is_the_error_of_the_whole_rule(a_rule: ARule) -> None:
    frame = frame_of(n=["text"], b=[False])
    assert "same type" in error_of(a_rule(AT_MOST_3, IS_FALSE, match="any"), frame)


def test_unbound_relative_day_is_an_error(a_rule: ARule) -> None:
    bound = (BETWEEN, {"column": "d", "max_value": {"days_after_business_day": 1}})
    assert error_of(a_rule(bound), frame_of(d=[date(2026, 1, 1)]))


@pytest.mark.parametrize(
    "subjects, message", [(["a", "a"], "not unique"), (["a", None], "empty values")]
)
def test_subject_must_identify_a_row(a_rule: ARule, subjects: list[Any], message: str) -> None:
    frame = pl.DataFrame({"n": [1, 9], "contract_id": subjects})
    assert message in error_of(a_rule(AT_MOST_3), frame)
    assert "missing" in error_of(a_rule(AT_MOST_3), frame, subject="lead_id")


def test_derived_name_may_mean_one_thing_only(a_rule: ARule) -> None:
    bound = (BETWEEN, {"column": "days", "min_value": 0})
    rules = [
        a_rule(bound, id=name, derived=(DaysBetween("days", *ends),))
        for name, ends in (("one", ("a", "b")), ("two", ("b", "a")))
    ]
    frame = frame_of(a=[date(2026, 1, 1)], b=[date(2026, 1, 2)])
    summary = evaluate(rules, frame, "contract_id").summary
    assert "something else" in summary.filter(rule_id="two")["error"].item()


def test_raise_on_error_names_the_rule(a_rule: ARule) -> None:
    evaluation = evaluate([a_rule(AT_MOST_3)], frame_of(other=[1]), "contract_id")
    with pytest.raises(EvaluationError, match="a_rule: column n is missing"):
        evaluation.raise_on_error()


def test_a_run_prints_nothing(a_rule: ARule, capfd: pytest.CaptureFixture[str]) -> None:
    evaluate(
        [a_rule(AT_MOST_3), a_rule(IS_FALSE, id="b")], frame_of(n=[9], b=[True]), "contract_id"
    )
    assert capfd.readouterr() == ("", "")


def test_hundred_thousand_rows_by_six_rules_take_seconds(a_rule: ARule) -> None:
    n = pl.Series(range(100_000)) % 100
    frame = frame_of(n=n, b=n == 0)
    rules = [a_rule(bound, id=f"{k}") for k, bound in enumerate((AT_MOST_3, IS_FALSE) * 3)]
    evaluate(rules, frame.head(1), "contract_id")  # the import is not what is timed
    started = time.monotonic()
    evaluation = evaluate(rules, frame, "contract_id")
    assert time.monotonic() - started < 10
    assert evaluation.summary["hit_count"].to_list() == [96_000, 1_000] * 3
