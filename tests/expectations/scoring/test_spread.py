"""The spread of honest partners: known of many peers, the usual one where they are few."""

from __future__ import annotations

import numpy as np
import pytest

from expectations.scoring.spread import USUAL_SPREAD, fit_weight, usual_weight


def some_partners(seed: int, weight: float, partners: int) -> tuple[np.ndarray, ...]:
    chance = np.random.default_rng(seed)
    size = chance.integers(20, 200, partners).astype(float)
    own = chance.beta(0.2 * weight, 0.8 * weight, partners)
    return chance.binomial(size.astype(int), own).astype(float), size, np.full(partners, 0.2)


@pytest.mark.parametrize("weight", [10.0, 40.0, 160.0])
def test_spread_of_many_partners_is_their_own(weight: float) -> None:
    found = [fit_weight(*some_partners(seed, weight, 400)) for seed in range(5)]
    assert np.mean(found) == pytest.approx(weight, rel=0.15)


def test_spread_without_any_says_that_partners_hardly_differ() -> None:
    size = np.full(200, 100.0)
    hits = np.random.default_rng(1).binomial(100, 0.2, 200).astype(float)
    assert fit_weight(hits, size, np.full(200, 0.2)) > 300


def test_spread_of_a_few_cannot_be_far_from_the_usual_one() -> None:
    hits, size, means = np.array([0.0, 1.0, 0.0, 2.0]), np.full(4, 3.0), np.full(4, 0.2)
    usual = usual_weight(size, means)
    assert usual == pytest.approx(1 / (0.2 * 0.8 * USUAL_SPREAD**2))
    assert usual / 3 < fit_weight(hits, size, means) < 3 * usual
