"""Files that came before: from whom, under which names, and whether all their rows were taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from ingestion.lake import scan_table


@dataclass(frozen=True)
class Seen:
    """`names`: (source, sha256) → every name the bytes came under. `taken`: (source, sha256) → the
    name of a reading that rejected nothing; bytes without one are worth reading again under a new
    name. `latest`: (source, name) → sha256 of the bytes that came last under this name."""

    names: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    taken: dict[tuple[str, str], str] = field(default_factory=dict)
    latest: dict[tuple[str, str], str] = field(default_factory=dict)

    def note(self, source: str, name: str, sha256: str) -> None:
        """A file came."""
        self.names.setdefault((source, sha256), set()).add(name)
        self.latest[source, name] = sha256


def load_seen(raw: Path) -> Seen:
    """What earlier nights have dealt with, by their receipts; nothing before the first batch."""
    seen = Seen()
    if not any(raw.glob("batch=*/files.parquet")):
        return seen
    rows = (
        scan_table(raw, "files")
        .filter(pl.col("_file_sha256").is_not_null() & (pl.col("status") != "ignored"))
        .select(
            "_source",
            "_file_sha256",
            "_file_name",
            is_whole=(pl.col("status") == "loaded") & (pl.col("rejected_count") == 0),
            _known_at="_known_at",
        )
        .sort("_known_at", "_file_name", descending=[False, True])
        .collect()
    )
    for source, sha256, name, is_whole, _ in rows.iter_rows():
        seen.note(source, name, sha256)
        if is_whole:
            seen.taken[source, sha256] = name
    return seen
