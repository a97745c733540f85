"""The nightly identity of many customers: the first night, then one of a hundred new or changed.

`TEIKEI_BENCH_ROWS` sets the size (default 1,000,000). The bound on seconds is that of an unloaded
machine of two cores.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import polars as pl
import pytest

from ingestion.entities import ENTITIES, lake_schema
from ingestion.intake import lake_tables
from ingestion.lake import Night, commit_batch, create_empty_batch
from tests.benchmarks.many_customers import FIELDS, make_records
from tests.benchmarks.measured import Usage, run

ROWS = int(os.environ.get("TEIKEI_BENCH_ROWS", "1000000"))
NIGHTS = ("2026-10-01#1", "2026-10-02#1")
# Pairs found, true and right of one night, as JSON.
NIGHT = """
import json, sys
from pathlib import Path
import polars as pl
from ingestion.identity import resolve_customers
from ingestion.lake import Night
home = Path(sys.argv[1])
found = resolve_customers(home, Night.parse(sys.argv[2]).known_at)
placed = found.join(pl.read_parquet(home / "truth.parquet"), on="record_id")
count = pl.col("len").cast(pl.Int64)
pairs = (count * (count - 1) // 2).sum()
by = (["customer_id"], ["truth"], ["customer_id", "truth"])
print(json.dumps([placed.group_by(keys).len().select(pairs).item() for keys in by]))
"""


def commit(raw: Path, night_id: str, records: pl.DataFrame) -> None:
    """Records as leads of the CRM."""
    night, schema = Night.parse(night_id), lake_schema(ENTITIES["leads"])
    known = {"_known_at": night.known_at, "registered_at": night.known_at, "_file_sha256": night_id}
    rows = records.select(
        *FIELDS,
        lead_id="record_id",
        _row_number=pl.int_range(pl.len(), dtype=pl.Int64),
        **{name: pl.lit(value) for name, value in known.items()},
    )
    silent = [pl.lit(None, kind).alias(name) for name, kind in schema.items() if name not in rows]
    empty = {name: pl.DataFrame(schema=columns) for name, columns in lake_tables().items()}
    leads = rows.with_columns(silent).select(schema.keys())
    commit_batch(raw, night_id, empty | {"leads": leads}, {})


def figures(name: str, night: Usage) -> float:
    """F1, printed with the costs."""
    found, true, right = json.loads(night.said)
    print(
        f"\n{name:>14} P {right / found:.4f} R {right / true:.4f} {night.wall:6.1f} s "
        f"CPU {night.cpu:6.1f} s {night.mib:5d} MiB",
        end="",
    )
    return float(2 * right / (found + true))


@pytest.mark.benchmark
def test_new_customers_against_all(tmp_path: Path) -> None:
    records, raw = make_records(ROWS), tmp_path / "lake" / "raw"
    records.select("record_id", "truth").write_parquet(tmp_path / "truth.parquet")
    create_empty_batch(raw, lake_tables())
    few = ROWS // 200
    commit(raw, NIGHTS[0], records[few:])
    changed = records[few : 2 * few].with_columns(phone=pl.lit(None, pl.String))
    commit(raw, NIGHTS[1], pl.concat([records[:few], changed]))
    assert figures("full pass", run(NIGHT, tmp_path, NIGHTS[0])) >= 0.99
    night = run(NIGHT, tmp_path, NIGHTS[1])
    assert figures("1 % new", night) >= 0.99
    assert night.wall <= 60
    assert night.mib <= 2048
