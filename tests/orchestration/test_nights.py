"""Which night runs: a day goes on where it stopped, and never behind what readers have seen."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from ingestion.lake import commit_batch
from ingestion.nights import (
    NightRefusedError,
    NightRunningError,
    completed_nights,
    finish_night,
    lock_nights,
    open_night,
)

MONDAY, TUESDAY = date(2026, 10, 5), date(2026, 10, 6)


def test_night_that_did_not_finish_is_taken_over(tmp_path: Path) -> None:
    first = open_night(tmp_path, MONDAY)
    assert open_night(tmp_path, MONDAY) == first
    assert first.id == "2026-10-05#1"


def test_night_after_a_finished_one_of_the_same_day_is_the_next(tmp_path: Path) -> None:
    finish_night(tmp_path, open_night(tmp_path, MONDAY))
    assert open_night(tmp_path, MONDAY).id == "2026-10-05#2"


def test_tenth_night_of_a_day_comes_after_the_ninth(tmp_path: Path) -> None:
    for _ in range(10):
        finish_night(tmp_path, open_night(tmp_path, MONDAY))
    assert completed_nights(tmp_path)[-1].id == "2026-10-05#10"


def test_day_before_a_completed_one_is_refused_with_advice(tmp_path: Path) -> None:
    finish_night(tmp_path, open_night(tmp_path, TUESDAY))
    with pytest.raises(NightRefusedError, match="Run --date 2026-10-06 or later"):
        open_night(tmp_path, MONDAY)


def test_day_before_an_unfinished_one_is_refused_once_rows_are_committed(tmp_path: Path) -> None:
    night = open_night(tmp_path, TUESDAY)
    assert open_night(tmp_path, MONDAY).business_day == MONDAY
    commit_batch(tmp_path / "raw", night.id, {}, {})
    with pytest.raises(NightRefusedError):
        open_night(tmp_path, MONDAY)


HOLDER = """
import sys
from pathlib import Path
from ingestion.nights import lock_nights
with lock_nights(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_lock_held_by_another_process_is_refused_and_names_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(NightRunningError, match=str(holder.pid)), lock_nights(tmp_path):
            pass
        holder.kill()
    with lock_nights(tmp_path):
        pass


def test_lock_is_reentrant_within_a_process(tmp_path: Path) -> None:
    with lock_nights(tmp_path) as outer, lock_nights(tmp_path) as inner:
        assert inner.token == outer.token


def test_lock_token_tells_a_stale_holder_apart(tmp_path: Path) -> None:
    with lock_nights(tmp_path) as stale:
        pass
    with lock_nights(tmp_path), pytest.raises(NightRunningError, match="taken over"):
        stale.check()


def test_knowledge_time_orders_nights_and_keeps_the_business_day(tmp_path: Path) -> None:
    first, second = open_night(tmp_path, MONDAY), open_night(tmp_path, TUESDAY)
    assert first.known_at < second.known_at
    assert str(first.known_at) == "2026-10-04 15:00:00.000001"
