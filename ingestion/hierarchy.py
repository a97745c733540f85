"""Partners above one another (上位店): rows that would close a circle are refused (DOMAIN §5)."""

from __future__ import annotations

import polars as pl

from ingestion.entities import ENTITIES
from ingestion.terms import standing

_LINK = ["partner_id", "parent_partner_id", "_arrival", "_is_new"]


def circular_rows(versions: pl.DataFrame) -> pl.DataFrame:
    """The new rows of partners (`_is_new`) with which a circle of parents closes.

    `versions`: all rows known, in any order. Of a circle the row that came last is refused; the
    version before it stands again, so this is repeated until no new row is to blame. A circle of
    old rows stays: the engine pays no override in it.
    """
    rows = versions.sort("_known_at", "_file_name", "_row_number").with_row_index("_arrival")
    refused = rows.clear()
    while True:
        left = rows.join(refused.select("_arrival"), on="_arrival", how="anti")
        links = standing(left, ENTITIES["partners"]).select(_LINK)
        closing = _last_of_each(_circles(links)).filter("_is_new")
        if closing.is_empty():
            return refused
        found = rows.join(closing.select("_arrival"), on="_arrival", how="semi")
        refused = pl.concat([refused, found])


def _circles(links: pl.DataFrame) -> pl.DataFrame:
    """The links that lie on a circle: each partner has one parent, so the rest can be peeled off
    from above (no parent) and from below (no child)."""
    before = links.height + 1
    while links.height < before:
        before = links.height
        above = links.select(parent_partner_id="partner_id").unique()
        links = links.join(above, on="parent_partner_id", how="semi")
        below = links.select(partner_id="parent_partner_id").unique()
        links = links.join(below, on="partner_id", how="semi")
    return links


def _last_of_each(circles: pl.DataFrame) -> pl.DataFrame:
    """The link of each circle that came last, found by steps of 1, 2, 4, … links along it."""
    walk = circles.select("partner_id", "parent_partner_id", _last="_arrival")
    for _ in range(circles.height.bit_length()):
        ahead = walk.select(
            parent_partner_id="partner_id", _next="parent_partner_id", _later="_last"
        )
        walk = walk.join(ahead, on="parent_partner_id", how="inner").select(
            "partner_id",
            parent_partner_id="_next",
            _last=pl.max_horizontal("_last", "_later"),
        )
    last = walk.select("partner_id", "_last")
    return circles.join(last, on="partner_id").filter(pl.col("_arrival") == pl.col("_last"))
