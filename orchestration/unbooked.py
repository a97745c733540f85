"""What was recorded since the last night, and is not yet in what that night published."""

from __future__ import annotations

import polars as pl

from ingestion.closes import read_closes
from ingestion.lake import scan_table
from ingestion.nights import completed_nights
from orchestration.settings import Settings


def unbooked(place: Settings, month: str | None) -> list[str]:
    """Closes and reissues that a journal of this month (`YYYY-MM`; None: of all) will hold after
    the next night: `<record> (<period> <partner, if one>)`, `<record> (<statement> v<version>)`.

    A close is booked in the month of its period, a reissue in that of the day it was made.
    """
    nights = completed_nights(place.lake)
    if not nights:
        return []
    since = pl.col("after_night_id") == nights[-1].id
    closes = read_closes(place.closes).filter(since)
    if month is not None:
        closes = closes.filter(pl.col("period") == month)
    reissues = scan_table(place.closes, "reissues").filter(since).sort("reissue_id").collect()
    if month not in (None, nights[-1].business_day.strftime("%Y-%m")):
        reissues = reissues.clear()
    return [
        *(
            f"{row['close_id']} ({' '.join(filter(None, (row['period'], row['partner_id'])))})"
            for row in closes.iter_rows(named=True)
        ),
        *(
            f"{row['reissue_id']} ({row['statement_id']} v{row['version']})"
            for row in reissues.iter_rows(named=True)
        ),
    ]
