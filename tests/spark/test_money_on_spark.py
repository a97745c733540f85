"""One set of models gives the same columns, types and rows on Spark as on DuckDB."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.spark

# How wide a place or a count is, each engine decides; yen and ppm are looked at below.
WHOLE = {"INTEGER": "whole", "BIGINT": "whole"}


def test_every_money_model_is_built(engines: Any) -> None:
    ends = {"intermediate.postings_due", "marts.fct_commission_decisions"}
    assert ends <= set(engines.models)
    assert len(engines.models) > 130


def test_columns_are_the_same(engines: Any) -> None:
    def kinds(engine: str) -> dict[str, list[tuple[str, str]]]:
        return {
            model: [(name, WHOLE.get(dtype, dtype)) for name, dtype in columns.items()]
            for model, columns in engines.columns(engine).items()
        }

    assert kinds("spark") == kinds("duckdb")


@pytest.mark.parametrize("engine", ["spark", "duckdb"])
def test_no_money_column_is_inexact(engines: Any, engine: str) -> None:
    """What a flag compares may be a share; it is no yen, and nothing is priced by it."""
    assert not [
        (model, name, dtype)
        for model, columns in engines.columns(engine).items()
        for name, dtype in columns.items()
        if (dtype in {"DOUBLE", "FLOAT"} and "flag" not in model)
        or (name.endswith(("_yen", "_ppm")) and dtype != "BIGINT")
    ]


def test_rows_are_the_same(engines: Any) -> None:
    assert engines.only_in("duckdb", "spark") == {}
    assert engines.only_in("spark", "duckdb") == {}


def test_money_models_have_rows(engines: Any) -> None:
    """Equal because both are empty would prove nothing."""
    ends = ["intermediate.postings_due", "marts.fct_commission_decisions", "marts.decision_effects"]
    assert all(engines.rows(f"spark.{end}") > 10 for end in ends)
