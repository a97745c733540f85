"""What reviewers have said of two records: the same customer, or not.

Their file is `inbox/review/identity_decisions.csv`; the last word on a pair stands, and `open`
takes an earlier one back.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import polars as pl

from ingestion.entities import ENTITIES
from ingestion.versions import scan_rows

PAIR = ("record_id", "other_id")
_SAME = {"same": True, "not_same": False}


def read_words(raw: Path, known_at: datetime | None) -> pl.DataFrame:
    """The words in force: record_id, other_id (records by their place), is_same."""
    rows = scan_rows(raw, ENTITIES["identity_decisions"])
    if known_at is not None:
        rows = rows.filter(pl.col("_known_at") <= known_at)
    return in_force(rows).select(*PAIR, "is_same").sort(*PAIR).collect()


def in_force(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Of rows in the order of arrival those that stand, with `PAIR` (the smaller record first) and
    is_same beside."""
    standing = (
        rows.sort(pl.coalesce("updated_at", "_known_at"), "_known_at", maintain_order=True)
        .unique("decision_id", keep="last", maintain_order=True)
        .filter(pl.col("is_deleted").fill_null(False).not_())
        .with_columns(*paired())
        .filter(pl.col("record_id") != pl.col("other_id"))
    )
    return (
        standing.sort("decided_at", "_known_at", maintain_order=True)
        .unique(PAIR, keep="last", maintain_order=True)
        .with_columns(
            is_same=pl.col("verdict").replace_strict(_SAME, default=None, return_dtype=pl.Boolean)
        )
        .filter(pl.col("is_same").is_not_null())
    )


def paired() -> tuple[pl.Expr, pl.Expr]:
    """`PAIR` of a row of the file."""
    pair = pl.col("first_record", "second_record")
    return pl.min_horizontal(pair).alias("record_id"), pl.max_horizontal(pair).alias("other_id")


def contradicting(words: pl.DataFrame) -> pl.DataFrame:
    """The new words (`PAIR`) that cannot hold together with the others: A is B, B is C, C is not A.

    `words` in force: `PAIR`, is_same, is_new. Nobody can tell which word of such a chain is wrong,
    so all new ones of the shortest go. Others may be left: ask again without the ones that went.
    """
    same, apart = words.filter("is_same"), words.filter(~pl.col("is_same"))
    ties: defaultdict[str, list[str]] = defaultdict(list)
    for first, second in same.select(PAIR).iter_rows():
        ties[first].append(second)
        ties[second].append(first)
    found = set[tuple[str, str]]()
    for first, second in apart.select(PAIR).iter_rows():
        chain = _shortest_chain(ties, first, second)
        if chain:
            steps = ((min(step), max(step)) for step in pairwise(chain))
            found |= {(first, second), *steps}
    chained = pl.DataFrame(sorted(found), schema=dict.fromkeys(PAIR, pl.String), orient="row")
    return words.filter("is_new").select(PAIR).join(chained, on=PAIR, how="semi")


def _shortest_chain(ties: Mapping[str, list[str]], first: str, second: str) -> list[str]:
    """Records from the first to the second, each said to be the next; empty if there is none."""
    before, waiting = {first: first}, deque([first])
    while waiting and second not in before:
        record = waiting.popleft()
        for other in ties.get(record, []):
            if other not in before:
                before[other] = record
                waiting.append(other)
    if second not in before:
        return []
    chain = [second]
    while chain[-1] != first:
        chain.append(before[chain[-1]])
    return chain
