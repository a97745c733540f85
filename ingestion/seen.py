"""Files that came before: from whom, under which names, and whether all their rows were taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from ingestion.lake import scan_table


@dataclass(frozen=True)
class Seen:
    """Keys are (source, sha256). `names`: every name the bytes came under. `taken`: the name of a
    reading that rejected nothing; bytes without one are worth reading again under a new name."""

    names: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    taken: dict[tuple[str, str], str] = field(default_factory=dict)


def load_seen(raw: Path) -> Seen:
    """What earlier nights have dealt with, by their receipts; nothing before the first batch."""
    if not any(raw.glob("batch=*/files.parquet")):
        return Seen()
    whole = (pl.col("status") == "loaded") & (pl.col("rejected_count") == 0)
    rows = (
        scan_table(raw, "files")
        .filter(pl.col("_file_sha256").is_not_null() & (pl.col("status") != "ignored"))
        .group_by("_source", "_file_sha256")
        .agg(pl.col("_file_name").unique(), taken=pl.col("_file_name").filter(whole).min())
        .collect()
    )
    return Seen(
        names={(source, sha256): set(names) for source, sha256, names, _ in rows.iter_rows()},
        taken={
            (source, sha256): taken
            for source, sha256, _, taken in rows.iter_rows()
            if taken is not None
        },
    )
