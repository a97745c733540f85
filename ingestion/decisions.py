"""The door of the reviewers: `inbox/review/`, words on flags and on who is one customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from ingestion.deliveries import Delivery, Sender
from ingestion.entities import ENTITIES, OF_REVIEWERS
from ingestion.replies.formulas import restore


def senders(inbox: Path) -> Iterator[Sender]:
    if (inbox / "review").is_dir():
        yield Sender(
            "review", inbox / "review", entities=tuple(ENTITIES[name] for name in OF_REVIEWERS)
        )


def as_decided(deliveries: list[Delivery]) -> list[Delivery]:
    """The words of the reviewers without the marks that the desk's export puts before formulas."""
    return [
        replace(delivery, cells=delivery.cells.with_columns(restore(pl.col(pl.String))))
        for delivery in deliveries
    ]
