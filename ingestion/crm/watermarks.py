"""How far each stream has been read: in the manifest of the batch that holds what was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ingestion.lake import batch_ids, read_manifest

FACT = "crm_watermarks"


@dataclass(frozen=True)
class Watermark:
    """Everything modified before `until` (aware UTC) was read, by this mapping."""

    until: datetime
    fingerprint: str


# system → stream name → how far
Watermarks = Mapping[str, Mapping[str, Watermark]]


def load_watermarks(raw: Path) -> Watermarks:
    """Those of the newest committed batch that states any; a batch always states all of them."""
    for night_id in reversed(batch_ids(raw)):
        stated = read_manifest(raw, night_id).get(FACT)
        if stated is not None:
            return {
                system: {
                    name: Watermark(datetime.fromisoformat(each["until"]), each["fingerprint"])
                    for name, each in streams.items()
                }
                for system, streams in stated.items()
            }
    return {}


def facts_of(watermarks: Watermarks) -> dict[str, Any]:
    """For the manifest."""
    return {
        system: {
            name: {"until": each.until.isoformat(), "fingerprint": each.fingerprint}
            for name, each in streams.items()
        }
        for system, streams in watermarks.items()
    }


def moved(old: Watermarks, new: Watermarks) -> Watermarks:
    """The old ones with the new ones put in."""
    return {system: {**old.get(system, {}), **new.get(system, {})} for system in {**old, **new}}
