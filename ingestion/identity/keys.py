"""Deterministic ties: records that share all columns of a strong key.

Values are compared as they are: normalised text, or keyed hashes of it. Empty cells match nothing.
"""

from __future__ import annotations

import polars as pl

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


def shared_keys(records: pl.DataFrame) -> pl.DataFrame:
    """(record_id, key, probability) of every key that at least two records share."""
    groups = [
        _shared(records, fields, probability)
        for fields, probability in KEYS.items()
        if set(fields) <= set(records.columns)
    ]
    ids = records.schema["record_id"]
    schema = {"record_id": ids, "key": pl.String(), "probability": pl.Float64()}
    return pl.concat([pl.DataFrame(schema=schema), *groups])


def _shared(records: pl.DataFrame, fields: tuple[str, ...], probability: float) -> pl.DataFrame:
    """Edges of one key. Two corporate numbers under one key are two companies: it ties neither."""
    key = pl.concat_str(pl.lit("+".join(fields)), *fields, separator="|")
    numbers = [name for name in ("corporate_number",) if name in records.columns]
    keyed = records.select("record_id", *numbers, key=key).filter(pl.col("key").is_not_null())
    ties = pl.len().over("key") > 1
    if numbers:
        ties &= pl.col("corporate_number").drop_nulls().n_unique().over("key") <= 1
    return keyed.filter(ties).select("record_id", "key", probability=pl.lit(probability))
