"""A thousand small random worlds in one lake, a namespace each: night after night the ledger and
the decisions are those of the reference, a second reading of DOMAIN §5 in plain Python.

More worlds: `TEIKEI_HISTORIES=5000 pytest tests/dbt_project/commissions/test_random_histories.py`.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from random import Random
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from tests.dbt_project.commissions.reference import NIGHTS, Decisions, LineKey, Row, history, net

COUNT = int(os.environ.get("TEIKEI_HISTORIES", "1000"))
IDS = [night.isoformat() + "#1" for night in NIGHTS]
Net = dict[LineKey, int]
Told = tuple[Net, Decisions]


@dataclass
class Nights:
    """What the engine had posted in sum, and decided, after each night; what the oracle says."""

    engine: dict[str, Told]
    oracle: dict[str, Told]
    again: list[dict[str, Any]]
    at_once: Net
    at_once_oracle: Net


def _oracle(seed: int) -> list[Told]:
    rows = history(seed, f"w{seed}.")
    return [net([row for row in rows if row.known_on <= night], night) for night in NIGHTS]


def _arrived_at_once(rows: list[Row], seed: int) -> list[Row]:
    """The CRM's rows with the times they would have counted from, twice and in any order, on the
    last night: arrival, batching and duplication must not matter."""
    dated = [
        replace(row, values=row.values | {"updated_at": row.updated_at}, known_on=NIGHTS[-1])
        for row in rows
        if row.uploader is None and row.entity != "flags"
    ]
    # Equal times go by arrival, so each key keeps only the row that wins among equals.
    newest = {(row.entity, row.key, row.updated_at): row for row in dated}
    doubled = [row for row in newest.values() for _ in range(2)]
    Random(seed).shuffle(doubled)
    flags = [row for row in rows if row.entity == "flags"]
    return [*flags, *(replace(row, order=place) for place, row in enumerate(doubled))]


def _oracle_at_once(seed: int) -> Net:
    return net(_arrived_at_once(history(seed, f"w{seed}."), seed), NIGHTS[-1])[0]


def _merged(parts: Iterable[dict[Any, Any]]) -> dict[Any, Any]:
    return {key: value for part in parts for key, value in part.items()}


def _engine_net(postings: Iterable[dict[str, Any]]) -> Net:
    """Yen by the oracle's key: windows have their term as subject and themselves as period."""
    found: dict[LineKey, int] = defaultdict(int)
    for row in postings:
        is_window = row["component"] in ("uplift", "cap")
        subject = row["term_id"] if is_window else row["subject"]
        period = row["subject"] if is_window else row["earn_period"]
        key = (row["partner_id"], row["role"], row["term_id"], row["component"], subject, period)
        found[key] += row["amount_yen"]
    return {key: yen for key, yen in found.items() if yen}


def _engine_decisions(con: duckdb.DuckDBPyConnection) -> Decisions:
    rows = con.sql(
        "select funnel_event_id, term_id, outcome, amount_yen from marts.fct_commission_decisions"
    )
    return {(event, term): (outcome, yen) for event, term, outcome, yen in rows.fetchall()}


@pytest.fixture(scope="module")
def nights(warehouse: Callable[..., duckdb.DuckDBPyConnection], build: SimpleNamespace) -> Nights:
    worlds = {seed: history(seed, f"w{seed}.") for seed in range(COUNT)}
    with ProcessPoolExecutor(2) as pool:
        told = list(pool.map(_oracle, worlds, chunksize=50))
        at_once = _merged(pool.map(_oracle_at_once, worlds, chunksize=50))
    oracle = {
        night: (_merged(each[place][0] for each in told), _merged(each[place][1] for each in told))
        for place, night in enumerate(IDS)
    }
    known: dict[str, list[Any]] = {}
    postings: dict[str, list[dict[str, Any]]] = {}
    engine = {}
    for night, day in zip([*IDS, f"{NIGHTS[-1]}#2"], [*NIGHTS, None], strict=True):
        rows = [row for world in worlds.values() for row in world if row.known_on == day]
        known[night] = _built(build, rows)
        con = warehouse(known, night=night, postings=postings, flags=_flags(worlds, known))
        postings |= {night: con.sql("from intermediate.postings_due").pl().to_dicts()}
        posted = (row for rows in postings.values() for row in rows)
        engine[night] = (_engine_net(posted), _engine_decisions(con))
    everything = [row for seed, world in worlds.items() for row in _arrived_at_once(world, seed)]
    con = warehouse({IDS[-1]: _built(build, everything)}, flags=_flags(worlds, IDS))
    once = _engine_net(con.sql("from intermediate.postings_due").pl().to_dicts())
    return Nights(engine, oracle, postings[f"{NIGHTS[-1]}#2"], once, at_once)


def _built(build: SimpleNamespace, rows: Iterable[Row]) -> list[Any]:
    """Rows of the doors; flags are the nights' own."""
    of_doors = (row for row in rows if row.entity != "flags")
    return [build.row(row.entity, row.values, row.uploader) for row in of_doors]


def _flags(worlds: dict[int, list[Row]], nights: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """What these nights flagged."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in (row for world in worlds.values() for row in world if row.entity == "flags"):
        found[f"{row.known_on.isoformat()}#1"].append(row.values)
    return {night: found[night] for night in nights if night in found}


def _differences(found: dict[Any, Any], expected: dict[Any, Any]) -> list[Any]:
    keys = [key for key in {**found, **expected} if found.get(key) != expected.get(key)]
    return [(key, found.get(key), expected.get(key)) for key in sorted(keys, key=str)][:20]


@pytest.mark.parametrize("night", IDS)
def test_ledger_is_the_references(nights: Nights, night: str) -> None:
    assert _differences(nights.engine[night][0], nights.oracle[night][0]) == []


@pytest.mark.parametrize("night", IDS)
def test_decisions_are_the_references(nights: Nights, night: str) -> None:
    assert _differences(nights.engine[night][1], nights.oracle[night][1]) == []


def test_worlds_are_fined_too(nights: Nights) -> None:
    """The reference knows penalties, so that both could be wrong about them together only."""
    fines = [yen for key, yen in nights.engine[IDS[-1]][0].items() if key[3] == "penalty"]
    assert len(fines) > COUNT // 100
    assert max(fines) < 0


def test_second_run_posts_nothing(nights: Nights) -> None:
    assert nights.again == []


def test_arrival_order_batching_and_duplicates_do_not_matter(nights: Nights) -> None:
    assert _differences(nights.at_once, nights.at_once_oracle) == []


def test_nobody_owes_us_for_a_window_whose_prices_rise(nights: Nights) -> None:
    """Where higher bands pay less, the uplift is negative by its definition, and a refund is."""
    aside = _terms_with_falling_bands() | _terms_with_refunds()
    sums: dict[tuple[str, ...], int] = defaultdict(int)
    for (partner, role, term, component, *_), yen in nights.engine[IDS[-1]][0].items():
        if component != "penalty":
            sums[partner, role, term] += yen
    assert [key for key, yen in sums.items() if yen < 0 and key[-1] not in aside] == []


def test_worlds_pay_refunds_too(nights: Nights) -> None:
    """So that a Q below 0 is no case by hand only."""
    refunds = [yen for key, yen in nights.engine[IDS[-1]][0].items() if key[3] == "base"]
    assert sum(yen < 0 for yen in refunds) > COUNT // 20


def _is_refund(row: Row) -> bool:
    return row.entity == "contract_events" and (row.get("amount_yen") or 0) < 0


def _terms_with_refunds() -> set[str]:
    """Terms priced by what events are worth, in worlds in which one is worth less than nothing."""
    worlds = [history(seed, f"w{seed}.") for seed in range(COUNT)]
    refunded = [world for world in worlds if any(_is_refund(row) for row in world)]
    priced = (row for world in refunded for row in world if row.get("base_amount") == "event")
    return {row.get("term_id") for row in priced}


def _terms_with_falling_bands() -> set[str]:
    """Terms that in any version of a band pay less from a higher value on."""
    prices: dict[str, list[tuple[int, Any]]] = defaultdict(list)
    for seed in range(COUNT):
        for row in history(seed, f"w{seed}."):
            if row.entity == "commission_tiers":
                price = row.get("fixed_yen") if row.get("rate") is None else row.get("rate")
                prices[row.get("term_id")].append((row.get("from_value"), price))
    ordered = {term: [price for _, price in sorted(bands)] for term, bands in prices.items()}
    return {term for term, found in ordered.items() if found != sorted(found)}
