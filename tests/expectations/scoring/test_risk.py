"""Risk of a partner: odds add up, a family is capped, few records weigh little."""

from __future__ import annotations

import math

import polars as pl
import pytest

from expectations.scoring import partner_risk

COLUMNS = ["partner_id", "rule_id", "family", "hits", "n", "llr"]
Row = tuple[str, str, str, int, int | None, float | None]
SCHEMA = dict(zip(COLUMNS, [pl.String] * 3 + [pl.Int64] * 2 + [pl.Float64], strict=True))


def risk(*rows: Row, prior: float = 0.02) -> pl.DataFrame:
    return partner_risk(pl.DataFrame(list(rows), schema=SCHEMA, orient="row"), prior=prior)


def test_evidence_of_two_families_adds_to_the_prior() -> None:
    found = risk(("P", "a", "timing", 9, 50, 1.0), ("P", "b", "amount", 9, 60, 0.5), prior=0.5)
    assert found["log_odds"].to_list() == pytest.approx([1.5])
    assert found["risk"].to_list() == pytest.approx([1 / (1 + math.exp(-1.5))])


def test_a_family_counts_up_to_its_cap() -> None:
    found = risk(("P", "a", "timing", 9, 50, 2.5), ("P", "b", "timing", 9, 50, 2.5), prior=0.5)
    assert found["log_odds"].to_list() == pytest.approx([3.0])
    parts = [reason["contribution"] for reason in found["reasons"][0]]
    assert parts == pytest.approx([1.5, 1.5])


def test_few_records_weigh_little_and_an_exact_finding_fully() -> None:
    found = risk(("P", "a", "outcome", 1, 4, 2.0), ("Q", "b", "identity", 1, None, 2.0), prior=0.5)
    assert found["log_odds"].to_list() == pytest.approx([2 * math.log(5) / math.log(51), 2.0])


def test_undetermined_says_nothing_and_a_clear_lowers() -> None:
    found = risk(("P", "a", "outcome", 0, 50, None), ("Q", "a", "outcome", 0, 50, -1.0))
    assert found["risk"][0] == pytest.approx(0.02)
    assert found["risk"][1] < 0.02
    assert found["reasons"][0].to_list() == []


def test_reasons_come_largest_first() -> None:
    found = risk(("P", "a", "timing", 1, 50, 0.5), ("P", "b", "amount", 2, 50, 1.5))
    assert [reason["rule_id"] for reason in found["reasons"][0]] == ["b", "a"]


def test_a_prior_that_is_no_chance_is_refused() -> None:
    with pytest.raises(ValueError, match="prior"):
        risk(("P", "a", "timing", 1, 50, 0.5), prior=1.0)
