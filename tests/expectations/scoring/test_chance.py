"""Chance by hand: intervals, tails, and many tests at once."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from expectations.scoring import adjust_for_many, dispersion, wilson
from expectations.scoring.chance import count_tail, rate_tail


def test_wilson_interval_of_eight_of_ten() -> None:
    low, high = wilson("hits", "seen")
    found = pl.DataFrame({"hits": [8], "seen": [10]}).select(low=low, high=high)
    # (0.8 + 3.8415/20 ± 1.96·√(0.016 + 3.8415/400)) ÷ 1.38415
    assert found.row(0) == pytest.approx((0.4902, 0.9433), abs=1e-4)


def test_wilson_interval_stays_within_a_share_and_is_null_without_trials() -> None:
    low, high = wilson("hits", "seen")
    found = pl.DataFrame({"hits": [0, 0, 5], "seen": [0, 5, 5]}).select(low=low, high=high)
    assert found["low"].to_list()[:2] == [None, 0.0]
    assert found["high"][2] == 1.0


def test_adjusted_values_follow_benjamini_hochberg() -> None:
    tests = pl.DataFrame({"p": [0.04, 0.01, 0.03, 0.5]})
    # 0.01·4/1, 0.03·4/2 = 0.06, 0.04·4/3 = 0.0533 which also bounds the one before, 0.5·4/4
    found = adjust_for_many(tests, "p", [])["q_value"].to_list()
    assert found == pytest.approx([0.16 / 3, 0.04, 0.16 / 3, 0.5])


def test_families_are_adjusted_apart_and_a_null_is_no_test() -> None:
    tests = pl.DataFrame({"p": [0.01, None, 0.02, 0.01], "family": ["a", "a", "b", "b"]})
    assert adjust_for_many(tests, "p", ["family"])["q_value"].to_list() == [0.01, None, 0.02, 0.02]


def test_dispersion_is_one_by_chance_and_more_beyond_it() -> None:
    # Rates 0.1 and 0.3 of 100: χ² = 2 · 10² ÷ (100 · 0.2 · 0.8) = 12.5 with one degree of freedom
    apart = pl.DataFrame({"hits": [10, 30], "seen": [100, 100]})
    assert dispersion(apart, "hits", "seen") == pytest.approx(12.5)
    assert dispersion(apart.head(1), "hits", "seen") is None


def test_rate_tail_of_a_uniform_prior_is_uniform() -> None:
    # Beta(1, 1): every number of hits out of 4 has chance 1/5.
    found = rate_tail(np.arange(5.0), np.full(5, 4.0), 0.5, 2.0)
    assert found == pytest.approx([1.0, 0.8, 0.6, 0.4, 0.2])


def test_rate_tail_under_a_strong_prior_is_binomial() -> None:
    # P(X ≥ 2 of 3) at ½ = 4/8
    found = rate_tail(np.array([2.0]), np.array([3.0]), 0.5, 1e6)
    assert found == pytest.approx([0.5], abs=1e-5)


def test_count_tail_of_an_exponential_prior_is_geometric() -> None:
    # Gamma(1, 1) over exposure 1: P(X ≥ k) = ½^k
    found = count_tail(np.arange(4.0), np.ones(4), 1.0, 1.0)
    assert found == pytest.approx([1.0, 0.5, 0.25, 0.125])
