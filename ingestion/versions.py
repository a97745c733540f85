"""Rows that came before: same key space, same key, same content (DOMAIN §3, §4)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from ingestion.columns import Entity
from ingestion.entities import lake_schema
from ingestion.lake import scan_table

# The door fills these with the night's known_at when the file does not state them.
IMPLIED_TIMES = ("registered_at", "received_at")
_DIGESTS = {"_key": pl.UInt64(), "_content": pl.UInt64()}


def scan_rows(raw: Path, entity: Entity) -> pl.LazyFrame:
    """All versions of an entity's rows in the lake; typed and empty before the first batch."""
    if not any(raw.glob(f"batch=*/{entity.name}.parquet")):
        return pl.LazyFrame(schema=lake_schema(entity))
    return scan_table(raw, entity.name)


@dataclass
class Known:
    """What the latest version of each row of one key space says, as digests: 16 bytes a row.

    Two rows are the same only when both digests agree, and a false agreement of keys alone keeps a
    row; so 64 bits each are enough.
    """

    entity: Entity
    _digests: list[pl.DataFrame] = field(default_factory=list)

    @classmethod
    def of(cls, stored: pl.LazyFrame, entity: Entity) -> Known:
        """The versions in force of stored rows: the newest by updated_at, batch and order."""
        times = (pl.coalesce("updated_at", "_known_at").alias("_at"), "_known_at")
        schema = _DIGESTS | {"_at": pl.Datetime("us"), "_known_at": pl.Datetime("us")}
        latest = (
            stored.select(*_content(entity), *times)
            .map_batches(lambda rows: _digest(rows, entity), schema=schema, streamable=True)
            .with_row_index("_stored")
            .sort("_at", "_known_at", "_stored")
            .unique("_key", keep="last", maintain_order=True)
            .select(*_DIGESTS)
        )
        return cls(entity, [latest.collect()])

    def copy(self) -> Known:
        """What is known now, to learn from a file that may be refused in the end."""
        return Known(self.entity, [*self._digests])

    def digests(self) -> pl.DataFrame:
        """`_key`, `_content` of what is known, in the order of arrival."""
        return pl.concat([pl.DataFrame(schema=_DIGESTS), *self._digests])

    def repeats(self, rows: pl.DataFrame) -> pl.Series:
        """Whether each row says what the version before it said; from now on they are known too.

        A value that returns to an older one is a correction, not a duplicate: only the version
        just before counts, be it known or among `rows`, which come in the order of arrival.
        """
        new = _digest(rows.select(*_content(self.entity)), self.entity).with_row_index("_place")
        before = self.digests().join(
            new.select("_key"), on="_key", how="semi", maintain_order="left"
        )
        self._digests.append(new.select(*_DIGESTS))
        if before.is_empty() and new["_key"].n_unique() == new.height:
            return pl.repeat(False, new.height, eager=True)
        before = before.unique("_key", keep="last").with_columns(_place=pl.lit(None, pl.UInt32))
        both = pl.concat([before.select(new.columns), new])
        same = pl.col("_content") == pl.col("_content").shift(1).over("_key")
        marked = both.select("_place", same.fill_null(False).alias("same"))
        return marked.filter(pl.col("_place").is_not_null())["same"]


def mark_duplicates(
    rows: pl.DataFrame,
    entity: Entity,
    stored: pl.LazyFrame,
    retried: Collection[str | None] = (),
) -> pl.DataFrame:
    """Add `_is_duplicate`: the row says what the version before it (lake, then file order) said.

    `rows` come from one key space, in the order of arrival: one partner, or all systems of the
    vendor; `stored` are the entity's rows of the lake. A file whose sha256 is in `retried` comes
    again for the sake of the rows that were rejected: those accepted then correct nothing now.
    `_is_outdated` marks those among them that another file has corrected since.
    """
    uploader = pl.lit(rows["_uploader_id"].first(), pl.String)
    own = stored.filter(pl.col("_uploader_id").eq_missing(uploader))
    resent = _resent(rows, own, retried)
    again = own.join(rows.lazy().select(entity.key).unique(), on=entity.key, how="semi")
    known = Known.of(again, entity)
    outdated = _outdated(rows, resent, known)
    repeated = known.repeats(rows.filter(~resent))
    duplicate = resent.clone().scatter((~resent).arg_true(), repeated)
    return rows.with_columns(_is_duplicate=duplicate, _is_outdated=outdated)


def mark_rewritten(rows: pl.DataFrame, entity: Entity, stored: pl.LazyFrame) -> pl.Series:
    """Whether each row gives its key other content than the lake has, or, where the lake has
    none, than another of the rows: which of these is meant nobody can tell."""
    new = _digest(rows.select(*_content(entity)), entity)
    again = stored.join(rows.lazy().select(entity.key).unique(), on=entity.key, how="semi")
    before = Known.of(again, entity).digests().rename({"_content": "_before"})
    both = new.join(before, on="_key", how="left", maintain_order="left")
    differ = pl.col("_content").n_unique().over("_key") > 1
    return both.select(pl.coalesce(pl.col("_content") != pl.col("_before"), differ)).to_series()


def _resent(rows: pl.DataFrame, stored: pl.LazyFrame, retried: Collection[str | None]) -> pl.Series:
    """Whether each row stands in a retried file and its line was accepted on an earlier night."""
    line = ["_file_sha256", "_row_number"]
    accepted = stored.filter(pl.col("_file_sha256").is_in(list(retried))).select(line).unique()
    marked = accepted.with_columns(_is_resent=True).collect()
    joined = rows.select(line).join(marked, on=line, how="left", maintain_order="left")
    return joined["_is_resent"].fill_null(False)


def _outdated(rows: pl.DataFrame, resent: pl.Series, known: Known) -> pl.Series:
    """Whether each row is the last of its key in a retried file and no longer in force."""
    places = resent.arg_true()
    if places.is_empty():
        return resent
    old = rows.with_row_index("_place").filter(resent).unique(known.entity.key, keep="last")
    old = old.sort("_place")
    differs = old["_place"].filter(~known.copy().repeats(old))
    return resent.clone().scatter(places, places.is_in(differs.implode()))


def _content(entity: Entity) -> list[pl.Expr]:
    """What a row says; a time that the door has filled in says nothing."""
    return [
        pl.when(pl.col(column.name) != pl.col("_known_at")).then(column.name).alias(column.name)
        if column.name in IMPLIED_TIMES
        else pl.col(column.name)
        for column in entity.columns
    ] + [pl.col("_extra")]


def _digest(rows: pl.DataFrame, entity: Entity) -> pl.DataFrame:
    """Key and content of rows, 64 bits each, and their other columns."""
    content = [*(column.name for column in entity.columns), "_extra"]
    return rows.select(
        rows.select(entity.key).hash_rows().alias("_key"),
        rows.select(content).hash_rows().alias("_content"),
        pl.all().exclude(*content),
    )
