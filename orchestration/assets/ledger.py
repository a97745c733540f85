"""Postings due → one immutable batch of the ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dagster as dg
import duckdb
import polars as pl

from ingestion.ledger import append, posted
from orchestration import measured
from orchestration.settings import Settings
from orchestration.workplace import Workplace


@dg.asset(
    key=["lake", "ledger"],
    group_name="lake",
    deps=[dg.AssetKey(["intermediate", "postings_due"])],
    kinds={"parquet"},
    description="Commission postings, append-only: target − Σ already posted.",
)
def ledger(workplace: Workplace) -> dg.MaterializeResult[Any]:
    night_id = workplace.night().id
    report = measured.start(night_id)
    postings = post(workplace.settings, night_id, check_lock=workplace.check_lock)
    return report(postings.height, amount_yen=int(postings["amount_yen"].sum()))


def post(settings: Settings, night_id: str, check_lock: Callable[[], None]) -> pl.DataFrame:
    """Append this night's postings; `check_lock` raises if another run has taken over meanwhile.

    A night that was interrupted after this point keeps what it posted: the batch stands, and a
    difference (changed code, say) is posted by the next night like any other.
    """
    before = posted(settings.ledger, night_id)
    if before is not None:
        return before
    with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
        due = warehouse.sql("select * from intermediate.postings_due order by posting_id").pl()
    check_lock()
    return append(settings.ledger, night_id, due)
