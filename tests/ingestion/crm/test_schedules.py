"""Faults by seeded schedules: what was read is the CRM's truth, or the pull fails loudly."""

from __future__ import annotations

import os
import random
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest

from ingestion.crm.errors import CrmError
from tests.ingestion.crm.bench import FAKES, Waits, keep, pull, state, system_of
from tests.ingestion.crm.fakes import FAULTS, FakeCrm, serving

Server = tuple[str, Callable[[FakeCrm], None]]
SEEDS_A_KIND, SEEDS_A_BATCH = 171, 19
REACH = 30  # requests that a schedule may spoil
MOST_PROCESSES = 4


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[Future[int]]]]:
    """Schedules have nothing to do with each other: those of all kinds are lived through at once,
    as many at a time as there are processors."""
    count = min(os.cpu_count() or 1, MOST_PROCESSES)
    strictly = partial(warnings.simplefilter, "error")
    firsts = range(0, SEEDS_A_KIND, SEEDS_A_BATCH)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLARS_MAX_THREADS", "1")
        with ProcessPoolExecutor(count, get_context("spawn"), strictly) as pool:
            yield {
                kind: [
                    pool.submit(live_through_batch, kind, tmp_path_factory.mktemp(kind), first)
                    for first in firsts
                ]
                for kind in FAKES
            }


@pytest.mark.parametrize("kind", FAKES)
def test_whatever_goes_wrong_the_lake_holds_the_truth_or_the_pull_fails(
    lived: dict[str, list[Future[int]]], kind: str
) -> None:
    assert sum(batch.result() for batch in lived[kind]) == SEEDS_A_KIND


def live_through_batch(kind: str, folder: Path, first: int) -> int:
    """How many schedules were lived through; a failure names the one that was not."""
    seeds = range(first, first + SEEDS_A_BATCH)
    with serving() as server:
        for seed in seeds:
            try:
                live_through(kind, seed, server, folder / str(seed) / "raw")
            except Exception as error:
                error.add_note(f"schedule {seed} of {kind}")
                raise
    return len(seeds)


def live_through(kind: str, seed: int, server: Server, raw: Path) -> None:
    """Three nights: the second with faults, or the first; then one without that mends all."""
    chance = random.Random(f"{kind}{seed}")
    crm = FAKES[kind]()
    url, serve = server
    serve(crm)
    paging = "cursor" if kind == "kintone" and seed % 2 else "seek"
    system = system_of(kind, url, paging=paging, allow_mass_deletion=True)
    for place in range(chance.randint(0, 24)):
        crm.add(f"v{place}")
    pass_time(crm)
    nights = 0
    if chance.random() < 0.4:
        nights = 1
        keep(pull(system, crm, raw, nights), crm, raw, nights)
        assert state(raw) == crm.truth
        pass_time(crm)
        for _ in range(chance.randint(0, 8)):
            change(crm, chance)
        pass_time(crm, chance.choice([600, 86_400, 86_400 * 20]))
    spoil(crm, chance)
    began = crm.now
    try:
        pulled = pull(system, crm, raw, nights + 1, Waits(crm).policy(seed))
    except CrmError as error:
        assert "s3cret" not in str(error)
    else:
        nights += 1
        keep(pulled, crm, raw, nights)
        assert_consistent(crm, state(raw), began)
    crm.faults.clear()
    crm.changes.clear()
    pass_time(crm)
    keep(pull(system, crm, raw, nights + 1), crm, raw, nights + 1)
    assert state(raw) == crm.truth


def spoil(crm: FakeCrm, chance: random.Random) -> None:
    """Faults, and changes of records, at random requests from the next one on."""
    crm.requests = 0
    share = chance.choice([0.05, 0.15, 0.3, 0.6])
    kinds = [fault for fault in FAULTS if fault != "slow" or chance.random() < 0.08]
    for request in range(1, REACH):
        if chance.random() < share:
            crm.faults[request] = chance.choice(kinds)
        if chance.random() < 0.15:
            crm.changes[request] = lambda: change(crm, chance)
    keep_one_drop(crm)


def keep_one_drop(crm: FakeCrm) -> None:
    """A page that loses a record without a word is noticed once, not twice running."""
    drops = [request for request, fault in crm.faults.items() if fault == "drop"]
    for request in drops[1:]:
        crm.faults[request] = "shrink"


def change(crm: FakeCrm, chance: random.Random) -> None:
    alive, dead = crm.alive(), crm.dead()
    what = chance.choice(["add", "modify", "modify", "delete", "restore"])
    if what == "add" or not alive:
        crm.add(f"new{chance.random()}")
    elif what == "modify":
        crm.set(chance.choice(alive).number, f"mod{chance.random()}")
    elif what == "delete":
        crm.set(chance.choice(alive).number, None)
    elif dead:
        crm.set(chance.choice(dead).number, f"back{chance.random()}")


def pass_time(crm: FakeCrm, seconds: int = 3_600) -> None:
    crm.now += timedelta(seconds=seconds)


def assert_consistent(crm: FakeCrm, found: dict[str, str], began: datetime) -> None:
    """A record that did not change while the pull ran stands there as it is, or is gone; one that
    did is in some state it had, and the next pull reads it again."""
    for record in crm.records.values():
        held = found.get(str(record.number))
        if record.changed < began:
            assert held == record.value, (record, held)
        else:
            assert held in {None, *(value for _, value in record.history)}, (record, held)
    assert found.keys() <= {str(number) for number in crm.records}
