"""Customers that look like a partner or one of its reps, scored as customers are among themselves.

A party is compared with the customers that share a block key with it. What these shares mean, and
how rare a value is, the customers' model says; who sells was never part of its training.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from ingestion.entities import ENTITIES
from ingestion.identity.blocking import meetings
from ingestion.identity.comparisons import EXACT, NEAR
from ingestion.identity.keys import KEYS
from ingestion.identity.levels import PERSON, levels, prepare
from ingestion.identity.linking import Links
from ingestion.identity.model import probability
from ingestion.identity.normal import normalise
from ingestion.identity.resolving import DOUBTFUL, likeness
from ingestion.identity.words import read_words
from ingestion.versions import scan_rows

# From here on a likeness alone is certain: one in a hundred such words would be wrong.
CERTAIN = 0.99
PARTY_SCHEMA = {
    "entity": pl.String(),
    "scope_id": pl.String(),
    "record_id": pl.String(),
    "party_kind": pl.String(),
    "party_scope_id": pl.String(),
    "party_id": pl.String(),
    "partner_id": pl.String(),
    "match_probability": pl.Float64(),
    "is_certain": pl.Boolean(),
    "fields": pl.String(),
}
_PARTNER = {
    "company": "partner_name",
    "corporate_number": "corporate_number",
    "email": "email",
    "phone": "phone",
    "prefecture": "prefecture",
    "address": "address",
}
_REP = {"contact": "rep_name", "email": "email", "phone": "phone"}
# Fields that say who somebody is; a prefecture or postal code says only where.
_TELLING = ("company", "contact", "email", "phone", "address")


def match_parties(
    raw: Path, known_at: datetime | None, customers: pl.DataFrame, links: Links
) -> pl.DataFrame:
    """`PARTY_SCHEMA`: customers' records × partners and reps that may be the same.

    `customers` are the rows of `links`. is_certain: a reviewer's word; else an equal strong key
    (`KEYS`), or at least `CERTAIN`, and no two corporate numbers; all others are for a person. A
    pair of which a reviewer said that it is not the same is left out. `fields`: those alike, as
    company=close;phone=equal.
    """
    parties = pl.concat(
        [
            _parties(raw, "partners", _PARTNER, known_at),
            _parties(raw, "partner_reps", _REP, known_at),
        ],
        how="diagonal",
    ).with_row_index("row")
    known = {name: name for name in {**_PARTNER, **_REP}}
    keys = normalise(parties, {"record_id": "row", **known})
    words = _words(read_words(raw, known_at), customers["place"], parties["place"])
    pairs = _told(meetings(links.keys, keys), words)
    sides = customers[pairs["left"]].select("entity", "scope_id", "record_id", "is_deleted")
    party = parties[pairs["right"]].select(pl.col("^party_.*$"), "partner_id")
    judged = pl.concat(
        [sides, party, pairs.select("is_same"), _judged(links, keys, pairs)], how="horizontal"
    )
    return (
        judged.with_columns(is_certain=pl.coalesce("is_same", "is_certain"))
        .filter(~pl.col("is_deleted") & pl.col("is_same").fill_null(True))
        .filter((pl.col("match_probability") >= DOUBTFUL) | pl.col("is_certain"))
        .select(*PARTY_SCHEMA)
        .cast(PARTY_SCHEMA)  # type: ignore[arg-type]
        .sort(*PARTY_SCHEMA)
    )


def _parties(
    raw: Path, name: str, columns: dict[str, str], known_at: datetime | None
) -> pl.DataFrame:
    """Latest partners or reps of both doors: party_kind, party_scope_id, party_id, partner_id, and
    the place by which reviewers name them, partner_reps:crm:R-1."""
    entity = ENTITIES[name]
    rows = scan_rows(raw, entity)
    if known_at is not None:
        rows = rows.filter(pl.col("_known_at") <= known_at)
    return (
        rows.with_columns(party_scope_id=pl.col("_uploader_id").fill_null("crm"))
        .sort(pl.coalesce("updated_at", "_known_at"), "_known_at", maintain_order=True)
        .unique(["party_scope_id", *entity.key], keep="last", maintain_order=True)
        .filter(pl.col("is_deleted").fill_null(False).not_())
        .select(
            "party_scope_id",
            "partner_id",
            party_kind=pl.lit("partner" if name == "partners" else "rep"),
            party_id=pl.col(entity.key[0]),
            place=pl.concat_str(pl.lit(name), "party_scope_id", entity.key[0], separator=":"),
            **{field: pl.col(column) for field, column in columns.items()},
        )
        .sort("party_scope_id", "party_id")
        .collect()
    )


def _words(words: pl.DataFrame, customers: pl.Series, parties: pl.Series) -> pl.DataFrame:
    """left, right, is_same of the words on a customer's record and a party, by their rows."""
    rows = {
        side: places.to_frame(side).with_row_index(f"{side}_row")
        for side, places in (("ours", customers), ("theirs", parties))
    }
    # the words name a pair in the order of the places, "leads" before "partners"
    return (
        words.join(rows["ours"], left_on="record_id", right_on="ours")
        .join(rows["theirs"], left_on="other_id", right_on="theirs")
        .select("is_same", left="ours_row", right="theirs_row")
    )


def _told(met: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """`met` with what was said of each pair, and pairs that only a reviewer sees as the same."""
    said = pl.concat([met, words.filter("is_same").select("left", "right")]).unique()
    return said.join(words, on=["left", "right"], how="left").sort("left", "right")


def _judged(links: Links, keys: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """match_probability, is_certain, fields of pairs (left: customer row, right: party row)."""
    fields = links.table.fields
    rows = pairs["left"].unique().sort()
    ours = links.table.compared[rows]
    silent = [name for name in fields if name not in keys.columns]
    theirs = prepare(_with_nulls(keys, silent), fields)
    both = pl.concat([ours, theirs], how="diagonal_relaxed")
    left = rows.search_sorted(pairs["left"]).cast(pl.UInt32)
    alike = levels(both, pl.DataFrame({"left": left, "right": pairs["right"] + len(rows)}), fields)
    judged = _by_person(alike).with_columns(
        links.model.weigh(alike).alias("bits"),
        ours=links.keys["corporate_number"][pairs["left"]],
        theirs=keys["corporate_number"][pairs["right"]],
    )
    judged = judged.with_columns(match_probability=probability(pl.col("bits")))
    same_number = (pl.col("ours") == pl.col("theirs")).fill_null(False)
    two_numbers = (pl.col("ours") != pl.col("theirs")).fill_null(False)
    return judged.select(
        "match_probability", fields=_said(), is_certain=same_number | (_strong() & ~two_numbers)
    )


def _with_nulls(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in names)


def _by_person(alike: pl.DataFrame) -> pl.DataFrame:
    """The levels of `_TELLING`; a contact counts wherever it was compared."""
    return alike.select(
        *(name for name in _TELLING if name != "contact"),
        contact=pl.max_horizontal("contact", PERSON),
    )


def _strong() -> pl.Expr:
    equal = [
        pl.all_horizontal(pl.col(name) >= EXACT for name in fields)
        for fields in KEYS
        if set(fields) <= set(_TELLING)
    ]
    return pl.any_horizontal(*equal, pl.col("match_probability") >= CERTAIN)


def _said() -> pl.Expr:
    told = (
        pl.when(pl.col(name) >= NEAR).then(pl.format("{}={}", pl.lit(name), likeness(pl.col(name))))
        for name in _TELLING
    )
    return pl.concat_str(*told, separator=";", ignore_nulls=True)
