"""Which pairs of records are worth comparing: those that share a block key.

A key is a few letters of one or two fields. A block of more than MOST records is too common to say
anything and makes no pairs: its records meet in the blocks of other keys. Neighbours and namesakes
share a loose key by chance: its block makes pairs up to RARE records, or up to FEW if they share
two such keys. Of a large table a single loose key makes ENOUGH pairs, or one for ten records.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ingestion.identity.hashes import Blocks, Codes, Hashed, Key, names

MOST, FEW, RARE, MANY, ENOUGH = 50, 20, 10, 500, 100_000
_NONE: Codes = np.empty(0, np.uint64)
_HALF, _LOW = np.uint64(32), np.uint64(2**32 - 1)

_c = pl.col
_PHONE, _LOCAL = _c("phone"), _c("email_local")
_FAMILY, _GIVEN, _NAME = _c("family_name"), _c("given_name"), _c("contact")
_COMPANY, _WORDS = _c("company"), _c("company_words")
_HOUSE, _STREET, _ADDRESS = _c("house"), _c("street"), _c("address")
_POSTAL, _CITY = _c("postal_code"), _c("city")


def _head(column: pl.Expr, letters: int) -> pl.Expr:
    return column.str.slice(0, letters)


# Keys that say who somebody is; one whose columns a table has not got is left out.
TELLING: tuple[Key, ...] = (
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
    (_c("birth_date"), _head(_GIVEN, 1)),
    (_c("birth_date"), _head(_FAMILY, 1)),
)
# Keys that neighbours and namesakes share by chance.
LOOSE: tuple[Key, ...] = (
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
    """Pairs (left, right) of row numbers, left < right, each once, in their order."""
    hashed = Hashed(keys)
    told = [_pairs(blocks, MOST).codes for blocks in map(hashed.blocks, TELLING) if blocks]
    loose = [_pairs(blocks, FEW) for blocks in map(hashed.blocks, LOOSE) if blocks]
    often = np.sort(np.concatenate([_NONE, *(pairs.codes for pairs in loose)]))
    most = max(ENOUGH, keys.height // 10)
    rare = [pairs.rarest(most) for pairs in loose]
    found = distinct(np.concatenate([*told, *rare, often[1:][often[1:] == often[:-1]]]))
    sides = {"left": found >> _HALF, "right": found & _LOW}
    return pl.DataFrame({side: rows.astype(np.uint32) for side, rows in sides.items()})


def distinct(codes: Codes) -> Codes:
    """Ascending, each once; numpy's own `unique` takes ten times as long."""
    ordered = np.sort(codes)
    found: Codes = ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]]
    return found


@dataclass(frozen=True)
class _Pairs:
    """`codes` of pairs, left × 2³² + right, and the `sizes` of their blocks."""

    codes: Codes
    sizes: npt.NDArray[np.int64]

    def rarest(self, most: int) -> Codes:
        """Those of blocks up to RARE records, and of the smallest ones alone if they are too
        many: what few share by chance in a small table, many do in a large one."""
        of_size = np.cumsum(np.bincount(self.sizes, minlength=RARE + 1)[: RARE + 1])
        found: Codes = self.codes[self.sizes <= np.flatnonzero(of_size <= most).max(initial=0)]
        return found


def _pairs(blocks: Blocks, most: int) -> _Pairs:
    """Pairs within the blocks of 2 to `most` records."""
    rows, sizes = blocks.rows, blocks.sizes
    size = np.repeat(sizes, sizes)
    left = np.flatnonzero((size > 1) & (size <= most))
    behind = np.repeat(blocks.starts + sizes, sizes)[left] - left  # of its block, from it on
    codes, found = [_NONE], [np.empty(0, np.int64)]
    for step in range(1, most):
        left, behind = left[behind > step], behind[behind > step]
        codes.append(rows[left] << _HALF | rows[left + step])
        found.append(size[left])
    return _Pairs(np.concatenate(codes), np.concatenate(found))


def meetings(keys: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Pairs (left: row of `keys`, right: row of `others`) that share a block key, each once.

    Of `others` there are few: a block is too common from MANY rows of `keys` on.
    """
    there = set(keys.columns) & set(others.columns)
    found = [pl.DataFrame(schema={"left": pl.UInt32, "right": pl.UInt32})]
    for parts in (*TELLING, *LOOSE):
        if names(parts) <= there:
            ours, theirs = (
                _keyed(frame.lazy().with_row_index("row"), parts) for frame in (keys, others)
            )
            met = ours.join(theirs.select("key").unique(), on="key", how="semi")
            few = met.filter(pl.len().over("key") <= MANY).join(theirs, on="key", suffix="_right")
            found.append(few.select(left="row", right="row_right").collect())
    return pl.concat(found).unique().sort("left", "right")


def _keyed(rows: pl.LazyFrame, parts: Key) -> pl.LazyFrame:
    """(row, key) of rows that have all parts of a block key."""
    key = pl.concat_str([part.cast(pl.String) for part in parts], separator="\n")
    said = pl.all_horizontal(part.cast(pl.String) != "" for part in parts)
    return rows.filter(said).select("row", key=key.hash())
