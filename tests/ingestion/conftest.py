"""A real home in a temporary directory, and short ways to fill its inbox and to read it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from ingestion.intake import Intake, Opening, commit, lake_tables, read_doors
from ingestion.lake import Night, create_empty_batch

KEY = b"k" * 32
PARTNERS = """partner_id,partner_name,partner_kind,parent_partner_id
P1,株式会社一番,sales_agency,
P2,二番商店,referral_agency,P1
P3,三番,reseller,
"""
CONTRACTS = """contract_id,channel,partner_id,product_id,contracted_on,initial_yen,partner_ref
C1,partner,P1,X,2026-10-02,100000,R1
C2,partner,P2,X,2026-10-03,100000,
C9,partner,P3,X,2026-10-04,100000,
"""


@dataclass
class House:
    """A TEIKEI_HOME under test."""

    home: Path

    def put(self, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = self.home / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return path

    def read(self, day: int = 1, settle_seconds: float = 0) -> Intake:
        night = Night(date(2026, 11, day), 1)
        return read_doors(self.home, night, KEY, opening=Opening(settle_seconds))

    def run(self, day: int = 1) -> Intake:
        intake = self.read(day)
        commit(self.home, Night(date(2026, 11, day), 1), intake)
        return intake


@pytest.fixture(scope="session")
def empty_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Batch 0, made once."""
    lake = tmp_path_factory.mktemp("empty") / "lake"
    create_empty_batch(lake / "raw", lake_tables())
    return lake


@pytest.fixture
def house(tmp_path: Path, empty_lake: Path) -> House:
    """A home with an empty lake, three partners (P2 under P1) and three CRM contracts."""
    shutil.copytree(empty_lake, tmp_path / "lake")
    house = House(tmp_path)
    house.put("crm/sf/partners.csv", PARTNERS)
    house.put("crm/sf/contracts.csv", CONTRACTS)
    return house


@pytest.fixture
def receipt() -> Callable[[Intake, str], dict[str, object]]:
    """The receipt of one file by its name."""

    def find(intake: Intake, name: str) -> dict[str, object]:
        return intake.files.row(by_predicate=pl.col("_file_name") == name, named=True)

    return find


@pytest.fixture
def write_workbook(tmp_path: Path) -> Callable[..., Path]:
    """Write rows into a workbook, one list of rows a sheet."""

    def write(*sheets: list[list[object]], name: str = "book.xlsx") -> Path:
        path = tmp_path / name
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy/m/d"}) as book:
            for rows in sheets:
                sheet = book.add_worksheet()
                for place, row in enumerate(rows):
                    sheet.write_row(place, 0, row)
        return path

    return write
