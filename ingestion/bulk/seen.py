"""Files that came before: from whom, under which name, and whether all their rows were taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from ingestion.columns import Entity
from ingestion.lake import scan_table


@dataclass(frozen=True)
class Seen:
    """`latest`: (source, name) → sha256 of the bytes that came last under this name. `taken`:
    source → entity → (sha256, name) of the last file read, if all of it was taken without a word:
    the same bytes say nothing new until another file of the entity comes. `unfinished`: (source,
    sha256) of bytes whose last reading rejected rows."""

    latest: dict[tuple[str, str], str] = field(default_factory=dict)
    taken: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    unfinished: set[tuple[str, str]] = field(default_factory=set)

    def note(self, source: str, name: str, sha256: str) -> None:
        """A file came."""
        self.latest[source, name] = sha256

    def note_read(
        self, source: str, entity: str, file: tuple[str, str], rejected: int = 0, warned: int = 0
    ) -> None:
        """A file (sha256, name) was read, and so many rows were rejected, cells warned of; what
        another file of the entity said before may not stand any more."""
        taken = self.taken.setdefault(source, {})
        taken.pop(entity, None)
        if not rejected and not warned:
            taken[entity] = file
        if rejected:
            self.unfinished.add((source, file[0]))
        else:
            self.unfinished.discard((source, file[0]))

    def same_as(self, source: str, sha256: str, named: Entity | None) -> str | None:
        """The name of the last file of its entity, if these bytes are its; `named`: the entity
        that the new file's name speaks of."""
        for entity, (taken, name) in self.taken.get(source, {}).items():
            if taken == sha256 and (named is None or named.name == entity):
                return name
        return None


def load_seen(raw: Path) -> Seen:
    """What earlier nights have dealt with, by their receipts; nothing before the first batch."""
    seen = Seen()
    if not any(raw.glob("batch=*/files.parquet")):
        return seen
    # the receipts of a night stand in the order in which its files were read
    receipts = (
        scan_table(raw, "files")
        .filter(pl.col("_file_sha256").is_not_null() & (pl.col("status") != "ignored"))
        .sort("_known_at", maintain_order=True)
        .select(
            "_source",
            "_file_name",
            "_file_sha256",
            "entity",
            "rejected_count",
            "warning_count",
            is_read=pl.col("status") == "loaded",
        )
        .collect()
    )
    for source, name, sha256, entity, rejected, warned, is_read in receipts.iter_rows():
        seen.note(source, name, sha256)
        if is_read:
            seen.note_read(source, entity, (sha256, name), rejected, warned)
    return seen
