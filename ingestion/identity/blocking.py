"""Which pairs of records are worth comparing: those that share a block key.

A key is a few letters of one or two fields. A block of more than MOST records is too common to say
anything and makes no pairs: its records meet in the blocks of other keys. Neighbours and namesakes
share a loose key by chance: its block makes pairs up to RARE records, or up to FEW if they share
two such keys.
"""

from __future__ import annotations

import polars as pl

MOST, FEW, RARE, MANY = 50, 20, 10, 500

_c = pl.col
_PHONE, _LOCAL = _c("phone"), _c("email_local")
_FAMILY, _GIVEN, _NAME = _c("family_name"), _c("given_name"), _c("contact")
_COMPANY, _WORDS = _c("company"), _c("company_words")
_HOUSE, _STREET, _ADDRESS = _c("house"), _c("street"), _c("address")
_POSTAL, _CITY = _c("postal_code"), _c("city")


def _head(column: pl.Expr, letters: int) -> pl.Expr:
    return column.str.slice(0, letters)


# Keys that say who somebody is; one whose columns a table has not got is left out.
TELLING: tuple[tuple[pl.Expr, ...], ...] = (
    (_c("corporate_number"),),
    (_c("email"),),
    (_PHONE,),
    (_PHONE.str.tail(8),),
    (_COMPANY,),
    (_head(_COMPANY, 3), _POSTAL),
    (_c("email_domain"), _head(_COMPANY, 2)),
    (_WORDS.str.extract("([^ ]{3,})$", 1), _head(_WORDS, 4)),
    (_ADDRESS,),
    (_HOUSE, _POSTAL),
    (_head(_NAME, 4), _POSTAL),
    (_FAMILY, _GIVEN),
    (_c("birth_date"), _head(_GIVEN, 1)),
    (_c("birth_date"), _head(_FAMILY, 1)),
)
# Keys that neighbours and namesakes share by chance.
LOOSE: tuple[tuple[pl.Expr, ...], ...] = (
    (_head(_PHONE, 8),),
    (_c("company_kana"),),
    (_head(_COMPANY, 3), _HOUSE),
    (_head(_COMPANY, 4), _head(_PHONE, 6)),
    (_HOUSE, _head(_STREET, 4)),
    (_HOUSE, _head(_CITY, 5)),
    (_head(_NAME, 4), _head(_COMPANY, 3)),
    (_head(_NAME, 4), _head(_PHONE, 5)),
    (_LOCAL.str.extract("^(.{7})", 1),),
    (_c("email_digits").str.extract("([0-9]{5})$", 1),),
    (_NAME,),
    (_head(_FAMILY, 3), _head(_GIVEN, 3)),
    (_head(_FAMILY, 4), _POSTAL),
    (_head(_GIVEN, 4), _POSTAL),
    (_head(_FAMILY, 4), _head(_CITY, 4)),
    (_head(_GIVEN, 4), _head(_CITY, 4)),
    (_head(_FAMILY, 3), _HOUSE),
    (_head(_GIVEN, 3), _HOUSE),
    (_head(_FAMILY, 4), _head(_STREET, 4)),
    (_head(_GIVEN, 4), _head(_STREET, 4)),
    (_POSTAL, _head(_STREET, 5)),
)


def candidates(keys: pl.DataFrame) -> pl.DataFrame:
    """Pairs (left, right) of row numbers, left < right, each once."""
    rows = keys.lazy().with_row_index("row")
    told = [_codes(rows, keys, TELLING, MOST), _codes(rows, keys, LOOSE, RARE)]
    loose = _codes(rows, keys, LOOSE, FEW).sort()
    twice = loose.filter(loose == loose.shift(-1))
    found = pl.concat([*told, twice]).unique().sort().to_frame()
    return found.select(left=_c("pair") // 2**32, right=_c("pair") % 2**32).cast(pl.UInt32)


def _codes(
    rows: pl.LazyFrame, keys: pl.DataFrame, blocks: tuple[tuple[pl.Expr, ...], ...], most: int
) -> pl.Series:
    """Pairs of every key, left × 2³² + right; as often as they share one."""
    found = [pl.Series("pair", [], pl.UInt64)]
    for parts in blocks:
        if {name for part in parts for name in part.meta.root_names()} <= set(keys.columns):
            found.append(_pairs(rows, parts, most))
    return pl.concat(found)


def meetings(keys: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Pairs (left: row of `keys`, right: row of `others`) that share a block key, each once.

    Of `others` there are few: a block is too common from MANY rows of `keys` on.
    """
    there = set(keys.columns) & set(others.columns)
    found = [pl.DataFrame(schema={"left": pl.UInt32, "right": pl.UInt32})]
    for parts in (*TELLING, *LOOSE):
        if {name for part in parts for name in part.meta.root_names()} <= there:
            ours, theirs = (
                _keyed(frame.lazy().with_row_index("row"), parts) for frame in (keys, others)
            )
            met = ours.join(theirs.select("key").unique(), on="key", how="semi")
            few = met.filter(pl.len().over("key") <= MANY).join(theirs, on="key", suffix="_right")
            found.append(few.select(left="row", right="row_right").collect())
    return pl.concat(found).unique().sort("left", "right")


def _keyed(rows: pl.LazyFrame, parts: tuple[pl.Expr, ...]) -> pl.LazyFrame:
    """(row, key) of rows that have all parts of a block key."""
    key = pl.concat_str([part.cast(pl.String) for part in parts], separator="\n")
    said = pl.all_horizontal(part.cast(pl.String) != "" for part in parts)
    return rows.filter(said).select("row", key=key.hash())


def _pairs(rows: pl.LazyFrame, parts: tuple[pl.Expr, ...], most: int) -> pl.Series:
    """Pairs within the blocks of one key of so many records at most, left × 2³² + right."""
    blocks = _keyed(rows, parts).filter(pl.len().over("key").is_between(2, most))
    pairs = blocks.join(blocks, on="key", suffix="_right").filter(_c("row") < _c("row_right"))
    code = _c("row").cast(pl.UInt64) * 2**32 + _c("row_right")
    return pairs.select(pair=code).unique().collect()["pair"]
