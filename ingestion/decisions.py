"""The door of the reviewers: `inbox/review/decisions.csv`, until the desk delivers decisions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingestion.deliveries import Sender
from ingestion.entities import ENTITIES


def senders(inbox: Path) -> Iterator[Sender]:
    if (inbox / "review").is_dir():
        yield Sender("review", inbox / "review", entities=(ENTITIES["decisions"],))
