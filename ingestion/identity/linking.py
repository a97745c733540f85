"""A table → its model, and how probable it is of candidate pairs that they are one customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ingestion.identity.blocking import candidates
from ingestion.identity.comparisons import FIELDS, NEAR
from ingestion.identity.keys import shared_keys
from ingestion.identity.levels import equal_pairs, levels, prepare
from ingestion.identity.model import Model, estimate
from ingestion.identity.normal import normalise

_RANDOM_PAIRS = 300_000


@dataclass(frozen=True)
class Links:
    """`keys`: match keys by row. `pairs`: left, right (row numbers), bits (log2 odds)."""

    keys: pl.DataFrame
    compared: pl.DataFrame
    fields: list[str]
    model: Model
    pairs: pl.DataFrame

    def weigh(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """`bits` (log2 odds) and `same_place` (addresses agree; null if unknown) of any pairs."""
        alike = levels(self.compared, pairs, self.fields)
        address = alike["address"] if "address" in self.fields else pl.lit(0)
        return alike.select(
            self.model.weigh(alike),
            same_place=pl.when(address > 0).then(address >= NEAR),
        )


def link(records: pl.DataFrame, columns: Mapping[str, str]) -> Links:
    """Compare the candidates of a table; `columns` as in `resolve`."""
    keys = normalise(records, columns)
    if not set(FIELDS) & set(keys.columns):
        keys = keys.with_columns(contact=pl.lit(None, pl.String))
    fields = _compared_fields(keys, columns)
    compared = prepare(keys, fields)
    pairs = candidates(keys)
    alike = levels(compared, pairs, fields)
    chance = levels(compared, _random_pairs(keys.height), fields)
    equal = {field: equal_pairs(compared, field) for field in fields}
    model = estimate(alike, chance, equal, keys.height)
    return Links(keys, compared, fields, model, pairs.with_columns(model.weigh(alike)))


def certain_edges(links: Links) -> pl.DataFrame:
    """(left, right, probability): records that share a strong key, each with the first that does.

    Records of one name and phone at two addresses are left to the model: they may be branches.
    """
    rows = pl.int_range(pl.len(), dtype=pl.UInt32)
    shared = shared_keys(links.keys.with_columns(record_id=rows))
    first = pl.col("record_id").min().over("key")
    edges = shared.select("key", "probability", left=first, right="record_id").filter(
        pl.col("left") != pl.col("right")
    )
    same_place = links.weigh(edges.select("left", "right"))["same_place"]
    elsewhere = same_place.not_().fill_null(False)
    exact = edges["key"].str.contains(r"^(?:corporate_number|deal)\|")
    return edges.filter(exact | ~elsewhere).select("left", "right", "probability")


def _compared_fields(keys: pl.DataFrame, columns: Mapping[str, str]) -> list[str]:
    """A full name is compared as one, unless the table has its parts."""
    in_parts = {"family_name", "given_name"} <= set(columns)
    left_out = {"contact"} if in_parts else {"family_name", "given_name"}
    return [field for field in FIELDS if field in keys.columns and field not in left_out]


def _random_pairs(count: int) -> pl.DataFrame:
    """The same ones every time; all pairs of a small table."""
    rows = pl.int_range(count, dtype=pl.UInt32, eager=True)
    if count * (count - 1) / 2 <= _RANDOM_PAIRS:
        left, right = rows.alias("left").to_frame(), rows.alias("right").to_frame()
        return left.join(right, how="cross").filter(pl.col("left") < pl.col("right"))
    sides = [
        rows.sample(_RANDOM_PAIRS, with_replacement=True, seed=seed).alias(side)
        for seed, side in enumerate(("left", "right"))
    ]
    return pl.DataFrame(sides).filter(pl.col("left") != pl.col("right"))
