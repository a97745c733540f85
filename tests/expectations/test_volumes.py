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


def test_another_version_begins_a_history_of_its_own() -> None:
    assert out_of_line(nights((0, 1_000), version="2"), STEADY).is_empty()


def test_alarmed_nights_are_no_history() -> None:
    lost = nights(*[(900, 100)] * 9, alarm=TOO_MUCH)
    assert out_of_line(nights((900, 100)), pl.concat([STEADY, lost]))["alarm"].item() == TOO_MUCH


def test_rare_hits_jump_by_chance() -> None:
    rare = nights(*[(0, 500), (1, 499), (0, 500), (0, 500), (1, 499), (0, 500), (0, 500)])
    assert out_of_line(nights((2, 498)), rare).is_empty()
    assert out_of_line(nights((30, 470)), rare)["alarm"].item() == TOO_MUCH
