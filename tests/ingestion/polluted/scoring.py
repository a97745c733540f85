"""What a reading of a spoilt file is worth: right, some rows rejected, refused, or wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from ingestion.delimited.reading import decode, read_text
from ingestion.files import read_table
from ingestion.headers import known_headers
from ingestion.reasons import FileRefused
from ingestion.tables import Table
from tests.ingestion.polluted.pollutions import Case

GRADES = ("right", "some", "refused", "wrong")


def read(case: Case) -> Table:
    """As `read_table` reads it, without the file."""
    try:
        return read_text(*decode(case.content), known_headers())
    except FileRefused as refused:
        return Table(refusal=refused.reason)


def grade(case: Case, table: Table) -> str:
    if table.refusal is not None:
        return "right" if case.header is None else "refused"
    if table.header != case.header:
        return "wrong"
    wanted = iter(case.rows)
    given = table.rows.rows()
    # each row given is the next of those that are still wanted
    if not all(any(row == one for one in wanted) for row in given):
        return "wrong"
    if len(given) == len(case.rows):
        return "right"
    return "some" if table.problems.height else "wrong"


def score(cases: Iterable[Case]) -> tuple[dict[str, Counter[str]], list[Case]]:
    """Grades by kind, and the cases that were read wrongly."""
    grades: dict[str, Counter[str]] = {}
    wrong = []
    for case in cases:
        given = grade(case, read(case))
        grades.setdefault(case.kind, Counter())[given] += 1
        if given == "wrong":
            wrong.append(case)
    return grades, wrong


def show(grades: dict[str, Counter[str]]) -> str:
    """A table for people."""
    lines = [f"{'kind':<22}" + "".join(f"{name:>9}" for name in GRADES)]
    for kind, counts in grades.items():
        lines.append(f"{kind:<22}" + "".join(f"{counts[name]:>9}" for name in GRADES))
    total: Counter[str] = sum(grades.values(), Counter())
    lines.append(f"{'all':<22}" + "".join(f"{total[name]:>9}" for name in GRADES))
    return "\n".join(lines)


def through_file(case: Case, folder: Path) -> str:
    path = folder / "table.csv"
    path.write_bytes(case.content)
    return grade(case, read_table(path))
