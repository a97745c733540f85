"""Deterministic ties: records that share all columns of a strong key.

Values are compared as they are. Empty cells match nothing.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from ingestion.identity.hashes import Blocks, Codes, Hashed

Rows = npt.NDArray[np.uint32]

# Fields that must be equal together → probability that two such records are one entity.
KEYS: dict[tuple[str, ...], float] = {
    ("corporate_number",): 0.995,
    ("email", "company"): 0.99,
    ("phone", "company"): 0.98,
    ("address", "company"): 0.97,
    ("email", "contact"): 0.97,
    ("phone", "contact"): 0.95,
    ("deal",): 0.95,
}


# Keys that tie whatever else two records say.
EXACT = (("corporate_number",), ("deal",))
_TIES = {
    "left": pl.UInt32(),
    "right": pl.UInt32(),
    "probability": pl.Float64(),
    "is_exact": pl.Boolean(),
}


def shared_keys(keys: pl.DataFrame) -> pl.DataFrame:
    """(left, right, probability, is_exact): rows that share a key, each with the first that does.

    Two corporate numbers under one key are two companies: it ties neither.
    """
    hashed = Hashed(keys)
    ties = [pl.DataFrame(schema=_TIES)]
    for fields, probability in KEYS.items():
        blocks = hashed.blocks(tuple(pl.col(field) for field in fields))
        if blocks:
            left, right = _tied(blocks, _numbers(hashed, keys))
            same = pl.all_horizontal(keys[field][left] == keys[field][right] for field in fields)
            tied = pl.DataFrame({"left": left, "right": right}).filter(same)
            said = {"probability": pl.lit(probability), "is_exact": pl.lit(fields in EXACT)}
            ties.append(tied.with_columns(**said))
    return pl.concat(ties)


def _numbers(hashed: Hashed, keys: pl.DataFrame) -> Codes:
    if "corporate_number" in keys.columns:
        return hashed.part(pl.col("corporate_number"))
    return np.zeros(keys.height, np.uint64)


def _tied(blocks: Blocks, numbers: Codes) -> tuple[Rows, Rows]:
    """The first row and each other one of the blocks that know one corporate number at most."""
    if not len(blocks.rows):
        return np.empty(0, np.uint32), np.empty(0, np.uint32)
    number = numbers[blocks.rows]
    highest = np.maximum.reduceat(number, blocks.starts)
    lowest = np.minimum.reduceat(np.where(number == 0, highest.max(), number), blocks.starts)
    one = (highest == 0) | (highest == lowest)
    first = np.repeat(blocks.rows[blocks.starts], blocks.sizes)
    ties = np.repeat(one, blocks.sizes) & (first != blocks.rows)
    return first[ties].astype(np.uint32), blocks.rows[ties].astype(np.uint32)
