"""Which pairs of records are worth comparing: those that share a block key.

A key is a few letters of one or two fields. A block of more than MOST records (FEW, if the key is
a mere neighbourhood) is too common to say anything and makes no pairs: its records meet in the
blocks of other keys.
"""

from __future__ import annotations

import polars as pl

MOST, FEW = 50, 12

_c = pl.col
_PHONE, _LOCAL = _c("phone"), _c("email_local")
_FAMILY, _GIVEN, _NAME = _c("family_name"), _c("given_name"), _c("contact")
_COMPANY, _WORDS = _c("company"), _c("company_words")
_HOUSE, _STREET, _ADDRESS = _c("house"), _c("street"), _c("address")
_POSTAL, _CITY = _c("postal_code"), _c("city")


def _head(column: pl.Expr, letters: int) -> pl.Expr:
    return column.str.slice(0, letters)


# Block keys; one whose columns a table has not got is left out.
BLOCKS: tuple[tuple[pl.Expr, ...], ...] = (
    (_c("corporate_number"),),
    (_c("email"),),
    (_LOCAL.str.extract("^(.{7})", 1),),
    (_c("email_digits").str.extract("([0-9]{5})$", 1),),
    (_PHONE,),
    (_PHONE.str.tail(8),),
    (_head(_PHONE, 8),),
    (_COMPANY,),
    (_head(_COMPANY, 3), _POSTAL),
    (_head(_COMPANY, 3), _HOUSE),
    (_head(_COMPANY, 4), _head(_PHONE, 6)),
    (_c("email_domain"), _head(_COMPANY, 2)),
    (_WORDS.str.extract("([^ ]{3,})$", 1), _head(_WORDS, 4)),
    (_ADDRESS,),
    (_HOUSE, _head(_STREET, 4)),
    (_HOUSE, _POSTAL),
    (_HOUSE, _head(_CITY, 5)),
    (_NAME,),
    (_head(_NAME, 4), _head(_COMPANY, 3)),
    (_head(_NAME, 4), _head(_PHONE, 5)),
    (_head(_NAME, 4), _POSTAL),
    (_FAMILY, _GIVEN),
    (_head(_FAMILY, 3), _head(_GIVEN, 3)),
    (_head(_FAMILY, 4), _POSTAL),
    (_head(_GIVEN, 4), _POSTAL),
    (_head(_FAMILY, 4), _head(_CITY, 4)),
    (_head(_GIVEN, 4), _head(_CITY, 4)),
    (_head(_FAMILY, 3), _HOUSE),
    (_head(_GIVEN, 3), _HOUSE),
    (_head(_FAMILY, 4), _head(_STREET, 4)),
    (_head(_GIVEN, 4), _head(_STREET, 4)),
    (_c("birth_date"), _head(_GIVEN, 1)),
    (_c("birth_date"), _head(_FAMILY, 1)),
)
NEIGHBOURHOODS: tuple[tuple[pl.Expr, ...], ...] = ((_POSTAL, _head(_STREET, 5)),)


def candidates(keys: pl.DataFrame) -> pl.DataFrame:
    """Pairs (left, right) of row numbers, left < right, each once."""
    rows = keys.lazy().with_row_index("row")
    found = pl.Series("pair", [], pl.UInt64)
    sized = [(parts, MOST) for parts in BLOCKS] + [(parts, FEW) for parts in NEIGHBOURHOODS]
    for parts, most in sized:
        if {name for part in parts for name in part.meta.root_names()} <= set(keys.columns):
            found = pl.concat([found, _pairs(rows, parts, most)]).unique()
    return (
        found.sort()
        .to_frame()
        .select(left=_c("pair") // 2**32, right=_c("pair") % 2**32)
        .cast(pl.UInt32)
    )


def _pairs(rows: pl.LazyFrame, parts: tuple[pl.Expr, ...], most: int) -> pl.Series:
    """Pairs within the blocks of one key of so many records at most, left × 2³² + right."""
    key = pl.concat_str([part.cast(pl.String) for part in parts], separator="\n")
    said = pl.all_horizontal(part.cast(pl.String) != "" for part in parts)
    blocks = (
        rows.filter(said)
        .select("row", key=key.hash())
        .filter(pl.len().over("key").is_between(2, most))
    )
    pairs = blocks.join(blocks, on="key", suffix="_right").filter(_c("row") < _c("row_right"))
    code = _c("row").cast(pl.UInt64) * 2**32 + _c("row_right")
    return pairs.select(pair=code).unique().collect()["pair"]
