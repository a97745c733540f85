"""Which pairs are compared, and which keys tie them at once."""

from __future__ import annotations

from itertools import combinations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.identity import blocking
from ingestion.identity.blocking import FEW, MOST, RARE, candidates
from ingestion.identity.keys import shared_keys

CELL = st.sampled_from([None, "", "a", "b", "c"])
ROWS = st.lists(st.tuples(CELL, CELL, CELL), max_size=12)
NAMES = ("corporate_number", "company", "phone")


def frame(**columns: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def met(keys: pl.DataFrame) -> set[tuple[int, int]]:
    return set(candidates(keys).iter_rows())


def test_rows_with_one_phone_meet_up_to_a_common_one() -> None:
    assert met(frame(phone=["1", "2", None, "1", "", ""])) == {(0, 3)}
    assert len(met(frame(phone=["1"] * MOST))) == MOST * (MOST - 1) // 2
    assert not met(frame(phone=["1"] * (MOST + 1)))


@pytest.mark.parametrize(("rows", "meet"), [(RARE, True), (RARE + 1, False)])
def test_namesakes_meet_while_they_are_few(rows: int, meet: bool) -> None:
    assert bool(met(frame(contact=["佐藤健"] * rows))) == meet


@pytest.mark.parametrize(("rows", "meet"), [(FEW, True), (FEW + 1, False)])
def test_namesakes_with_one_more_thing_in_common_may_be_more(rows: int, meet: bool) -> None:
    keys = frame(contact=["佐藤健"] * rows, email_local=["info.tokyo"] * rows)
    assert bool(met(keys)) == meet


def test_of_a_large_table_only_the_rarest_namesakes_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "ENOUGH", 5)
    assert met(frame(contact=["佐藤健"] * 2 + ["森隆"] * 3)) == {
        (0, 1),
        *combinations((2, 3, 4), 2),
    }
    assert met(frame(contact=["佐藤健"] * 2 + ["森隆"] * 4)) == {(0, 1)}


@given(ROWS)
def test_a_shared_key_ties_rows_with_the_first_that_has_it(
    rows: list[tuple[str | None, str | None, str | None]],
) -> None:
    keys = pl.DataFrame(rows, schema=dict.fromkeys(NAMES, pl.String), orient="row")
    found = shared_keys(keys).filter(pl.col("probability") == 0.98).select("left", "right")
    expected = set()
    for wanted in {row[1:] for row in rows if row[1] and row[2]}:
        places = [place for place, row in enumerate(rows) if row[1:] == wanted]
        numbers = {rows[place][0] for place in places} - {None, ""}
        expected |= {(places[0], place) for place in places[1:] if len(numbers) <= 1}
    assert set(found.iter_rows()) == expected
