"""Spoilt files by the thousand: every row is right, or rejected, or the file refused.

All of them: `python -m tests.ingestion.test_delimited_polluted [share]` prints the table.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ingestion.polluted.pollutions import Case, single_rows, whole_files
from tests.ingestion.polluted.scoring import score, show, through_file
from tests.ingestion.polluted.sources import SOURCES, Source

# A separator that moved within text columns leaves a row that looks right: decisions/0033.
HIDDEN = "moved separator"
# How many of them may stay hidden where most columns have a form.
MOST_HIDDEN = 0.4


def cases(source: Source, share: float, seed: int = 0) -> Iterator[Case]:
    """Every spoilt file as a whole, and a share of those with one spoilt row, by kind."""
    yield from whole_files(source)
    pick = random.Random(seed)
    for case in single_rows(source):
        if pick.random() < share:
            yield case


@pytest.mark.parametrize("make", SOURCES)
def test_no_pollution_is_read_silently_wrong(make: type[Source]) -> None:
    _, wrong = score(cases(make(count=16), 0.012))
    seen = [(case.kind, case.place) for case in wrong if case.kind != HIDDEN]
    assert seen == []


def test_moved_separators_are_mostly_seen_where_columns_have_forms() -> None:
    moved = [case for case in single_rows(SOURCES[0](count=30)) if case.kind == HIDDEN]
    grades, _ = score(random.Random(0).sample(moved, 40))
    assert grades[HIDDEN]["wrong"] <= MOST_HIDDEN * 40


@pytest.mark.parametrize("make", SOURCES)
def test_what_can_be_read_is_read(make: type[Source]) -> None:
    readable = {"clean", "encoding", "line end", "no closing line end", "mixed ends", "one row"}
    grades, _ = score(case for case in whole_files(make()) if case.kind in readable)
    assert sum(grades.values(), Counter()).keys() == {"right"}


def test_file_on_disk_is_read_alike(tmp_path: Path) -> None:
    files = [case for case in whole_files(SOURCES[1](count=10)) if case.kind == "delimiter"]
    grades = Counter(through_file(case, tmp_path) for case in files)
    assert grades["wrong"] == 0
    assert grades["right"] > 3


if __name__ == "__main__":
    for make in SOURCES:
        table, wrong = score(cases(make(), float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
        print(make.__name__, show(table), sep="\n")
        for one in wrong:
            print("wrong:", one.kind, one.place)
