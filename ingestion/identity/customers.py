"""The nightly customers: who is the same over the leads and contracts of both doors.

The result is a function of the batches known to the night and of nothing else. What `state` keeps
saves work: a pair is compared again only if one of its records is new or changed.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from ingestion.identity.linking import Links, Table, link, read_table, train
from ingestion.identity.model import probability
from ingestion.identity.parties import match_parties
from ingestion.identity.records import CUSTOMER, read_records
from ingestion.identity.resolving import DOUBTFUL, THRESHOLD, by_row, entities, explain_links
from ingestion.identity.scores import Scores
from ingestion.identity.state import (
    State,
    digest_inputs,
    digest_training,
    read_inputs,
    read_state,
    write_state,
)
from ingestion.identity.words import read_words
from ingestion.lake import write_atomically

CUSTOMERS_SCHEMA = {
    "entity": pl.String(),
    "scope_id": pl.String(),
    "record_id": pl.String(),
    "customer_id": pl.String(),
}
_COLUMNS = {"record_id": "row", "deal": "deal"} | {field: field for field in CUSTOMER}


@dataclass(frozen=True)
class Compared:
    """`records` in force, row by row of `links`; `state`: what is kept for the next night."""

    records: pl.DataFrame
    links: Links
    state: State


def resolve_customers(home: Path, known_at: datetime | None = None) -> pl.DataFrame:
    """Write `lake/identity/` as of a night and return its `customers`.

    Columns entity (leads, contracts), scope_id (crm, or the uploader), record_id, customer_id: the
    record of the customer that was known first, of two the smaller one. So an id stays while that
    record is of this customer, the oldest survives a merger and a part that is split off gets its
    own. Beside it `doubtful_pairs` (first_record, second_record, match_probability) for people to
    decide, and `party_matches` (`match_parties`). Nothing is done if nothing came in.
    """
    raw, folder = home / "lake" / "raw", home / "lake" / "identity"
    names = ("customers", "doubtful_pairs", "party_matches")
    paths = {name: folder / f"{name}.parquet" for name in names}
    inputs = digest_inputs(raw, known_at)
    if read_inputs(folder / "state") == inputs and all(path.exists() for path in paths.values()):
        return pl.read_parquet(paths["customers"])
    found = compare_customers(home, known_at, inputs)
    decided = by_row(found.links, read_words(raw, known_at))
    _, groups = entities(found.links, decided)
    customers = _customers(found.records, groups)
    tables = {
        "customers": customers,
        "doubtful_pairs": _doubtful(found, groups, decided),
        "party_matches": match_parties(raw, known_at, found.records, found.links),
    }
    # a crash in between must not leave a state beside tables of another night
    shutil.rmtree(folder / "state", ignore_errors=True)
    for name, table in tables.items():
        write_atomically(paths[name], table)
    write_state(folder / "state", found.state)
    return customers


def explain_records(home: Path, first: str, second: str) -> pl.DataFrame:
    """Why two records of the lake (leads:crm:L-1) are one customer or not: `explain` by the night's
    model, levels and bits without the values. Empty where one of them is unknown."""
    links = compare_customers(home).links
    pair = pl.DataFrame({"record_id": [first], "other_id": [second]})
    known = pl.Series([first, second]).is_in(links.keys["record_id"].implode()).all()
    return explain_links(links, pair if known else pair.clear())


def word_on(home: Path, first: str, second: str) -> bool | None:
    """What a reviewer has said of the pair: the same (True), not the same, or nothing (None)."""
    words = read_words(home / "lake" / "raw", None)
    low, high = sorted((first, second))
    said = words.filter(record_id=low, other_id=high)["is_same"]
    return said.item() if said.len() else None


def compare_customers(home: Path, known_at: datetime | None = None, inputs: str = "") -> Compared:
    """Every pair worth comparing, with what is known of it from the nights before."""
    raw = home / "lake" / "raw"
    records, trained_at = read_records(raw, known_at)
    table = _read(records)
    records = records.drop(*CUSTOMER, "deal")  # half a gigabyte of a million records
    training = digest_training(raw, trained_at)
    now = records.filter("is_now")
    versions = now["version"]
    kept = read_state(home / "lake" / "identity" / "state", training)
    if kept is not None:
        model, scores = kept.model, kept.scores_of(versions)
        del kept  # the old scores are as large as the new ones
        links = link(table.head(now.height), model, scores)
    elif (records["is_now"] & records["is_trained"]).all():
        links = train(table)
    else:
        model = train(table.where(records["is_trained"])).model
        links = link(table.head(now.height), model, Scores.none())
    return Compared(now, links, State(inputs, training, links.model, versions, links.scores))


def _read(records: pl.DataFrame) -> Table:
    """Match keys by place; a record that has changed since the training stands there twice."""
    table = read_table(records.with_row_index("row"), _COLUMNS, records["is_trained"])
    return table.with_keys(table.keys.with_columns(record_id=records["place"]))


def _customers(records: pl.DataFrame, groups: pl.Series) -> pl.DataFrame:
    """The records that stand, each with the record of its customer that was known first."""
    oldest = pl.col("place").sort_by("first_known_at", "place").first()
    return (
        records.with_columns(groups.alias("group"))
        .with_columns(customer_id=oldest.over("group"))
        .filter(~pl.col("is_deleted"))
        .select(*CUSTOMERS_SCHEMA)
        .sort(*CUSTOMERS_SCHEMA)
    )


def _doubtful(found: Compared, groups: pl.Series, decided: pl.DataFrame) -> pl.DataFrame:
    """Pairs that may be one customer and were left two, unless a person has spoken."""
    likely = found.links.pairs.with_columns(match_probability=probability(pl.col("bits"))).filter(
        pl.col("match_probability").is_between(DOUBTFUL, THRESHOLD, "left")
    )
    asked = likely.filter(groups[likely["left"]] != groups[likely["right"]])
    asked = asked.join(decided, on=["left", "right"], how="anti")
    stands = ~found.records["is_deleted"]
    asked = asked.filter(stands[asked["left"]] & stands[asked["right"]])
    places = found.records["place"]
    return asked.select(
        first_record=places[asked["left"]],
        second_record=places[asked["right"]],
        match_probability="match_probability",
    ).sort("match_probability", "first_record", "second_record", descending=[True, False, False])
