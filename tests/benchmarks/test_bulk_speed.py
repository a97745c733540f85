"""A bulk CSV of leads through the door, beside DuckDB doing nothing but load it.

An arm counts only after the same accounting of rows passed. `TEIKEI_BENCH_ROWS` sets the size
(default 1,000,000), `TEIKEI_BENCH_PAIRS` the paired runs.
"""

import os
import statistics
from pathlib import Path

import pytest

from tests.benchmarks.bulk_leads import write_leads
from tests.benchmarks.measured import Usage, run

ROWS = int(os.environ.get("TEIKEI_BENCH_ROWS", "1000000"))
PAIRS = int(os.environ.get("TEIKEI_BENCH_PAIRS", "3"))
BAD_EVERY = 1_000
DUCKDB = """
import sys, duckdb
duckdb.sql(f"copy (from read_csv('{sys.argv[1]}', all_varchar = true)) to '{sys.argv[2]}'")
print(duckdb.sql(f"select count(*) from '{sys.argv[2]}'").pl().item())
"""
TEIKEI = """
import sys
from datetime import date
from pathlib import Path
from ingestion import intake
from ingestion.lake import Night, create_empty_batch
home = Path(sys.argv[2])
inbox = home / "inbox" / "crm" / "export"
inbox.mkdir(parents=True)
(inbox / "leads__1.csv").hardlink_to(sys.argv[1])
create_empty_batch(home / "lake" / "raw", intake.lake_tables())
night = Night(date(2026, 12, 1), 1)
read = intake.read_doors(home, night, b"k" * 32, opening=intake.Opening(0))
intake.commit(home, night, read)
counts = read.files.select("row_count", "accepted_count", "rejected_count", "duplicate_count")
print(*counts.row(0))
"""


def load_with_duckdb(path: Path, folder: Path) -> Usage:
    usage = run(DUCKDB, path, folder / "loaded.parquet")
    assert usage.said == str(ROWS)
    return usage


def take_in(path: Path, home: Path, rows: int = ROWS) -> Usage:
    usage = run(TEIKEI, path, home)
    assert usage.said == f"{rows} {rows - rows // BAD_EVERY} {rows // BAD_EVERY} 0"
    return usage


pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("bulk")
    write_leads(folder / "utf-8.csv", ROWS, bad_every=BAD_EVERY)
    write_leads(folder / "cp932.csv", ROWS, "cp932", bad_every=BAD_EVERY)
    write_leads(folder / "quoted.csv", ROWS, bad_every=BAD_EVERY, quoted=True)
    write_leads(folder / "five.csv", 5 * ROWS, bad_every=BAD_EVERY)
    return {path.stem: path for path in folder.glob("*.csv")}


def test_bulk_csv_costs_at_most_three_times_a_bare_load(
    files: dict[str, Path], tmp_path: Path
) -> None:
    ratios: dict[str, list[float]] = {"utf-8": [], "quoted": [], "cp932": []}
    usage = {}
    for pair in range(PAIRS):
        usage["duckdb"] = bare = load_with_duckdb(files["utf-8"], tmp_path)
        usage["duckdb quoted"] = quoted = load_with_duckdb(files["quoted"], tmp_path)
        for name in ratios:
            usage[name] = take_in(files[name], tmp_path / f"{name}-{pair}")
        ratios["utf-8"].append(usage["utf-8"].cpu / bare.cpu)
        ratios["quoted"].append(usage["quoted"].cpu / quoted.cpu)
        ratios["cp932"].append(usage["cp932"].cpu / usage["utf-8"].cpu)
    print(f"\n{ROWS:,} leads, {files['utf-8'].stat().st_size / 1e6:.0f} MB")
    for name, used in usage.items():
        print(f"{name:14s} {used.cpu:6.2f} s CPU {used.wall:6.2f} s wall {used.mib:5d} MiB")
    for name, found in ratios.items():
        print(f"{name:14s} × {statistics.median(found):.2f} of {min(found):.2f}–{max(found):.2f}")
    assert statistics.median(ratios["utf-8"]) <= 3.0
    assert statistics.median(ratios["cp932"]) <= 1.5


def test_memory_does_not_grow_with_the_file(files: dict[str, Path], tmp_path: Path) -> None:
    one = take_in(files["utf-8"], tmp_path / "one")
    five = take_in(files["five"], tmp_path / "five", 5 * ROWS)
    print(f"\n{one.mib} MiB, five times the rows {five.mib} MiB (× {five.mib / one.mib:.2f})")
    assert one.mib <= 700
    assert five.mib <= 1.3 * one.mib
