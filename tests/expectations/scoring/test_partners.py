"""The partner score on small tables: who stands out, what may change it, what is told."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from expectations.scoring import score_partners

FEATURES = [f"measure_{place}" for place in range(12)]


def a_population(odd: int = 0, count: int = 200, seed: int = 1) -> pl.DataFrame:
    """`count` partners with 12 measures around 10; the first `odd` are off in five."""
    chance = np.random.default_rng(seed)
    values = chance.normal(10, 1, (count, len(FEATURES)))
    values[:odd, :5] += 6
    columns = {name: values[:, place] for place, name in enumerate(FEATURES)}
    ids = [f"P{number:03d}" for number in range(count)]
    return pl.DataFrame(
        {"partner_id": ids, "lead_count": chance.integers(60, 900, count)} | columns
    )


def score(features: pl.DataFrame, **rest: object) -> pl.DataFrame:
    return score_partners(features, **({"peer_group": None, "volume": "lead_count"} | rest))  # type: ignore[arg-type]


def verdicts(confirmed: list[str], cleared: list[str]) -> pl.DataFrame:
    judged = [True] * len(confirmed) + [False] * len(cleared)
    return pl.DataFrame({"partner_id": [*confirmed, *cleared], "verdict": judged})


def test_partners_unlike_their_peers_come_first() -> None:
    found = score(a_population(odd=8)).sort("score", descending=True)
    assert set(found["partner_id"][:8]) == {f"P{number:03d}" for number in range(8)}


def test_without_anybody_odd_scores_stay_low() -> None:
    assert score(a_population())["score"].max() < 0.4


def test_a_tenth_of_guilty_peers_does_not_hide_them() -> None:
    found = score(a_population(odd=20)).sort("score", descending=True)
    assert set(found["partner_id"][:20]) == {f"P{number:03d}" for number in range(20)}


def test_every_partner_keeps_its_row_and_place() -> None:
    features = a_population()
    found = score(features)
    assert found["partner_id"].to_list() == features["partner_id"].to_list()
    assert found.columns == ["partner_id", "score", "reasons"]


def test_the_order_of_rows_and_columns_changes_nothing() -> None:
    features = a_population(odd=5)
    names = ["partner_id", "lead_count", *reversed(FEATURES)]
    shuffled = score(features.sample(fraction=1, shuffle=True, seed=3).select(names))
    assert shuffled.sort("partner_id")["score"].to_list() == pytest.approx(score(features)["score"])


@pytest.mark.parametrize("step", [1.0, 3.0, -8.0])
def test_going_further_from_the_peers_never_lowers_the_score(step: float) -> None:
    features = a_population(odd=1)
    further = pl.when(pl.col("partner_id") == "P000").then(pl.col("measure_0") + step)
    moved = features.with_columns(measure_0=further.otherwise("measure_0"))
    away = abs(moved["measure_0"][0] - 10) >= abs(features["measure_0"][0] - 10)
    before, after = score(features)["score"][0], score(moved)["score"][0]
    assert after >= before if away else after <= before


def test_few_events_weaken_the_same_deviation() -> None:
    features = a_population(odd=2).with_columns(
        lead_count=pl.when(pl.col("partner_id") == "P000").then(4).otherwise("lead_count")
    )
    small, large = score(features)["score"][:2]
    assert small < large / 2


def test_the_deviation_is_the_mean_of_the_largest_in_robust_deviations() -> None:
    # 9 … 11 around 10: median 10; on the log scale the quartiles are ln(10.5) and ln(11.5).
    usual = [9.0, 9.5, 10.0, 10.5, 11.0] * 20
    columns = {name: [*usual, 12.0] for name in ("a", "b", "c")}
    ids = [str(number) for number in range(101)]
    found = score(pl.DataFrame({"partner_id": ids, "lead_count": [50] * 101} | columns))
    spread = (np.log(11.5) - np.log(10.5)) / 1.349
    expected = (np.log(13) - np.log(11)) / spread / 10
    assert found["score"][100] == pytest.approx(expected)


def test_reasons_name_value_expectation_and_contribution() -> None:
    features = a_population(odd=3)
    first = score(features).row(0, named=True)
    reason = first["reasons"][0]
    assert reason["feature"] in FEATURES[:5]
    assert reason["observed"] == features[reason["feature"]][0]
    assert reason["expected"] == pytest.approx(10, abs=0.5)
    assert sum(each["contribution"] for each in first["reasons"]) == pytest.approx(first["score"])


def test_peers_are_those_of_the_own_group() -> None:
    north = a_population().with_columns(region=pl.lit("north"))
    south = a_population(seed=2).with_columns(pl.col(FEATURES) + 30, region=pl.lit("south"))
    stranger = south.head(1).with_columns(region=pl.lit("north"))
    both = pl.concat([stranger, north.tail(199), south.tail(199)])
    ids = pl.int_range(pl.len()).cast(pl.String)
    found = score(both.with_columns(partner_id=ids), peer_group=["region"])
    assert found["score"].arg_max() == 0
    assert found["score"][1:].max() < 0.4


def test_a_group_too_small_to_compare_is_compared_with_everybody() -> None:
    features = a_population(odd=1).with_columns(region=pl.Series(["alone"] + ["many"] * 199))
    assert score(features, peer_group=["region"])["score"].arg_max() == 0


def test_an_unknown_volume_and_too_few_partners_are_undetermined() -> None:
    features = a_population().with_columns(
        lead_count=pl.when(pl.col("partner_id") != "P000").then("lead_count")
    )
    found = score(features)
    assert found["score"].null_count() == 1
    assert found["reasons"][0].to_list() == []
    assert score(features.head(8))["score"].null_count() == 8


def test_missing_values_are_no_evidence() -> None:
    features = a_population(odd=1).with_columns(
        pl.when(pl.col("partner_id") != "P000").then(pl.col(FEATURES[:5]))
    )
    assert score(features)["score"][0] < 0.4


def test_verdicts_move_the_score_towards_what_was_confirmed() -> None:
    features = a_population(odd=40).with_columns(
        measure_11=pl.when(pl.int_range(pl.len()) < 20).then(2.0).otherwise("measure_11")
    )
    told = verdicts([f"P{n:03d}" for n in range(10)], [f"P{n:03d}" for n in range(20, 30)])
    found = score(features, feedback=told)["score"]
    assert found[10:20].min() > found[30:40].max()


def test_one_kind_of_verdict_leaves_the_deviation() -> None:
    features = a_population(odd=5)
    for told in (verdicts([], ["P000"]), verdicts(["P000"], []), verdicts([], [])):
        assert score(features, feedback=told).equals(score(features))


def test_a_review_of_an_earlier_time_teaches_with_its_own_columns() -> None:
    past, now = a_population(odd=20, seed=5), a_population(odd=20, seed=6)
    cases = pl.concat([past.head(10), past.tail(10)])
    told = cases.with_columns(verdict=pl.Series([1] * 10 + [0] * 10))
    found = score(now.with_columns(partner_id="N" + pl.col("partner_id")), feedback=told)
    assert found["score"].arg_sort(descending=True)[:20].sort().to_list() == list(range(20))
    assert found.height == now.height


def test_verdicts_on_partners_that_are_gone_count_for_nothing() -> None:
    features = a_population(odd=5)
    assert score(features, feedback=verdicts(["X1"], ["X2"])).equals(score(features))


def test_the_same_input_gives_the_same_score() -> None:
    features, told = a_population(odd=5), verdicts(["P000", "P001"], ["P100", "P101"])
    assert score(features, feedback=told).equals(score(features, feedback=told))


def test_any_text_column_may_name_the_partner() -> None:
    features = a_population(odd=5)
    renamed = score(features.rename({"partner_id": "partnerid"}))
    assert renamed.equals(score(features))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame.drop("lead_count"), "no column lead_count"),
        (lambda frame: pl.concat([frame, frame]), "one row a partner"),
        (lambda frame: frame.select("partner_id", "lead_count"), "no numeric feature"),
    ],
)
def test_a_table_that_cannot_be_scored_is_refused(change, message) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        score(change(a_population()))


@pytest.mark.parametrize("values", [[2, 0], ["confirmed", "cleared"]])
def test_a_verdict_of_another_kind_is_refused(values: list[object]) -> None:
    told = pl.DataFrame({"partner_id": ["P000", "P001"], "verdict": values})
    with pytest.raises(ValueError, match="verdict"):
        score(a_population(), feedback=told)
