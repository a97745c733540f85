"""What a pull brought: files for the doors, systems that were skipped, how far it got."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from ingestion.crm.watermarks import FACT, Watermarks, facts_of, moved
from ingestion.reasons import Reason


@dataclass(frozen=True)
class PulledFile:
    """A file for the door `crm/<system>`, and the name under which it is to be known there."""

    system: str
    stream: str
    path: Path
    name: str


@dataclass(frozen=True)
class Failure:
    """A system that may be skipped was: its watermark stays where it is."""

    system: str
    reason: Reason


@dataclass(frozen=True)
class Pulled:
    """`watermarks`: how far each stream that was read has been read now."""

    files: tuple[PulledFile, ...] = ()
    failures: tuple[Failure, ...] = ()
    watermarks: Watermarks = field(default_factory=dict)
    earlier: Watermarks = field(default_factory=dict)

    def facts(self, receipts: pl.DataFrame) -> dict[str, object]:
        """For the manifest of the batch: all watermarks. Those of streams whose file the door
        refused as a whole (`receipts`: the files of the night) stay where they were."""
        refused = receipts.filter(pl.col("status") == "refused")["_file_name"].to_list()
        held_back = {(file.system, file.stream) for file in self.files if file.name in refused}
        new = {
            system: {
                name: each for name, each in streams.items() if (system, name) not in held_back
            }
            for system, streams in self.watermarks.items()
        }
        watermarks = moved(self.earlier, new)
        return {FACT: facts_of(watermarks)} if watermarks else {}
