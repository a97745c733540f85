"""What a reviewer has decided stands: the same number with other content goes back."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from ingestion.entities import ENTITIES
from ingestion.intake import Intake
from ingestion.versions import scan_rows

House = Any  # the fixture class of conftest.py
HEADERS = {
    "decisions": "decision_id,flag_id,verdict,money_action,decided_by,decided_at",
    "identity_decisions": "decision_id,first_record,second_record,verdict,decided_by,decided_at",
}
HELD = "D1,self_dealing:C1,confirmed,withhold,佐藤,2026-11-01 09:00"
FREED = "D1,self_dealing:C1,false_positive,release,佐藤,2026-11-01 09:00"
ELSEWHERE = "D1,self_dealing:C2,confirmed,withhold,佐藤,2026-11-01 09:00"
ONE = "D1,leads:crm:A,leads:crm:B,same,佐藤,2026-11-01 09:00"
TWO = "D1,leads:crm:A,leads:crm:B,not_same,佐藤,2026-11-01 09:00"
CASES = pytest.mark.parametrize(
    ("entity", "said", "other"),
    [
        ("decisions", HELD, FREED),
        ("decisions", HELD, ELSEWHERE),
        ("identity_decisions", ONE, TWO),
        ("identity_decisions", ONE, f"{ONE[:-5]}10:00"),
    ],
)


@pytest.fixture(autouse=True)
def leads(house: House) -> None:
    rows = "".join(f"{lead},2026-10-01,sales\n" for lead in "AB")
    house.put("crm/sf/leads.csv", "lead_id,registered_at,channel\n" + rows)


def write(house: House, entity: str, name: str, *rows: str) -> None:
    house.put(f"review/{entity}{name}.csv", "\n".join([HEADERS[entity], *rows, ""]))


def counted(intake: Intake, entity: str) -> tuple[int, int, int]:
    """Rows of the reviewers' files: accepted, rejected, duplicate."""
    files = intake.files.filter(pl.col("entity") == entity)
    names = ("accepted_count", "rejected_count", "duplicate_count")
    return tuple(int(files[name].sum()) for name in names)  # type: ignore[return-value]


def stored(house: House, entity: str) -> int:
    return scan_rows(house.home / "lake" / "raw", ENTITIES[entity]).collect().height


@CASES
def test_other_content_under_a_known_number_goes_back(
    house: House, entity: str, said: str, other: str
) -> None:
    write(house, entity, "", said)
    house.run(1)
    write(house, entity, "__hand", other, said)
    intake = house.run(2)
    assert intake.rejected["reason_code"].to_list() == ["decision_rewritten"]
    assert "新しい decision_id" in intake.rejected["reason_ja"].item()
    assert counted(intake, entity) == (0, 1, 1)
    assert stored(house, entity) == 1


@CASES
def test_two_contents_of_one_number_both_go_back(
    house: House, entity: str, said: str, other: str
) -> None:
    write(house, entity, "", said, other)
    assert counted(house.run(1), entity) == (0, 2, 0)
    assert stored(house, entity) == 0


@CASES
def test_two_files_of_one_night_that_differ_both_go_back(
    house: House, entity: str, said: str, other: str
) -> None:
    write(house, entity, "", said)
    write(house, entity, "__hand", other)
    assert counted(house.run(1), entity) == (0, 2, 0)


@CASES
def test_same_content_is_a_duplicate(house: House, entity: str, said: str, other: str) -> None:
    write(house, entity, "", said, said)
    assert counted(house.run(1), entity) == (1, 0, 1)
    write(house, entity, "__again", said, other.replace("D1", "D2", 1).replace("11-01", "11-02"))
    assert counted(house.run(2), entity) == (1, 0, 1)


@CASES
def test_deletion_of_what_was_decided_goes_back(
    house: House, entity: str, said: str, other: str
) -> None:
    write(house, entity, "", said)
    house.run(1)
    house.put(f"review/{entity}__gone.csv", f"{HEADERS[entity]},is_deleted\n{said},true\n")
    assert counted(house.run(2), entity) == (0, 1, 0)
