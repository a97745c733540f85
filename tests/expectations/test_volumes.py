"""A rule is compared with its own nights: losing an input must not look like good conduct."""

from __future__ import annotations

import polars as pl
import pytest

from expectations.flags import OUTCOME_SCHEMA
from expectations.volumes import LEAST_NIGHTS, NOTHING, TOO_MUCH, out_of_line


def nights(*counts: tuple[int, int], version: str = "1", alarm: str | None = None) -> pl.DataFrame:
    """A row a night of one rule: (hits, clear subjects)."""
    rows = [
        {
            "rule_id": "self_dealing",
            "rule_version": version,
            "hit_count": hits,
            "clear_count": clear,
            "undetermined_count": 0,
            "alarm": alarm,
        }
        for hits, clear in counts
    ]
    return pl.DataFrame(rows, schema=OUTCOME_SCHEMA)


STEADY = nights(*[(20, 980), (22, 978), (19, 981), (21, 979), (20, 980), (18, 982), (23, 977)])


@pytest.mark.parametrize(
    ("tonight", "alarm"),
    [
        ((20, 980), None),
        ((26, 974), None),
        ((0, 1_000), NOTHING),
        ((60, 940), TOO_MUCH),
        ((1_000, 0), TOO_MUCH),
        ((0, 10), None),  # ten subjects would hardly have had a hit
        ((0, 0), None),  # nothing to judge: the blind-rule gate speaks
    ],
)
def test_rule_is_out_of_line_with_its_own_nights(tonight, alarm) -> None:
    found = out_of_line(nights(tonight), STEADY)
    assert found["alarm"].to_list() == ([alarm] if alarm else [])


def test_six_nights_are_no_history() -> None:
    assert STEADY.height == LEAST_NIGHTS
    assert out_of_line(nights((0, 1_000)), STEADY[1:]).is_empty()


def waived(version: str, *, is_accepted: bool) -> pl.DataFrame:
    columns = {"rule_id": "self_dealing", "rule_version": version, "is_accepted": is_accepted}
    return pl.DataFrame([columns])


@pytest.mark.parametrize(("tonight", "alarm"), [((0, 1_000), NOTHING), ((60, 940), TOO_MUCH)])
def test_new_version_is_compared_with_the_one_before_until_it_has_a_history(tonight, alarm) -> None:
    new = nights(tonight, version="2")
    assert out_of_line(new, STEADY)["alarm"].to_list() == [alarm]
    own = pl.concat([STEADY, nights(*[tonight] * 6, version="2")])
    assert out_of_line(new, own)["alarm"].to_list() == [alarm]
    assert out_of_line(new, pl.concat([own, new])).is_empty()


def test_bound_that_a_person_set_is_not_compared_with_the_one_before() -> None:
    by_person = waived("2", is_accepted=False)
    assert out_of_line(nights((0, 1_000), version="2"), STEADY, by_person).is_empty()
    assert out_of_line(nights((300, 700), version="2"), STEADY, by_person).is_empty()
    assert out_of_line(nights((340, 660), version="2"), STEADY, by_person).height == 1


def test_hits_of_more_than_a_third_need_no_history_to_be_too_much() -> None:
    found = out_of_line(nights((400, 600)), STEADY.clear())
    assert found.row(0) == ("self_dealing", TOO_MUCH, 400, None)
    assert out_of_line(nights((19, 0)), STEADY.clear()).is_empty()
    assert out_of_line(nights((330, 670)), STEADY.clear()).is_empty()


def test_accepted_hits_are_not_too_much_before_there_is_a_history() -> None:
    accepted = waived("1", is_accepted=True)
    assert out_of_line(nights((400, 600)), STEADY.clear(), accepted).is_empty()
    again = pl.concat([accepted, waived("1", is_accepted=False)])
    assert out_of_line(nights((400, 600)), STEADY.clear(), again).is_empty()


def test_everybody_is_too_much_for_a_rule_that_hit_many() -> None:
    many = nights(*[(200, 800), (205, 795), (195, 805), (210, 790), (190, 810)] * 2)
    assert out_of_line(nights((380, 620)), many)["alarm"].to_list() == [TOO_MUCH]
    most = nights(*[(400, 600), (410, 590), (390, 610), (405, 595)] * 2)
    assert out_of_line(nights((420, 580)), most).is_empty()


def test_alarmed_nights_are_no_history() -> None:
    lost = nights(*[(900, 100)] * 9, alarm=TOO_MUCH)
    assert out_of_line(nights((900, 100)), pl.concat([STEADY, lost]))["alarm"].item() == TOO_MUCH


def test_rare_hits_jump_by_chance() -> None:
    rare = nights(*[(0, 500), (1, 499), (0, 500), (0, 500), (1, 499), (0, 500), (0, 500)])
    assert out_of_line(nights((2, 498)), rare).is_empty()
    assert out_of_line(nights((30, 470)), rare)["alarm"].item() == TOO_MUCH
