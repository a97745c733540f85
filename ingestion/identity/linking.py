"""A table → its model, and how probable it is of candidate pairs that they are one customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ingestion.identity.blocking import candidates
from ingestion.identity.comparisons import ELSE, FIELDS, NEAR, PART
from ingestion.identity.keys import shared_keys
from ingestion.identity.levels import equal_pairs, levels, prepare
from ingestion.identity.model import Model, estimate
from ingestion.identity.normal import normalise
from ingestion.identity.scores import Scores

_RANDOM_PAIRS = 300_000


@dataclass(frozen=True)
class Table:
    """`keys`: match keys by row; `compared`: what comparisons of `fields` read."""

    keys: pl.DataFrame
    compared: pl.DataFrame
    fields: list[str]

    def where(self, chosen: pl.Series) -> Table:
        """Some rows, whose values stay as rare as they are in the whole table."""
        return Table(self.keys.filter(chosen), self.compared.filter(chosen), self.fields)

    def with_keys(self, keys: pl.DataFrame) -> Table:
        """Other match keys; what is compared stays."""
        return Table(keys, self.compared, self.fields)

    def head(self, count: int) -> Table:
        return Table(self.keys.head(count), self.compared.head(count), self.fields)


@dataclass(frozen=True)
class Links:
    """`pairs`: left, right (row numbers of the table), bits (log2 odds), is_namesake."""

    table: Table
    model: Model
    pairs: pl.DataFrame
    scores: Scores

    @property
    def keys(self) -> pl.DataFrame:
        return self.table.keys

    def weigh(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """`compare` of any pairs (left, right); each is compared once."""
        return self.scores.of(pairs, lambda new: compare(self.table, self.model, new))


def read_table(
    records: pl.DataFrame, columns: Mapping[str, str], counted: pl.Series | None = None
) -> Table:
    """`columns` as in `resolve`; the rows `counted` (default all) say how rare a value is."""
    keys = normalise(records, columns)
    if not set(FIELDS) & set(keys.columns):
        keys = keys.with_columns(contact=pl.lit(None, pl.String))
    fields = _compared_fields(keys, columns)
    return Table(keys, prepare(keys, fields, counted), fields)


def train(table: Table) -> Links:
    """The model of a table, and its candidates by it."""
    compared, fields = table.compared, table.fields
    pairs = candidates(table.keys)
    alike = levels(compared, pairs, fields)
    chance = levels(compared, _random_pairs(compared.height), fields)
    equal = {field: equal_pairs(compared, field) for field in fields}
    model = estimate(alike, chance, equal, compared.height)
    found = _judged(model, alike)
    return Links(table, model, _found(pairs, found), scores=Scores.known(pairs, found))


def link(table: Table, model: Model, scores: Scores) -> Links:
    """The candidates of a table by a model from elsewhere; `scores` of it that are known stay."""
    pairs = candidates(table.keys)
    found = scores.of(pairs, lambda new: compare(table, model, new))
    return Links(table, model, _found(pairs, found), scores)


def compare(table: Table, model: Model, pairs: pl.DataFrame) -> pl.DataFrame:
    """Of pairs (left, right):

    - `bits`: log2 odds;
    - `same_place`: their addresses agree; null if one has none;
    - `is_other`: persons (their names stand in parts) of whom each has an e-mail or a phone of its
      own, unlike the other's; a company's contacts have;
    - `is_namesake`: is_other, and no e-mail, phone or address is alike.
    """
    return _judged(model, levels(table.compared, pairs, table.fields))


def certain_edges(links: Links) -> pl.DataFrame:
    """(left, right, probability): records that share a strong key, each with the first that does.

    Records of one name and phone at two addresses are left to the model, they may be branches; so
    are persons of one name and phone with two e-mails, or the other way round.
    """
    edges = shared_keys(links.keys)
    told = links.weigh(edges.select("left", "right"))
    doubted = told["same_place"].not_().fill_null(False) | told["is_other"]
    return edges.filter(edges["is_exact"] | ~doubted).select("left", "right", "probability")


def _judged(model: Model, alike: pl.DataFrame) -> pl.DataFrame:
    address = alike["address"] if "address" in alike.columns else pl.lit(0)
    contacts = [name for name in ("email", "phone") if name in alike.columns]
    persons = "given_name" in alike.columns
    unlike = (pl.col(name).is_between(ELSE, PART) for name in contacts)
    other = pl.any_horizontal(False, *unlike) & persons
    agrees = pl.any_horizontal(address >= NEAR, *(pl.col(name) >= NEAR for name in contacts))
    return alike.select(
        model.weigh(alike).alias("bits"),
        same_place=pl.when(address > 0).then(address >= NEAR),
        is_other=other,
        is_namesake=other & ~agrees,
    )


def _found(pairs: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    return pairs.with_columns(found.select("bits", "is_namesake").get_columns())


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
