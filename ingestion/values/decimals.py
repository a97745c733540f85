"""Numbers whose measure stands in another column: counts, yen, points and shares of 1."""

from __future__ import annotations

import polars as pl

from ingestion.columns import DTYPES, Kind
from ingestion.values.quantities import is_ambiguous

_NUMBER = (
    r"^(?P<sign>[-‐‑‒–—−△▲])?[¥\\]?(?P<whole>[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,12})(?:\.(?P<part>[0-9]{1,6})0*)?"
    r"\s*(?P<unit>%|円|件|社|人|名|点)?$"
)
_DECIMALS = 6
# A percentage of more whole digits than this is a typing error.
_PERCENT_DIGITS = 6


def read_decimals(text: pl.Series) -> pl.Series:
    """Exact Decimal(18, 6): `1,200`, `0.15`, `15%` (0.15), `80点`; finer or longer ones are null,
    and 1.000, whose point may group.

    `text` is NFKC without surrounding spaces, null where empty.
    """
    parts = text.str.extract_groups(_NUMBER).struct.unnest().with_columns(text.alias("text"))
    whole = pl.col("whole").str.replace_all(",", "", literal=True)
    part = pl.col("part").fill_null("").str.pad_end(_DECIMALS, "0")
    millionths = pl.when(whole.str.len_bytes() <= _PERCENT_DIGITS).then(whole + part)
    hundredth = millionths.cast(pl.Int64)
    shared = pl.when(hundredth % 100 == 0).then(
        pl.concat_str(
            (hundredth // 100 // 10**_DECIMALS).cast(pl.String),
            (hundredth // 100 % 10**_DECIMALS).cast(pl.String).str.zfill(_DECIMALS),
            separator=".",
        )
    )
    plain = pl.concat_str(whole, part, separator=".")
    number = pl.when(pl.col("unit") == "%").then(shared).otherwise(plain)
    sign = pl.when(pl.col("sign").is_not_null()).then(pl.lit("-")).otherwise(pl.lit(""))
    sound = pl.when(is_ambiguous(pl.col("text")).not_()).then(sign + number)
    return parts.select(sound.cast(DTYPES[Kind.DECIMAL])).to_series()
