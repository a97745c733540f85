"""Addresses → their match keys: the number of the house, the street or town, and both."""

from __future__ import annotations

import polars as pl

from ingestion.values.places import match_addresses
from ingestion.values.text import amend

# English addresses are written with these words short or in full.
_SHORT = {
    **{"street": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr", "lane": "ln"},
    **{"boulevard": "blvd", "place": "pl", "court": "ct", "crescent": "cres", "parkway": "pkwy"},
    **{"north": "n", "south": "s", "east": "e", "west": "w", "square": "sq", "terrace": "tce"},
}
_HOUSE = r"[0-9]+(?:-[0-9]+)*"


def address_keys(text: pl.Series, house_number: pl.Series | None) -> pl.DataFrame:
    """`address`, `house` (1-2-3), `street` (what stands before the number, else behind it).

    `house_number` is a column of its own in some tables; it goes before the address.
    """
    numbered = text
    if house_number is not None:
        both = pl.DataFrame({"house": house_number, "street": text})
        numbered = both.select(
            pl.concat_str("house", "street", separator=" ", ignore_nulls=True).replace("", None)
        ).to_series()
    key = match_addresses(amend(numbered, numbered.str.contains("[A-Za-z]"), _shorten))
    parts = pl.DataFrame({"address": key.replace("", None)}).with_columns(
        house=pl.col("address").str.extract(f"({_HOUSE})", 1),
        before=pl.col("address").str.extract(f"^(.*?){_HOUSE}", 1),
        behind=pl.col("address").str.extract(f"^{_HOUSE}(.*)$", 1),
    )
    street = pl.coalesce("before", "address")
    street = pl.when(street == "").then("behind").otherwise(street)
    return parts.select("address", "house", street=street.replace("", None))


def _shorten(text: pl.Series) -> pl.Series:
    words = text.str.to_lowercase().str.replace_all(r"[.,#;]+", " ").to_frame("word")
    place = pl.int_range(pl.len()).alias("place")
    pieces = words.select(place, pl.col("word").str.split(" ")).explode("word")
    short = pieces.with_columns(pl.col("word").replace(_SHORT))
    joined = short.group_by("place", maintain_order=True).agg(pl.col("word").str.join(" "))
    return joined["word"].str.strip_chars()
