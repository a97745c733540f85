"""`teikei rules set` and `thresholds`: in force from the next night on, and known as of a night."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from expectations.flags import FLAG_TABLES
from expectations.rules import Rule, load_rules
from ingestion.lake import Night, commit_batch
from ingestion.nights import finish_night, mark_as_of, open_night
from ingestion.thresholds import read_thresholds
from orchestration.asof import link_lake
from orchestration.assets.raw import prepare_lake
from orchestration.cli import main
from orchestration.settings import Settings
from orchestration.thresholds import effective_rules

RULE, TARGET = "consent_missing", "evidence_missing_business_days.max_value"
FIRST = date(2026, 10, 1)
NO_FLAGS = {name: pl.DataFrame(schema=schema) for name, schema in FLAG_TABLES.items()}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("TEIKEI_HOME", str(tmp_path / "home"))
    place = Settings(tmp_path / "home")
    prepare_lake(place)
    return place


def _judge(place: Settings, day: int) -> Night:
    night = open_night(place.lake, FIRST + timedelta(days=day))
    commit_batch(place.flags, night.id, NO_FLAGS, {})
    finish_night(place.lake, night)
    return night


def _set(value: str) -> int:
    return main(["rules", "set", RULE, f"{TARGET}={value}", "--by", "佐藤", "--reason", "試験"])


def _judging(place: Settings, night: Night | None = None) -> Rule:
    rules = effective_rules(load_rules(place.rules / "conduct"), place, night)
    return next(rule for rule in rules if rule.id == RULE)


def _limit(place: Settings, night: Night | None = None) -> int:
    limit: int = _judging(place, night).bounds[0].kwargs["max_value"]
    return limit


def test_every_night_judges_by_what_was_set_before_it(place: Settings) -> None:
    first = _judge(place, 0)
    assert _set("5") == 0
    second = _judge(place, 1)
    assert (_set("7"), _set("9")) == (0, 0)
    third = _judge(place, 2)
    assert [_limit(place, night) for night in (first, second, third, None)] == [3, 5, 9, 9]


def test_what_is_set_before_the_first_night_is_in_force_in_it(place: Settings) -> None:
    assert _set("5") == 0
    assert _limit(place, _judge(place, 0)) == 5


def test_change_during_a_night_that_has_judged_waits_for_the_next(place: Settings) -> None:
    """It was interrupted after its flags were committed, and keeps them when it is taken over."""
    night = open_night(place.lake, FIRST)
    commit_batch(place.flags, night.id, NO_FLAGS, {})
    assert _set("5") == 0
    assert (_limit(place, night), _limit(place)) == (3, 5)


def test_rebuild_as_of_a_night_holds_what_that_night_judged_by(
    place: Settings, tmp_path: Path
) -> None:
    _judge(place, 0)
    assert _set("5") == 0
    second = _judge(place, 1)
    assert _set("7") == 0
    target = Settings(tmp_path / "old")
    link_lake(place, target, second)
    assert _limit(target) == 5


def test_change_is_kept_with_who_why_and_both_versions(place: Settings) -> None:
    written = _judging(place)
    night = _judge(place, 0)
    assert _set("5") == 0
    (row,) = read_thresholds(place.thresholds).to_dicts()
    assert row | {"recorded_at": None} == {
        "change_id": f"{night.id}-t1",
        "rule_id": RULE,
        "column_name": "evidence_missing_business_days",
        "argument": "max_value",
        "old_value": "3",
        "new_value": "5",
        "rule_version_before": written.version,
        "rule_version_after": _judging(place).version,
        "set_by": "佐藤",
        "reason": "試験",
        "known_at": night.known_at,
        "place": 1,
        "recorded_at": None,
    }


def test_default_goes_back_to_the_file_and_its_version(place: Settings, capsys) -> None:
    written = _judging(place)
    assert (_set("5"), _set("default")) == (0, 0)
    assert _judging(place) == written
    assert main(["rules", "thresholds", RULE]) == 0
    said = capsys.readouterr().out
    assert "3 → 5" in said
    assert "5 → default" in said


def test_example_that_the_threshold_contradicts_is_told(place: Settings, capsys) -> None:
    assert _set("2") == 0
    said = capsys.readouterr().out
    assert "{'evidence_missing_business_days': 3} is an example of clear" in said
    assert "is hit now" in said


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["no_such_rule", f"{TARGET}=5", "--reason", "x"], "There is no rule no_such_rule."),
        ([RULE, "days.max_value=5", "--reason", "x"], f"it has {TARGET} = 3."),
        ([RULE, f"{TARGET}=many", "--reason", "x"], "must be a number"),
        ([RULE, f"{TARGET}=5", "--reason", " "], "must say something"),
        ([RULE, f"{TARGET}=5", "--by", "", "--reason", "x"], "must say something"),
        ([RULE, f"{TARGET}=5", "days.max_value=5", "--reason", "x"], "no threshold days.max_value"),
    ],
)
def test_refused_setting_writes_nothing(place: Settings, arguments, why, capsys) -> None:
    assert main(["rules", "set", *arguments]) == 2
    assert why in capsys.readouterr().out
    assert not place.thresholds.exists()


def test_rebuilt_home_takes_no_threshold(place: Settings, capsys) -> None:
    mark_as_of(place.lake, Night(FIRST, 1))
    assert _set("5") == 2
    assert "in the home that is in use" in capsys.readouterr().out


def test_list_of_a_rule_shows_what_can_be_set_and_what_the_file_says(
    place: Settings, capsys
) -> None:
    assert main(["rules", "thresholds", RULE]) == 0
    said = capsys.readouterr().out
    assert "Nothing has been changed" in said
    assert main(["rules", "thresholds", "self_dealing"]) == 0
    assert "has no threshold" in capsys.readouterr().out
    assert main(["rules", "thresholds", "no_such_rule"]) == 2
