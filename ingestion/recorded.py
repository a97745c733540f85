"""Recorded facts: what people settled between two nights, an immutable batch each.

`batch=<night id>-<kind><n>`: made after that completed night, the n-th of its kind since. The
nights that follow see it, a rebuild as of that night does not.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from ingestion.lake import EMPTY_BATCH_ID, Night


def record_ids(area: Path) -> list[str]:
    """Ids of all facts of an area, in the order of their nights, by kind and number."""
    made = (path.name.removeprefix("batch=") for path in area.glob("batch=*"))
    return sorted((name for name in made if name != EMPTY_BATCH_ID), key=_order)


def night_of(record_id: str) -> Night:
    """The completed night after which it was made."""
    return _parsed(record_id)[0]


def kind_of(record_id: str) -> str:
    """The letter of its kind."""
    return _parsed(record_id)[1]


def place_of(record_id: str) -> int:
    """Which of its kind it was since that night."""
    return _parsed(record_id)[2]


def next_id(area: Path, after: Night, kind: str) -> str:
    """The id of the next fact of a kind (a letter) made after a night."""
    made = sum(1 for _ in area.glob(f"batch={after.id}-{kind}*"))
    return f"{after.id}-{kind}{made + 1}"


def _parsed(record_id: str) -> tuple[Night, str, int]:
    night_id, kind, place = re.split(r"-([a-z])(?=\d+$)", record_id)
    return Night.parse(night_id), kind, int(place)


def _order(record_id: str) -> tuple[datetime, str, int]:
    night, kind, place = _parsed(record_id)
    return night.known_at, kind, place
