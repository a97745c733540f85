"""The protocol of all three CRMs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol

import polars as pl

from ingestion.crm.http import Http
from ingestion.crm.systems import Stream

# Names of the columns of `Source.deleted` beside the key fields.
DELETED_AT = "_deleted_at"


class Source(Protocol):
    """One system. Frames hold text cells, an empty cell is an empty string.

    `deletions_kept`: how long the vendor lists deleted records; None when it never does.
    `counts_records`: whether a pull proves by itself that no record is missing.
    Every method raises a `CrmError` when it cannot answer for certain.
    """

    deletions_kept: timedelta | None
    counts_records: bool

    @property
    def http(self) -> Http: ...

    def missing_fields(self, stream: Stream) -> tuple[str, ...]:
        """Fields asked for that the object does not have; costs one request."""

    def count(self, stream: Stream, since: datetime | None) -> int | None:
        """How many records `pages` would give; None when the vendor does not tell."""

    def limits(self) -> str:
        """What is left of the quotas, in words; empty when the vendor does not tell."""

    def pages(self, stream: Stream, since: datetime | None) -> Iterator[pl.DataFrame]:
        """Records modified from `since` on (None: all), columns `stream.asked`."""

    def deleted(self, stream: Stream) -> Iterator[pl.DataFrame]:
        """Key fields and `DELETED_AT` of every record still listed as deleted."""

    def live(self, stream: Stream) -> Iterator[pl.DataFrame]:
        """Key fields of every record there is."""

    def find(self, stream: Stream, keys: list[str]) -> Iterator[pl.DataFrame]:
        """Records whose first key field has one of these values, columns `stream.asked`."""


def chunks(keys: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def iso(moment: datetime) -> str:
    """`2026-11-01T00:00:00Z`: whole seconds, which all three vendors read."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
