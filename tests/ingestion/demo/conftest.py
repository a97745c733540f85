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
        system = "salesforce" if entity in (*SYSTEMS, "contract_events") else "backoffice"
        first = self.deliveries[0]
        name = f"crm/{system}/{entity}__{first.business_day}.csv"
        return pl.read_csv(first.folder / name, infer_schema=False)

    def paths(self) -> list[Path]:
        return [each.folder / name for each in self.deliveries for name in each.files]


Build = Callable[..., Company]


@pytest.fixture(scope="session")
def build() -> Build:
    def build_company(root: Path, **sizes: int) -> Company:
        truth = root / "truth.csv"
        deliveries = write_company(root / "inbox", truth, **sizes)
        return Company(deliveries, pl.read_csv(truth, try_parse_dates=True), root)

    return build_company


@pytest.fixture(scope="session")
def company(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Company:
    return build(tmp_path_factory.mktemp("company"), leads=6_000)
