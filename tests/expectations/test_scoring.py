"""Shrinkage: small partners move towards their peers, large ones stay themselves."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.scoring import shrink_rates

COUNTS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda pair: (min(pair), max(pair))),
    min_size=1,
    max_size=20,
)


def shrunk(*counts: tuple[int, int]) -> pl.DataFrame:
    frame = pl.DataFrame(list(counts), schema=["hits", "seen"], orient="row")
    return shrink_rates(frame, "hits", "seen")


def test_a_small_partner_moves_further_than_a_large_one() -> None:
    found = shrunk((2, 2), (300, 1000), (50, 1000), (100, 1000), (600, 1000))
    small, large = found["shrunk_rate"][0], found["shrunk_rate"][4]
    assert small < 0.8
    assert large == pytest.approx(0.6, abs=0.01)


def test_peers_that_differ_only_by_chance_share_one_rate() -> None:
    found = shrunk((10, 100), (11, 100), (9, 100), (10, 100))
    assert found["shrunk_rate"].to_list() == pytest.approx([0.1] * 4, abs=0.001)


def test_a_partner_without_trials_gets_the_pooled_rate() -> None:
    assert shrunk((0, 0), (10, 100), (30, 100), (20, 100))["shrunk_rate"][0] == pytest.approx(0.2)


def test_without_any_trial_there_is_no_rate() -> None:
    assert shrunk((0, 0), (0, 0))["shrunk_rate"].null_count() == 2


@given(COUNTS)
def test_shrunk_rates_lie_between_the_own_and_the_pooled_rate(
    counts: list[tuple[int, int]],
) -> None:
    found = shrunk(*counts).filter(pl.col("seen") > 0)
    pooled = found["hits"].sum() / max(found["seen"].sum(), 1)
    for hits, seen, rate in found.select("hits", "seen", "shrunk_rate").iter_rows():
        low, high = sorted((hits / seen, pooled))
        assert low - 1e-9 <= rate <= high + 1e-9
