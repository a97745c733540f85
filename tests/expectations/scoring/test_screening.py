"""Rates against their peers: honest worlds stay quiet, planted partners are found."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from expectations.scoring import screen_counts, screen_rates, shrink_counts

WORLDS = 40


def rates(seed: int, guilty: int = 0) -> pl.DataFrame:
    """200 partners around 10 % with a spread of their own; the first `guilty` at 40 %."""
    chance = np.random.default_rng(seed)
    seen, own = chance.integers(20, 400, 200), chance.beta(10, 90, 200)
    own[:guilty] = 0.4
    return pl.DataFrame({"hits": chance.binomial(seen, own), "seen": seen})


def counts(seed: int, guilty: int = 0) -> pl.DataFrame:
    """200 partners with 0.1 events a unit of exposure; the first `guilty` with 0.4."""
    chance = np.random.default_rng(seed)
    seen, own = chance.uniform(20, 400, 200), chance.gamma(10, 0.01, 200)
    own[:guilty] = 0.4
    return pl.DataFrame({"hits": chance.poisson(seen * own), "seen": seen})


SCREENS = [(rates, screen_rates), (counts, screen_counts)]
World = Callable[..., pl.DataFrame]


@pytest.mark.parametrize(("world", "screen"), SCREENS)
def test_few_honest_worlds_raise_any_alert(world: World, screen: World) -> None:
    alarmed = sum("hit" in screen(world(seed), "hits", "seen")["outcome"] for seed in range(WORLDS))
    # 5 % of 40 are 2; 6 or more have a chance below 2 %.
    assert alarmed < 6


@pytest.mark.parametrize(("world", "screen"), SCREENS)
def test_a_tenth_of_guilty_partners_is_found_and_few_beside_them(
    world: World, screen: World
) -> None:
    found = false = 0
    for seed in range(10):
        hits = screen(world(seed, guilty=20), "hits", "seen")["outcome"] == "hit"
        found, false = found + hits[:20].sum(), false + hits[20:].sum()
    assert found >= 0.9 * 200
    assert false <= 0.1 * (found + false)


def test_a_fifth_of_guilty_partners_does_not_hide_behind_each_other() -> None:
    hits = screen_rates(rates(3, guilty=40), "hits", "seen")["outcome"] == "hit"
    assert hits[:40].sum() >= 36


def judged(*counts: tuple[int | None, int | None]) -> pl.DataFrame:
    frame = pl.DataFrame(list(counts), schema={"hits": pl.Int64, "seen": pl.Int64}, orient="row")
    return screen_rates(frame, "hits", "seen")


def test_too_few_trials_are_undetermined_whatever_the_rate() -> None:
    found = judged((19, 19), (2, 100), (1, 100), (3, 100), (2, 100))
    assert found["outcome"].to_list() == ["undetermined", *["clear"] * 4]
    assert found["p_value"][0] is None


def test_missing_counts_are_undetermined() -> None:
    found = judged((None, 100), (0, None), (2, 100), (1, 100), (3, 100))
    assert found["outcome"].to_list() == ["undetermined", "undetermined", *["clear"] * 3]


def test_nobody_is_judged_by_one_other_partner() -> None:
    assert judged((90, 100), (1, 100))["outcome"].to_list() == ["undetermined"] * 2


def test_two_events_among_few_peers_without_any_accuse_nobody() -> None:
    assert judged((2, 20), *[(0, 20)] * 5)["outcome"].to_list() == ["clear"] * 6


def test_partners_that_all_have_every_trial_are_clear() -> None:
    assert judged(*[(100, 100)] * 6)["outcome"].to_list() == ["clear"] * 6


def test_the_peers_rate_leaves_out_who_stands_out() -> None:
    found = judged((95, 100), *[(2, 100), (1, 100), (3, 100)] * 4)
    assert found["outcome"][0] == "hit"
    assert found["peer_rate"].to_list() == pytest.approx([0.02] * 13)


def test_counts_without_spread_share_the_pooled_rate() -> None:
    frame = pl.DataFrame({"events": [10, 11, 9, 10], "months": [100.0] * 4})
    found = shrink_counts(frame, "events", "months")
    # The prior weighs 1,000 expected events ÷ 0.1 = 10,000 months.
    assert found["prior_exposure"].to_list() == pytest.approx([10_000] * 4)
    assert found["shrunk_rate"][1] == pytest.approx(1011 / 10_100)
