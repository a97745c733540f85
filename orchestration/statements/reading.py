"""The statements of a period as they stand now: frozen by a close, or the drafts of the last night.

A close is read from the lake, so that its statements can be written at once; what is published
still calls them drafts until the next night.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from ingestion.closes import prepare
from ingestion.lake import scan_table
from ingestion.statements import PARTY_SCHEMA, STATEMENT_LINE_SCHEMA, STATEMENT_SCHEMA
from orchestration.settings import Settings
from orchestration.statements.parties import PARTY, parties

_MARTS = "partner_performance.duckdb"
_PERSONAL = Path("restricted", "reviewers.duckdb")


class NothingPublishedError(ValueError):
    """There is no publication to read; a night makes one."""


@dataclass(frozen=True)
class Statements:
    """`headers`: rows of `marts.partner_statements` with the columns `parties.PARTY` and
    `is_latest`, by partner and version. `lines`: theirs of `marts.partner_statement_lines`.
    """

    headers: pl.DataFrame
    lines: pl.DataFrame


def read_statements(place: Settings, period: str, partner_id: str | None = None) -> Statements:
    """Statements of a period (`YYYY-MM`), every version of them, of one partner or of all.

    Raises `NothingPublishedError` before the first night.
    """
    headers = _stand(place, "partner_statements", "statements", STATEMENT_SCHEMA, period)
    lines = _stand(
        place, "partner_statement_lines", "statement_lines", STATEMENT_LINE_SCHEMA, period
    )
    if partner_id is not None:
        headers, lines = (
            rows.filter(pl.col("partner_id") == partner_id) for rows in (headers, lines)
        )
    newest = pl.col("version") == pl.col("version").max().over("statement_id")
    told = _named(place, headers.with_columns(is_latest=newest), period)
    return Statements(told.sort("partner_id", "version"), lines)


def read_journal(place: Settings, month: str | None) -> pl.DataFrame:
    """Rows of `marts.commission_journal` booked in a month (`YYYY-MM`), or all.

    Raises `NothingPublishedError` before the first night.
    """
    return _published(
        place,
        Path(_MARTS),
        "select * from marts.commission_journal "
        "where coalesce(strftime(booked_on, '%Y-%m') = $month, true) "
        "order by booked_on, voucher_id, entry_id",
        {"month": month},
    )


def _stand(
    place: Settings, mart: str, table: str, schema: dict[str, pl.DataType], period: str
) -> pl.DataFrame:
    """Rows of a period: those that a close froze, and the drafts of everybody else."""
    prepare(place.closes)
    kept = scan_table(place.closes, table).filter(pl.col("period") == period).collect()
    drafts = _published(
        place,
        Path(_MARTS),
        f"select * from marts.{mart} where period = $period and not is_frozen",
        {"period": period},
    )
    open_still = drafts.join(kept, on="statement_id", how="anti", maintain_order="left")
    # a draft has no close, and one that an earlier release published may have fewer columns
    told = pl.Schema({name: kind for name, kind in schema.items() if name in drafts.columns})
    return pl.concat(
        [
            kept.select(list(schema)).with_columns(is_frozen=pl.lit(True)),
            open_still.select(told.names()).cast(told).with_columns(is_frozen=pl.lit(False)),
        ],
        how="diagonal",
    )


def _named(place: Settings, headers: pl.DataFrame, period: str) -> pl.DataFrame:
    """Headers with whom each version named; drafts, and what an earlier release froze without
    it, name whom they would name now."""
    kept = scan_table(place.closes, "statement_parties").filter(pl.col("period") == period)
    then = kept.select("statement_id", "version", *PARTY, is_kept=True).collect()
    now = parties(
        lambda query: _published(place, _PERSONAL, query),
        lambda query: _published(place, Path(_MARTS), query),
        place.dbt_project / "seeds",
    ).cast({name: PARTY_SCHEMA[name] for name in PARTY})
    both = headers.join(then, on=["statement_id", "version"], how="left")
    others = both.filter(pl.col("is_kept").is_null()).select(headers.columns)
    renamed = others.join(now, on="partner_id", how="left")
    return pl.concat([both.filter("is_kept").drop("is_kept"), renamed])


def _published(
    place: Settings, name: Path, query: str, parameters: dict[str, str | None] | None = None
) -> pl.DataFrame:
    path = place.published / name
    if not path.exists():
        raise NothingPublishedError("Nothing has been published yet. Run `teikei nightly` first.")
    with duckdb.connect(str(path), read_only=True) as connection:
        rows: pl.DataFrame = connection.sql(query, params=parameters).pl()
    return rows
