"""One small demonstration company for all tests of the simulator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from ingestion.demo import Delivery, write_company

SYSTEMS = {"leads": "salesforce", "contracts": "salesforce", "evidence": "salesforce"}


@dataclass(frozen=True)
class Company:
    deliveries: list[Delivery]
    truth: pl.DataFrame
    root: Path

    def crm(self, entity: str) -> pl.DataFrame:
        """The first delivery's table of an entity, all columns text."""
        return self.crm_of(0, entity)

    def crm_of(self, delivery: int, entity: str) -> pl.DataFrame:
        """Some delivery's table of an entity, all columns text."""
        system = "salesforce" if entity in (*SYSTEMS, "contract_events") else "backoffice"
        night = self.deliveries[delivery]
        name = f"crm/{system}/{entity}__{night.business_day}.csv"
        return pl.read_csv(night.folder / name, infer_schema=False)

    def subjects(self, scheme: str, kind: str) -> pl.Series:
        """The ids of what a scheme's labels of that kind name; there are some."""
        mine = (pl.col("scheme") == scheme) & (pl.col("subject_kind") == kind)
        found = self.truth.filter(mine)["subject_id"]
        assert len(found), scheme
        return found

    def deals(self, scheme: str) -> pl.DataFrame:
        """The labelled contracts as the first delivery shows them, days as days, yen as numbers."""
        contracts = self.crm("contracts").rename(
            {"商談 ID": "contract_id", "完了予定日": "contracted_on", "金額": "initial_yen"}
        )
        days = pl.col("agreed_on", "contracted_on", "starts_on", "cancelled_on").str.to_date(
            "%Y/%m/%d"
        )
        yen = pl.col("initial_yen", "monthly_yen").cast(pl.Int64)
        mine = pl.col("contract_id").is_in(self.subjects(scheme, "contract").implode())
        return contracts.filter(mine).with_columns(days, yen)

    def leads(self, scheme: str) -> pl.DataFrame:
        """The labelled leads as the first delivery shows them, with their time of registration."""
        leads = self.crm("leads").rename({"リード ID": "lead_id", "リード状況": "lead_status"})
        mine = pl.col("lead_id").is_in(self.subjects(scheme, "lead").implode())
        at = pl.col("作成日").str.to_datetime("%Y/%m/%d %H:%M:%S").alias("registered_at")
        return leads.filter(mine).with_columns(at)

    def paths(self) -> list[Path]:
        return [each.folder / name for each in self.deliveries for name in each.files]


Build = Callable[..., Company]


@pytest.fixture(scope="session")
def build() -> Build:
    def build_company(root: Path, **sizes: object) -> Company:
        truth = root / "truth.csv"
        deliveries = write_company(root / "inbox", truth, **sizes)
        return Company(deliveries, pl.read_csv(truth, try_parse_dates=True), root)

    return build_company


@pytest.fixture(scope="session")
def company(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Company:
    return build(tmp_path_factory.mktemp("company"), leads=6_000)


@pytest.fixture(scope="session")
def large(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The demonstration company in its usual size: every scheme has found its records."""
    return build(tmp_path_factory.mktemp("large"), leads=24_000)


@pytest.fixture(scope="session")
def clean(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Company:
    return build(tmp_path_factory.mktemp("clean"), leads=3_000, schemes=False)
