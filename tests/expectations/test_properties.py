"""The engine against a plain polars oracle, for the six expectation types and both matches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.engine import evaluate
from expectations.rule import Rule
from expectations.vocabulary import (
    BETWEEN,
    IN_SET,
    NOT_IN_SET,
    NOT_NULL,
    PAIR_GREATER,
    REGEX,
)

SCHEMA = {"n": pl.Int64, "m": pl.Int64, "b": pl.Boolean, "t": pl.String, "d": pl.Date}
SMALL = st.integers(-3, 3) | st.just(2**62) | st.none()
ROWS = st.lists(
    st.tuples(
        SMALL,
        SMALL,
        st.booleans() | st.none(),
        st.sampled_from(["a", "ab", "", "同意"]) | st.none(),
        st.dates(date(2026, 1, 1), date(2026, 1, 9)) | st.none(),
    ),
    min_size=1,
    max_size=12,
)
# Each bound with what it means in polars; null where an input is null.
ORACLE: list[tuple[tuple[str, dict[str, Any]], pl.Expr]] = [
    ((BETWEEN, {"column": "n", "min_value": -1, "max_value": 2}), pl.col("n").is_between(-1, 2)),
    (
        (BETWEEN, {"column": "d", "min_value": date(2026, 1, 4), "strict_min": True}),
        pl.col("d") > date(2026, 1, 4),
    ),
    ((IN_SET, {"column": "b", "value_set": [False]}), ~pl.col("b")),
    ((NOT_IN_SET, {"column": "t", "value_set": ["a", "同意"]}), ~pl.col("t").is_in(["a", "同意"])),
    ((NOT_NULL, {"column": "t"}), pl.col("t").is_not_null()),
    ((REGEX, {"column": "t", "regex": "^a"}), pl.col("t").str.contains("^a")),
    ((PAIR_GREATER, {"column_A": "n", "column_B": "m"}), pl.col("n") > pl.col("m")),
    (
        (PAIR_GREATER, {"column_A": "n", "column_B": "m", "or_equal": True}),
        pl.col("n") >= pl.col("m"),
    ),
]
BOUNDS = st.lists(st.integers(0, len(ORACLE) - 1), min_size=1, max_size=3)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS, picks=BOUNDS, match=st.sampled_from(["all", "any"]))
def test_engine_agrees_with_a_plain_oracle(
    a_rule: Callable[..., Rule], rows: list[tuple[Any, ...]], picks: list[int], match: str
) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    frame = frame.with_columns(contract_id=pl.int_range(frame.height).cast(pl.String))
    rule = a_rule(*(ORACLE[pick][0] for pick in picks), match=match)
    combine = pl.all_horizontal if match == "all" else pl.any_horizontal
    holds = frame.select(combine(ORACLE[pick][1] for pick in picks)).to_series()

    evaluation = evaluate([rule], frame, "contract_id")

    evaluation.raise_on_error()
    found = dict(evaluation.outcomes.select("subject_id", "outcome").iter_rows())
    words = {True: "clear", False: "hit", None: "undetermined"}
    assert [found.get(str(row), "clear") for row in range(len(rows))] == [words[a] for a in holds]
    counts = evaluation.summary.select("hit_count", "clear_count", "undetermined_count").row(0)
    assert counts == ((~holds).sum(), holds.sum(), holds.null_count())
