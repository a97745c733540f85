"""The one resource: where a run works, for which business day, under whose lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import dagster as dg
import polars as pl
from pydantic import PrivateAttr

from ingestion.lake import Night, write_atomically
from ingestion.nights import Lock, is_done, lock_nights, open_night
from orchestration import settings
from orchestration.history import history_held_open
from orchestration.settings import Settings

NIGHT_SCHEMA = {
    "night_id": pl.String(),
    "business_day": pl.Date(),
    "known_at": pl.Datetime("us"),
}


class Workplace(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Held for a whole run. `business_day` is `YYYY-MM-DD` in Tokyo; empty means today."""

    business_day: str = ""
    _lock: Lock | None = PrivateAttr(default=None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Workplace]:
        settings.prepare(self.settings)
        with lock_nights(self.settings.home) as self._lock, history_held_open():
            yield self

    @property
    def settings(self) -> Settings:
        return settings.load()

    def open_night(self) -> Night:
        """Open the night of the business day and tell every later step through `night.parquet`."""
        day = date.fromisoformat(self.business_day) if self.business_day else settings.today()
        night = open_night(self.settings.lake, day)
        row = {"night_id": night.id, "business_day": night.business_day, "known_at": night.known_at}
        write_atomically(self.settings.night_file, pl.DataFrame([row], schema=NIGHT_SCHEMA))
        return night

    def check_lock(self) -> None:
        """Raise `NightRunningError` when another run has taken the lock over (a fencing token)."""
        if self._lock is not None:
            self._lock.check()

    def night(self) -> Night:
        """The open night, after checking that this run still holds the lock.

        Raises `dagster.Failure` when no night is open: the asset was run on its own.
        """
        self.check_lock()
        path = self.settings.night_file
        night = Night.parse(pl.read_parquet(path)["night_id"].item()) if path.exists() else None
        if night is None or is_done(self.settings.lake, night):
            raise dg.Failure(
                "No night is open. Materialize run/night first, or run `teikei nightly`."
            )
        return night
