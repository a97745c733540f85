"""Trees over reviewed cases: likeness lies between 0 and 1 and is the sum of what is told."""

from __future__ import annotations

import numpy as np
import pytest

from expectations.scoring.forest import grow_forest, likeness
from expectations.scoring.peers import Floats


def reviewed(count: int = 60) -> tuple[Floats, Floats]:
    """Three columns, of which the second tells the confirmed (above 0) from the cleared."""
    values = np.random.default_rng(7).normal(size=(count, 3))
    return values, (values[:, 1] > 0).astype(np.float64)


def test_likeness_follows_the_column_that_tells() -> None:
    forest = grow_forest(*reviewed(), trees=50)
    found, parts = likeness(forest, np.array([[0.0, 2.0, 0.0], [0.0, -2.0, 0.0]]))
    assert found[0] > 0.9
    assert found[1] < 0.1
    assert np.abs(parts[:, 1]).min() > np.abs(parts[:, [0, 2]]).max()


def test_likeness_is_the_share_confirmed_and_its_parts() -> None:
    values, confirmed = reviewed()
    found, parts = likeness(grow_forest(values, confirmed, trees=20), values)
    assert found == pytest.approx(confirmed.mean() + parts.sum(axis=1))
    assert 0 <= found.min() <= found.max() <= 1


def test_cases_that_cannot_be_told_apart_share_their_mean() -> None:
    alike = np.ones((4, 3))
    found, _ = likeness(grow_forest(alike, np.array([1.0, 0.0, 0.0, 0.0]), trees=5), alike)
    assert found == pytest.approx([0.25] * 4)
