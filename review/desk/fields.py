"""The Japanese names of the kinds of data and their columns, as the data dictionary has them."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

_LABELS = Path(__file__).parent / "fields.csv"


def field_label(entity: str, field: str) -> str:
    """契約日, or the column's own name where the dictionary has none. An empty entity: any."""
    labels = _labels()
    return labels.get((entity, field)) or labels.get(("", field)) or field


def entity_label(entity: str) -> str:
    return _labels().get((entity, "")) or entity


@cache
def _labels() -> dict[tuple[str, str], str]:
    with _LABELS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {(row["entity"], row["field"]): row["label"] for row in rows}
