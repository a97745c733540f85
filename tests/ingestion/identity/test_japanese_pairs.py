"""Pairs written by hand: spellings of one customer, and customers that only look alike.

A false merge is a false accusation, so that precision has the higher bound.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ingestion.identity import resolve

PAIRS = Path(__file__).with_name("japanese_pairs.csv")
FIELDS = ("company", "contact", "email", "phone", "postal_code", "address")


def resolved() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Pairs with `joined`, and every record's pair and entity; all in one table."""
    pairs = pl.read_csv(PAIRS, infer_schema=False).with_row_index("pair")
    sides = [
        pairs.select(
            "pair",
            record_id=pl.format("{}-{}", "pair", pl.lit(side)),
            **{field: pl.col(f"{field}_{side}") for field in FIELDS},
        )
        for side in ("a", "b")
    ]
    records = pl.concat(sides)
    found = resolve(records, {name: name for name in ("record_id", *FIELDS)})
    placed = records.select("pair", found["entity_id"])
    joined = placed.group_by("pair").agg(joined=pl.col("entity_id").n_unique() == 1)
    return pairs.join(joined, on="pair"), placed


def test_japanese_pairs_are_joined_and_kept_apart() -> None:
    pairs, _ = resolved()
    assert pairs.height >= 200
    same, joined = pairs["is_same"] == "1", pairs["joined"]
    wrong = pairs.filter(same != joined).select("is_same", "why").rows()
    assert (same & joined).sum() / joined.sum() >= 0.99, wrong
    assert (same & joined).sum() / same.sum() >= 0.97, wrong


def test_japanese_pairs_do_not_run_into_each_other() -> None:
    _, placed = resolved()
    assert placed.group_by("entity_id").agg(pl.col("pair").n_unique())["pair"].max() == 1
