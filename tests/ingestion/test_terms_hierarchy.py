"""A row that closes a circle of upper partners is refused, the others of the circle stay."""

from __future__ import annotations

from typing import Any

import polars as pl

House = Any  # the fixture class of conftest.py
Told = list[tuple[str, int, str, str]]


def partners(*rows: tuple[str, str, str]) -> str:
    """(id, parent, updated_at) a line."""
    header = "partner_id,parent_partner_id,updated_at,partner_name,partner_kind"
    return "\n".join([header, *(",".join([*row, "店", "reseller"]) for row in rows)]) + "\n"


def refused(problems: pl.DataFrame) -> Told:
    names = ("_file_name", "_row_number", "value", "reason_code")
    assert set(problems["column_name"]) <= {"parent_partner_id"}
    return sorted(problems.select(names).rows())


def test_last_row_of_a_circle_is_refused(house: House) -> None:
    chain = [("A", "B", ""), ("B", "C", ""), ("D", "A", ""), ("C", "A", ""), ("E", "D", "")]
    house.put("crm/sf/partners.csv", partners(*chain))
    intake = house.read()
    assert refused(intake.rejected) == [("partners.csv", 5, "A", "partner_circle")]
    assert intake.tables["partners"]["partner_id"].to_list() == ["A", "B", "D", "E"]


def test_partner_above_itself_is_refused(house: House) -> None:
    house.put("crm/sf/partners.csv", partners(("A", "A", ""), ("B", "", "")))
    assert refused(house.read().rejected) == [("partners.csv", 2, "A", "partner_circle")]


def test_several_circles_lose_one_row_each(house: House) -> None:
    rows = [("A", "B", ""), ("B", "A", ""), ("C", "D", ""), ("D", "E", ""), ("E", "C", "")]
    house.put("crm/sf/partners.csv", partners(*rows))
    assert [row[1:3] for row in refused(house.read().rejected)] == [(3, "A"), (6, "C")]


def test_circle_over_two_nights_is_closed_by_the_second(house: House) -> None:
    assert house.run(day=1).rejected.is_empty()  # P2 stands under P1
    house.put("crm/sf/partners__b.csv", partners(("P1", "P2", "")))
    intake = house.run(day=2)
    assert refused(intake.rejected) == [("partners__b.csv", 2, "P2", "partner_circle")]
    # P2 leaves first: now P1 may stand under it
    house.put("crm/sf/partners__c.csv", partners(("P2", "", ""), ("P1", "P2", "")))
    assert house.run(day=3).rejected.is_empty()


def test_row_that_is_older_than_the_version_in_force_closes_nothing(house: House) -> None:
    rows = [("P1", "", "2026-10-05 10:00"), ("P1", "P2", "2026-10-04 10:00")]
    house.put("crm/sf/partners__b.csv", partners(*rows))
    assert house.read().rejected.is_empty()


def test_refused_row_leaves_the_version_before_it_in_force(house: House) -> None:
    """P1 goes under P3, then under P2, which is under P1: the first of the two stays."""
    rows = [("P1", "P3", "2026-11-01 10:00"), ("P1", "P2", "2026-11-01 11:00")]
    house.put("crm/sf/partners__b.csv", partners(*rows))
    intake = house.read()
    assert refused(intake.rejected) == [("partners__b.csv", 3, "P2", "partner_circle")]
    kept = intake.tables["partners"].filter(pl.col("partner_id") == "P1")
    assert kept["parent_partner_id"].to_list() == [None, "P3"]
