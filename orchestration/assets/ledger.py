"""Postings due → one immutable batch of the ledger."""

from __future__ import annotations

import dagster as dg
import duckdb
import polars as pl

from ingestion.lake import batch_ids, batch_path, commit_batch, read_manifest
from orchestration.settings import Settings
from orchestration.workplace import Workplace

_TEXT, _INSTANT, _WHOLE = pl.String(), pl.Datetime("us"), pl.Int64()
# The ledger row; `night_id` names the run, so that a rebuild gives the same bytes.
POSTING_SCHEMA: dict[str, pl.DataType] = {
    "posting_id": _TEXT,
    "line_key": _TEXT,
    "posted_at": _INSTANT,
    "night_id": _TEXT,
    "partner_id": _TEXT,
    "role": _TEXT,
    "component": _TEXT,
    "subject": _TEXT,
    "contract_id": _TEXT,
    "stage": _TEXT,
    "earn_period": _TEXT,
    "post_period": _TEXT,
    "amount_yen": _WHOLE,
    "agreement_id": _TEXT,
    "agreement_version": _WHOLE,
    "term_id": _TEXT,
    "reason_code": _TEXT,
    "known_at": _INSTANT,
    "previous_hash": _TEXT,
}


@dg.asset(
    key=["lake", "ledger"],
    deps=[dg.AssetKey(["intermediate", "postings_due"])],
    kinds={"parquet"},
    description="Commission postings, append-only: target − Σ already posted.",
)
def ledger(workplace: Workplace) -> dg.MaterializeResult:  # type: ignore[type-arg]
    night_id = workplace.night().id
    postings = post(workplace.settings, night_id)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": postings.height,
            "batch_id": night_id,
            "amount_yen": int(postings["amount_yen"].sum()),
        }
    )


def post(settings: Settings, night_id: str) -> pl.DataFrame:
    """Append this night's postings, chained to the previous batch by its hash.

    A night that was interrupted after this point keeps what it posted: the batch stands, and a
    difference (changed code, say) is posted by the next night like any other.
    """
    if batch_path(settings.ledger, night_id).exists():
        return pl.read_parquet(batch_path(settings.ledger, night_id) / "postings.parquet")
    with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
        due: pl.DataFrame = warehouse.sql(
            "select * from intermediate.postings_due order by posting_id"
        ).pl()
    previous = batch_ids(settings.ledger)[-1:]
    previous_hash = (
        read_manifest(settings.ledger, previous[0])["tables"]["postings"]["sha256"]
        if previous
        else None
    )
    postings = due.with_columns(previous_hash=pl.lit(previous_hash)).select(
        pl.col(name).cast(dtype) for name, dtype in POSTING_SCHEMA.items()
    )
    commit_batch(settings.ledger, night_id, {"postings": postings}, {})
    return postings
