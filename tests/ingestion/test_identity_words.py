"""Words of reviewers that no customer can follow go back to them; the others stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from ingestion.identity.words import read_words
from ingestion.intake import Intake

House = Any  # the fixture class of conftest.py
Words = Callable[..., Intake]
HEADER = "decision_id,first_record,second_record,verdict,decided_by,decided_at\n"


@pytest.fixture
def say(house: House) -> Words:
    """`say(2, "A,B,same")` commits words on leads of the CRM; `A,B,same,10:00` has a time."""

    def run(day: int, *words: str) -> Intake:
        rows = ""
        for number, word in enumerate(words):
            first, second, verdict, time = [*word.split(","), "09:00"][:4]
            pair = ",".join(
                name if ":" in name else f"leads:crm:{name}" for name in (first, second)
            )
            rows += f"D{day}{number},{pair},{verdict},佐藤,2026-11-0{day} {time}\n"
        house.put(f"review/identity_decisions__{day}.csv", HEADER + rows)
        intake: Intake = house.run(day)
        return intake

    house.put("crm/sf/leads.csv", "lead_id,registered_at,channel\n" + LEADS)
    return run


LEADS = "".join(f"{lead},2026-10-01,sales\n" for lead in "ABCDEF")


def sent_back(intake: Intake) -> dict[str, int]:
    """Rows a reason."""
    found = intake.rejected.filter(pl.col("entity") == "identity_decisions")
    return dict(found.group_by("reason_code").len().iter_rows())


def standing(house: House) -> dict[str, bool]:
    """What is said of each pair: `AB` → the same."""
    words = read_words(house.home / "lake" / "raw", None)
    return {
        f"{first[-1]}{second[-1]}": is_same
        for first, second, is_same in words.select("record_id", "other_id", "is_same").iter_rows()
    }


def test_word_on_an_unknown_record_goes_back(house: House, say: Words) -> None:
    intake = say(1, "A,Z,same", "leads:CRM:A,B,not_same", "A,B,same")
    assert sent_back(intake) == {"unknown_record": 2}
    assert standing(house) == {"AB": True}


def test_records_of_every_kind_and_of_this_night_are_known(house: House, say: Words) -> None:
    house.put("partners/P1/leads.csv", "管理番号,企業名,電話番号\nL9,青空,03-1234-5678\n")
    known = ("leads:P1:L9,A,same", "contracts:crm:C1,A,same", "partners:crm:P1,A,not_same")
    assert sent_back(say(1, *known)) == {}


def test_word_that_needs_two_customers_has_them(house: House, say: Words) -> None:
    intake = say(1, "A,A,same", "partners:crm:P1,partners:crm:P2,same", "A,B,same")
    assert sent_back(intake) == {"same_record": 1, "no_customer_record": 1}
    assert standing(house) == {"AB": True}


def test_two_words_of_one_time_on_a_pair_go_back(house: House, say: Words) -> None:
    intake = say(1, "A,B,same", "B,A,not_same", "C,D,same")
    assert sent_back(intake) == {"two_words": 2}
    assert standing(house) == {"CD": True}


def test_later_word_of_one_file_stands(house: House, say: Words) -> None:
    assert sent_back(say(1, "A,B,same,10:00", "A,B,not_same,11:00")) == {}
    assert standing(house) == {"AB": False}


def test_words_that_contradict_in_a_circle_go_back(house: House, say: Words) -> None:
    intake = say(1, "A,B,same", "B,C,same", "A,C,not_same", "C,D,same", "E,F,not_same")
    assert sent_back(intake) == {"contradicting_words": 3}
    assert standing(house) == {"CD": True, "EF": False}


def test_word_against_older_ones_goes_back_alone(house: House, say: Words) -> None:
    say(1, "A,B,same", "B,C,same", "D,E,not_same")
    assert sent_back(say(2, "A,C,not_same", "E,F,same", "D,F,same")) == {"contradicting_words": 3}
    assert standing(house) == {"AB": True, "BC": True, "DE": False}


def test_older_word_that_is_taken_back_contradicts_nothing(house: House, say: Words) -> None:
    say(1, "A,B,same", "B,C,same")
    assert sent_back(say(2, "B,C,open", "A,C,not_same")) == {}
    assert standing(house) == {"AB": True, "AC": False}


def test_word_that_is_sent_again_is_not_judged_again(house: House, say: Words) -> None:
    say(1, "A,B,same", "B,C,same")
    again = (house.home / "inbox/review/identity_decisions__1.csv").read_text()
    more = "D9,leads:crm:A,leads:crm:C,not_same,佐藤,2026-11-02\n"
    house.put("review/identity_decisions__2.csv", again + more)
    assert sent_back(house.run(2)) == {"contradicting_words": 1}


def test_customers_of_one_partner_may_be_two(house: House, say: Words) -> None:
    words = ("A,partners:crm:P1,same", "B,partners:crm:P1,same", "A,B,not_same")
    assert sent_back(say(1, *words)) == {}
