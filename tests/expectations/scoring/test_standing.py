"""Partners beside peers that sell the same: honest mixes stay quiet, planted ones are found."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from expectations.flags import STANDING_SCHEMA
from expectations.scoring import stand_among_peers, widen

FAMILIES = {"lapsed": "outcome"}
WORLDS = 40
# What everybody's customers do, by product: one of the two is given up three times as often.
USUAL = {"easy": 0.1, "hard": 0.3}


def a_world(seed: int, guilty: int = 0, partners: int = 300) -> pl.DataFrame:
    """Two products, a spread of honest rates, sizes apart; the first `guilty` at triple rate."""
    chance = np.random.default_rng(seed)
    own = chance.gamma(20, 1 / 20, partners)
    own[:guilty] = 3.0
    ids = [f"P{place:04}" for place in range(partners)]
    return pl.concat(some_trials(chance, ids, name, own) for name in USUAL)


def a_small_company(*guilty: tuple[int, int]) -> pl.DataFrame:
    """Sixty partners at one customer of sixteen, most with a few, and the `guilty` (hits, size)."""
    size = [4] * 40 + [32] * 18
    hits = [0, 0, 0, 1] * 10 + [1, 2, 3] * 6
    both = [*zip(hits, size, strict=True), *guilty]
    return pl.DataFrame(
        {
            "partner_id": [f"P{place:04}" for place in range(len(both))],
            "measure": "lapsed",
            "product_id": "easy",
            "partner_kind": "reseller",
            "rank": "gold",
            "hits": [own for own, _ in both],
            "size": [own for _, own in both],
            "source_rows": "",
        }
    )


def some_trials(
    chance: np.random.Generator, ids: list[str], product: str, own: np.ndarray
) -> pl.DataFrame:
    size = chance.integers(5, 120, len(ids))
    return pl.DataFrame(
        {
            "partner_id": ids,
            "measure": "lapsed",
            "product_id": product,
            "partner_kind": chance.choice(["sales_agency", "reseller"], len(ids)),
            "rank": None,
            "hits": chance.binomial(size, np.clip(USUAL[product] * own, 0, 0.95)),
            "size": size,
            "source_rows": "f.csv#2",
        },
        schema_overrides={"rank": pl.String},
    )


def test_standing_few_honest_worlds_raise_any_alert() -> None:
    alarmed = sum(
        (stand_among_peers(a_world(seed), FAMILIES)["q"] <= 0.05).any() for seed in range(WORLDS)
    )
    assert alarmed <= 5


def test_standing_planted_partners_are_found_and_few_beside_them() -> None:
    found, false = 0.0, 0.0
    for seed in range(5):
        hits = stand_among_peers(a_world(seed, guilty=20), FAMILIES)["q"] <= 0.05
        found, false = found + float(hits[:20].sum()), false + float(hits[20:].sum())
    assert found >= 90
    assert false <= 0.1 * (found + false)


def test_standing_who_sells_what_everybody_gives_up_does_not_stand_out() -> None:
    world = a_world(1).filter((pl.col("product_id") == "easy") | (pl.col("partner_id") < "P0040"))
    only_hard = (pl.col("partner_id") < "P0040") & (pl.col("product_id") == "easy")
    found = stand_among_peers(world.filter(~only_hard), FAMILIES)
    hard = found.filter(pl.col("partner_id") < "P0040")
    assert hard["expected"].mean() > 0.25  # type: ignore[operator]
    assert (hard["q"].drop_nulls() > 0.05).all()


def test_standing_below_twenty_trials_says_nothing() -> None:
    small = a_world(2).with_columns(
        hits=0, size=pl.when(pl.col("partner_id") == "P0000").then(9).otherwise(50)
    )
    found = stand_among_peers(small, FAMILIES).filter(pl.col("partner_id") == "P0000")
    assert found.select("ratio", "q", "q_low", "place", "expected").row(0) == (None,) * 5
    assert found["size"].item() == 18


def test_standing_bounds_enclose_the_ratio_and_place_orders_it() -> None:
    found = stand_among_peers(a_world(3), FAMILIES).drop_nulls("ratio")
    assert (found["ratio_low"] < found["ratio"]).all()
    assert (found["ratio"] < found["ratio_high"]).all()
    assert found.sort("place")["ratio"].is_sorted()


def test_standing_does_not_depend_on_the_order_of_rows() -> None:
    world = a_world(4, guilty=5)
    shuffled = world.sample(fraction=1, shuffle=True, seed=1)
    assert stand_among_peers(shuffled, FAMILIES).equals(stand_among_peers(world, FAMILIES))


def test_standing_without_any_trial_has_its_columns() -> None:
    nothing = stand_among_peers(a_world(5).clear(), FAMILIES)
    assert nothing.schema == pl.Schema(STANDING_SCHEMA)
    wide = widen(nothing, pl.Series(["P-1"]), FAMILIES)
    assert wide.select("lapsed_ratio", "lapsed_q", "lapsed_evidence").row(0) == (None, None, None)


def test_standing_of_who_stands_out_is_told_within_a_deviation_of_what_was_seen() -> None:
    found = stand_among_peers(a_world(6, guilty=5), FAMILIES).filter(pl.col("q") <= 0.01)
    seen, expected, size = (found[name] for name in ("rate", "expected", "size"))
    deviation = (expected * (1 - expected) / size).sqrt()
    assert found.height >= 3
    assert ((seen / expected - found["ratio"]) * expected <= 1.001 * deviation).all()


def test_standing_a_test_that_nobody_asks_for_makes_no_family_larger() -> None:
    lapsed = a_world(7, guilty=5)
    both = pl.concat(
        [lapsed, lapsed.with_columns(measure=pl.lit("other"), hits=pl.lit(0, pl.Int64))]
    )
    families = {"lapsed": "outcome", "other": "outcome"}
    alone = stand_among_peers(lapsed, FAMILIES)
    of_two, of_one = (
        stand_among_peers(both, families, asked).filter(pl.col("measure") == "lapsed")
        for asked in (None, {"lapsed_q", "lapsed_q_low", "other_rate"})
    )
    assert of_one["q"].equals(alone["q"])
    assert (of_two["q"] >= of_one["q"]).all()
    assert (of_two["q"] > of_one["q"]).any()


def test_standing_two_guilty_of_sixty_do_not_hide_each_other() -> None:
    guilty = (30, 100), (25, 90)
    found = stand_among_peers(a_small_company(*guilty), FAMILIES)
    for place, one in enumerate(guilty):
        alone = stand_among_peers(a_small_company(one), FAMILIES)
        both = found.filter(pl.col("partner_id") == f"P{58 + place:04}")
        assert both["q"].item() <= 0.05
        assert both["expected"].item() < 1.5 * alone["expected"][-1]
    assert (found["q"][:58].drop_nulls() > 0.05).all()


def test_standing_who_went_farther_does_not_move_the_others_yardstick() -> None:
    far, farther = (
        stand_among_peers(a_small_company((hits, 100)), FAMILIES)[:58] for hits in (60, 90)
    )
    one, other = (found["expected"].drop_nulls().to_list() for found in (far, farther))
    assert one == pytest.approx(other, rel=0.02)


def test_standing_few_customers_of_small_partners_are_no_spread_to_hide_in() -> None:
    tiny = a_small_company((21, 50)).filter((pl.col("size") < 20) | (pl.col("size") == 50))
    assert (stand_among_peers(tiny, FAMILIES)["q"].drop_nulls() <= 0.05).to_list() == [True]


def test_standing_place_is_among_those_that_do_not_stand_out() -> None:
    found = stand_among_peers(a_small_company((30, 100), (25, 90)), FAMILIES)
    assert found["place"][-2:].to_list() == [1.0, 1.0]
