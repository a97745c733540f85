"""A rule out of line: its new flags wait, the operator hears of it and may accept it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from expectations.flags import FLAG_SCHEMA, OUTCOME_SCHEMA
from expectations.rules import load_rules
from ingestion.lake import Night, commit_batch
from ingestion.nights import finish_night, open_night
from orchestration.assets.flags import guarded
from orchestration.assets.raw import prepare_lake
from orchestration.cli import main
from orchestration.settings import Settings
from orchestration.thresholds import effective_rules

RULE = "self_dealing"
VERSION = next(
    rule.version for rule in load_rules(Settings(Path()).rules / "conduct") if rule.id == RULE
)
FIRST = date(2026, 10, 1)


def _outcome(night: Night, hits: int, alarm: str | None = None) -> pl.DataFrame:
    row = {
        "rule_id": RULE,
        "rule_version": VERSION,
        "hit_count": hits,
        "clear_count": 1_000 - hits,
        "undetermined_count": 0,
        "alarm": alarm,
        "night_id": night.id,
        "known_at": night.known_at,
    }
    return pl.DataFrame([row], schema=OUTCOME_SCHEMA)


def _flags(*subjects: str) -> pl.DataFrame:
    rows = [{"flag_id": f"{RULE}:{name}", "rule_id": RULE} for name in subjects]
    return pl.DataFrame(rows, schema=FLAG_SCHEMA)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Eight completed nights; in the last one the rule hit half of all and was held back."""
    monkeypatch.setenv("TEIKEI_HOME", str(tmp_path))
    place = Settings(tmp_path)
    prepare_lake(place)
    for day in range(8):
        night = open_night(place.lake, FIRST + timedelta(days=day))
        tables = guarded(place, night, _flags("C-1"), _outcome(night, 500 if day == 7 else 20))
        commit_batch(place.flags, night.id, tables, {})
        finish_night(place.lake, night, {})
    return place


def _tonight(place: Settings) -> dict[str, pl.DataFrame]:
    night = open_night(place.lake, FIRST + timedelta(days=8))
    return guarded(place, night, _flags("C-1", "C-2"), _outcome(night, 500))


def test_flags_of_a_rule_out_of_line_wait(place: Settings) -> None:
    tables = _tonight(place)
    assert tables["flags"].is_empty()
    assert tables["rule_outcomes"]["alarm"].to_list() == ["hits_too_much"]


def test_accepted_volume_is_taken_from_the_next_night_on(place: Settings, capsys) -> None:
    assert main(["rules", "accept", RULE, "--by", "佐藤", "--reason", "group was added"]) == 0
    assert "2026-10-08#1-a1" in capsys.readouterr().out
    tables = _tonight(place)
    assert tables["flags"].height == 2
    assert tables["rule_outcomes"]["alarm"].to_list() == [None]


def test_bound_that_a_person_set_is_held_back_only_if_it_hits_most(place: Settings) -> None:
    target = "evidence_missing_business_days.max_value"
    setting = ["consent_missing", f"{target}=5", "--by", "佐藤", "--reason", "試験"]
    assert main(["rules", "set", *setting]) == 0
    night = open_night(place.lake, FIRST + timedelta(days=8))
    rules = effective_rules(load_rules(place.rules / "conduct"), place, night)
    version = next(rule.version for rule in rules if rule.id == "consent_missing")
    found = {}
    for hits in (300, 500):
        tonight = _outcome(night, hits).with_columns(
            rule_id=pl.lit("consent_missing"), rule_version=pl.lit(version)
        )
        found[hits] = guarded(place, night, _flags(), tonight)["rule_outcomes"]["alarm"].item()
    assert found == {300: None, 500: "hits_too_much"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no_such_rule", "--reason", "x"], "There is no rule no_such_rule"),
        (["consent_missing", "--reason", "x"], "nothing to accept"),
        ([RULE, "--reason", " "], "must say something"),
    ],
)
def test_nothing_else_is_accepted(place: Settings, arguments, said, capsys) -> None:
    assert main(["rules", "accept", *arguments]) == 2
    assert said in capsys.readouterr().out
