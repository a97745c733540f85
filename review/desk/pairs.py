"""Pairs of records that may be one customer and wait for a person's word.

The nights write them to `lake/identity/`: customers among themselves, and customers that look like
the seller's side. What the desk has said of a pair since takes it out of the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from review.desk.people import find_record, side_by_side
from review.desk.published import records_of

_TOKYO = ZoneInfo("Asia/Tokyo")
_CUSTOMERS = "select first_record, second_record, match_probability from read_parquet(?)"
_PARTIES = """
select
    entity || ':' || scope_id || ':' || record_id as first_record,
    case party_kind when 'partner' then 'partners' else 'partner_reps' end
        || ':' || party_scope_id || ':' || party_id as second_record,
    match_probability
from read_parquet(?)
where not is_certain
"""


_SAID = """
select first_record, second_record
from read_parquet($path, union_by_name = true)
where $until is null or decided_at < $until
qualify row_number() over (
    partition by first_record, second_record order by decided_at desc, _known_at desc
) = 1 and verdict = 'same'
"""


@dataclass(frozen=True)
class Pair:
    """Two records, each `entity:door:number`; `probability` that they are one, None if decided."""

    first: str
    second: str
    probability: float | None = None

    @property
    def key(self) -> frozenset[str]:
        return frozenset((self.first, self.second))


def list_pairs(home: Path) -> list[Pair]:
    """Every pair that the last night left to people, the likeliest first."""
    folder = home / "lake" / "identity"
    queries = {"doubtful_pairs": _CUSTOMERS, "party_matches": _PARTIES}
    found: list[dict[str, Any]] = []
    with duckdb.connect() as connection:
        for name, sql in queries.items():
            path = folder / f"{name}.parquet"
            if path.exists():
                found += records_of(connection, sql, [str(path)])
    pairs = [
        Pair(row["first_record"], row["second_record"], row["match_probability"]) for row in found
    ]
    return sorted(pairs, key=lambda pair: (-(pair.probability or 0), pair.first, pair.second))


def said_same(home: Path, today: date | None) -> set[frozenset[str]]:
    """Pairs of records that a person's word made one by the night of `today`, from the lake."""
    path = home / "lake" / "raw" / "batch=*" / "identity_decisions.parquet"
    until = None
    if today is not None:
        midnight = datetime.combine(today + timedelta(days=1), time(), _TOKYO)
        until = midnight.astimezone(UTC).replace(tzinfo=None)
    try:
        with duckdb.connect() as connection:
            rows = records_of(connection, _SAID, {"path": str(path), "until": until})
    except duckdb.IOException:
        return set()
    return {frozenset((row["first_record"], row["second_record"])) for row in rows}


def find_people(connection: duckdb.DuckDBPyConnection, pair: Pair) -> list[dict[str, Any]]:
    """The two records side by side; fewer when the publication does not know them."""
    found = [*find_record(connection, pair.first), *find_record(connection, pair.second)]
    return side_by_side(found)


def contradicts(pair: Pair, verdict: str, said: dict[frozenset[str], str]) -> bool:
    """Whether a verdict on a pair of customers cannot hold beside the words in force.

    `said`: the last word on every pair. One customer is a circle of `same`; `not_same` within it
    is refused by the next night.
    """
    both = {key: word for key, word in said.items() if _is_of_customers(key)}
    words = both | ({pair.key: verdict} if _is_of_customers(pair.key) else {})
    group: dict[str, str] = {}

    def root(record: str) -> str:
        while group.get(record, record) != record:
            record = group[record]
        return record

    for first, second in (sorted(key) for key, word in words.items() if word == "same"):
        group[root(first)] = root(second)
    return any(
        len({root(record) for record in key}) == 1
        for key, word in words.items()
        if word == "not_same"
    )


def _is_of_customers(key: frozenset[str]) -> bool:
    return all(record.startswith(("leads:", "contracts:")) for record in key)
