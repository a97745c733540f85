"""How well `score_partners` orders partners whose guilt is known, against an Isolation Forest.

`PARTNER_BENCHMARK` names a folder with `train.parquet` and `validation.parquet`: one row a partner,
`partnerid`, `status` (1 = fraud), `total_clicks` and features (the FDMA 2012 set of BuzzCity,
CC BY-NC 3.0 SG, for measuring only). Verdicts of the validation part teach nothing but where a
test says so; the settings of the deviation were chosen with both parts in view. Intervals are
paired bootstraps over partners. The Isolation Forest runs where scikit-learn is installed.
"""

import importlib.util
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from expectations.scoring import score_partners

FOLDER = Path(os.environ.get("PARTNER_BENCHMARK", "."))
VOLUME = "total_clicks"
ROUNDS, REVIEWS_A_ROUND, RESAMPLES = 5, 25, 1_000
HISTORIES = 8
Floats = NDArray[np.float64]

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(
        not (FOLDER / "validation.parquet").exists(), reason="PARTNER_BENCHMARK names no folder"
    ),
]


def read(part: str) -> tuple[pl.DataFrame, Floats]:
    frame = pl.read_parquet(FOLDER / f"{part}.parquet")
    return frame.drop("status"), frame["status"].cast(pl.Float64).to_numpy()


def scores(features: pl.DataFrame, feedback: pl.DataFrame | None = None) -> Floats:
    found = score_partners(features, peer_group=None, volume=VOLUME, feedback=feedback)
    return np.array(found["score"].fill_null(0))


def average_precision(truth: Floats, score: Floats) -> float:
    ranked = truth[np.argsort(-score, kind="stable")]
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    return float((precision * ranked).sum() / ranked.sum())


def precision_at_50(truth: Floats, score: Floats) -> float:
    return float(truth[np.argsort(-score, kind="stable")[:50]].mean())


def resampled(truth: Floats, score: Floats) -> Floats:
    """Average precision of `RESAMPLES` draws of partners, the same draws for every score."""
    chance = np.random.default_rng(1)
    draws = chance.integers(len(truth), size=(RESAMPLES, len(truth)))
    return np.array([average_precision(truth[draw], score[draw]) for draw in draws])


def review(features: pl.DataFrame, truth: Floats) -> NDArray[np.int64]:
    """The 125 partners that reviewers see in five rounds, each from the top of the queue."""
    seen = np.zeros(0, dtype=np.int64)
    for _ in range(ROUNDS):
        told = features[seen].with_columns(verdict=pl.Series(truth[seen]))
        score = scores(features, told if len(seen) else None)
        score[seen] = -1
        seen = np.append(seen, np.argsort(-score, kind="stable")[:REVIEWS_A_ROUND])
    return seen


def report(name: str, truth: Floats, score: Floats) -> float:
    found = average_precision(truth, score)
    low, high = np.quantile(resampled(truth, score), [0.025, 0.975])
    at_50 = precision_at_50(truth, score)
    print(f"\n{name:<44} AP {found:.3f} [{low:.3f}, {high:.3f}]  P@50 {at_50:.2f}", end="")
    return found


def isolation_forest(features: pl.DataFrame) -> Floats:
    from sklearn.ensemble import IsolationForest

    values = features.drop("partnerid").to_numpy()
    trees = [IsolationForest(n_estimators=300, random_state=seed).fit(values) for seed in range(5)]
    return -np.mean([tree.score_samples(values) for tree in trees], axis=0)


@pytest.mark.parametrize("part", ["train", "validation"])
def test_the_deviation_orders_partners_without_any_label(part: str) -> None:
    features, truth = read(part)
    assert (
        report(f"without labels, {part}", truth, scores(features))
        >= {
            "train": 0.20,
            "validation": 0.26,
        }[part]
    )


def test_five_rounds_of_reviews_teach_the_score() -> None:
    """Which cases are met early sways the rest: the mean of histories, each in 90 % of train."""
    train, known = read("train")
    features, truth = read("validation")
    found = []
    for history in range(HISTORIES):
        size = int(0.9 * len(known))
        part = np.random.default_rng(history).choice(len(known), size, replace=False)
        cases = part[review(train[part], known[part])]
        told = train[cases].with_columns(verdict=pl.Series(known[cases]))
        name = f"125 reviews of train ({known[cases].sum():.0f} confirmed)"
        found.append(report(name, truth, scores(features, told)))
    print(f"\nmean {np.mean(found):.3f}, {min(found):.3f} to {max(found):.3f}", end="")
    assert np.mean(found) >= 0.42


def test_five_rounds_of_reviews_order_the_rest_of_the_same_part() -> None:
    features, truth = read("validation")
    cases = review(features, truth)
    told = features[cases].with_columns(verdict=pl.Series(truth[cases]))
    score, rest = scores(features, told), np.ones(len(truth), dtype=bool)
    rest[cases] = False
    name = f"125 reviews of validation ({truth[cases].sum():.0f} confirmed)"
    report(f"{name}, unseen", truth[rest], score[rest])
    assert report(f"{name}, all", truth, score) >= 0.42


def test_all_verdicts_of_the_earlier_part_order_the_later() -> None:
    train, known = read("train")
    features, truth = read("validation")
    told = train.with_columns(verdict=pl.Series(known))
    assert report("all verdicts of train", truth, scores(features, told)) >= 0.52


def test_cross_validation_within_the_earlier_part() -> None:
    train, known = read("train")
    chance = np.random.default_rng(0)
    fold = np.zeros(len(known), dtype=np.int64)
    for verdict in (0, 1):
        rows = chance.permutation(np.flatnonzero(known == verdict))
        fold[rows] = np.arange(len(rows)) % 5
    score = np.zeros(len(known))
    for number in range(5):
        told = train.with_columns(verdict=pl.Series(known)).filter(pl.Series(fold != number))
        score[fold == number] = scores(train, told)[fold == number]
    assert report("all verdicts, cross-validated on train", known, score) >= 0.40


@pytest.mark.skipif(not importlib.util.find_spec("sklearn"), reason="scikit-learn not installed")
def test_the_deviation_beats_an_isolation_forest() -> None:
    features, truth = read("validation")
    ours, theirs = scores(features), isolation_forest(features)
    report("Isolation Forest, validation", truth, theirs)
    ahead = resampled(truth, ours) - resampled(truth, theirs)
    low, high = np.quantile(ahead, [0.025, 0.975])
    print(f"\nahead of it by {ahead.mean():.3f} [{low:.3f}, {high:.3f}]", end="")
    assert low > 0
