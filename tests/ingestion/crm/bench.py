"""What the tests of all three CRMs share: a system each, a lake, and a pull that is kept in it."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from ingestion.crm.policy import Clock, Policy
from ingestion.crm.pull import Means, Pulled, pull_all
from ingestion.crm.systems import Stream, System
from ingestion.entities import ENTITIES
from ingestion.lake import Night, batch_path
from tests.ingestion.crm.fake_hubspot import FakeHubSpot
from tests.ingestion.crm.fake_kintone import FakeKintone
from tests.ingestion.crm.fake_salesforce import FakeSalesforce
from tests.ingestion.crm.fakes import FakeCrm

LEADS = ENTITIES["leads"]
KEPT: dict[str, pl.DataType] = {
    "lead_id": pl.String(),
    "company_name": pl.String(),
    "updated_at": pl.Datetime("us"),
    "is_deleted": pl.Boolean(),
    "_row_number": pl.Int64(),
    "_source": pl.String(),
    "_file_name": pl.String(),
    "_known_at": pl.Datetime("us"),
}
SECRET = "s3cret-value"
ENVIRONMENT = {
    "TEIKEI_CRM_SF_CLIENT_ID": "client",
    "TEIKEI_CRM_SF_CLIENT_SECRET": SECRET,
    "TEIKEI_CRM_HUB_TOKEN": SECRET,
    "TEIKEI_CRM_KIN_TOKEN": SECRET,
}
STREAMS = {
    "salesforce": ("Lead", "Id", "CreatedDate", "Company", "SystemModstamp"),
    "hubspot": ("companies", "hs_object_id", "createdate", "company", "hs_lastmodifieddate"),
    "kintone": ("7", "$id", "作成日時", "会社名", "更新日時"),
}
NAMES = {"salesforce": "sf", "hubspot": "hub", "kintone": "kin"}
VERSIONS = {"salesforce": "67.0", "hubspot": "2026-03", "kintone": "v1"}
FAKES: dict[str, Callable[[], FakeCrm]] = {
    "salesforce": FakeSalesforce,
    "hubspot": FakeHubSpot,
    "kintone": FakeKintone,
}


def system_of(kind: str, url: str, **changes: object) -> System:
    name, key, made, company, modified = STREAMS[kind]
    fields = {"lead_id": key, "registered_at": made, "company_name": company}
    stream = Stream(LEADS, name, fields, modified, constants={"channel": "partner"})
    in_stream = {k: v for k, v in changes.items() if k in Stream.__dataclass_fields__}
    in_system = {k: v for k, v in changes.items() if k in System.__dataclass_fields__}
    stream = replace(stream, **in_stream)  # type: ignore[arg-type]
    return System(NAMES[kind], kind, url, VERSIONS[kind], (stream,), **in_system)  # type: ignore[arg-type]


@dataclass
class Waits:
    """A clock that never waits; the CRM's time moves on instead."""

    crm: FakeCrm
    slept: list[float] = field(default_factory=list)
    elapsed: float = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.elapsed += seconds
        self.crm.now += timedelta(seconds=seconds)

    def policy(self, seed: int = 0, **changes: object) -> Policy:
        clock = Clock(
            now=lambda: self.crm.now,
            monotonic=lambda: self.elapsed + time.monotonic(),
            sleep=self.sleep,
            random=random.Random(seed),
        )
        policy = Policy(clock=clock, read_seconds=0.3, page_records=9)
        return replace(policy, **changes)  # type: ignore[arg-type]


def night_of(crm: FakeCrm, place: int) -> Night:
    return Night(date(crm.now.year, crm.now.month, crm.now.day), place)


def pull(
    system: System, crm: FakeCrm, raw: Path, place: int, policy: Policy | None = None
) -> Pulled:
    means = Means(
        raw,
        raw.parent / "staged" / str(place),
        night_of(crm, place),
        policy or Waits(crm).policy(),
    )
    return pull_all([system], ENVIRONMENT, means)


def keep(pulled: Pulled, crm: FakeCrm, raw: Path, place: int) -> None:
    """Keep what was pulled as the door would, but for its other work (and without its fsyncs)."""
    night = night_of(crm, place)
    tables = [pl.DataFrame(schema=KEPT)]
    for file in pulled.files:
        rows = pl.read_csv(file.path, infer_schema=False, empty_string_is_null=True)
        typed = rows.with_row_index("_row_number", 2).select(
            "lead_id",
            "company_name",
            pl.col("updated_at").str.to_datetime("%+", time_zone="UTC").dt.replace_time_zone(None),
            pl.col("is_deleted") == "true",
            pl.col("_row_number").cast(pl.Int64),
            _source=pl.lit(f"crm/{file.system}"),
            _file_name=pl.lit(file.name),
            _known_at=pl.lit(night.known_at),
        )
        tables.append(typed)
    no_receipts = pl.DataFrame(schema={"status": pl.String(), "_file_name": pl.String()})
    batch = batch_path(raw, night.id)
    batch.mkdir(parents=True)
    pl.concat(tables).write_parquet(batch / "leads.parquet", compression="uncompressed")
    (batch / "manifest.json").write_text(json.dumps(pulled.facts(no_receipts)))


def state(raw: Path) -> dict[str, str]:
    """Key → value of the records that are alive in the lake, latest versions only."""
    paths = sorted(raw.glob("batch=*/leads.parquet"), key=_order)
    rows = pl.read_parquet(paths, columns=list(KEPT)).with_row_index("_place")
    latest = rows.sort(pl.coalesce("updated_at", "_known_at"), "_place").unique(
        "lead_id", keep="last", maintain_order=True
    )
    alive = latest.filter(pl.col("is_deleted").fill_null(False).not_())
    return dict(alive.select("lead_id", "company_name").iter_rows())


def _order(path: Path) -> tuple[str, int]:
    day, _, place = path.parent.name.removeprefix("batch=").partition("#")
    return day, int(place)
