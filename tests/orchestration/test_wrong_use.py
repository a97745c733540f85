"""Commands about rules and identity with what does not exist: a sentence, exit code 2, no file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingestion.nights import finish_night, open_night
from orchestration.assets.raw import prepare_lake
from orchestration.cli import main
from orchestration.settings import Settings

BACKTEST = ("rules", "backtest", "ghost_contract", "--set", "unused_days.max_value=45")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEIKEI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rules", "thresholds", "nope"), "`teikei rules thresholds` lists them"),
        (("rules", "set", "nope", "a.b=1", "--reason", "x"), "`teikei rules thresholds` lists"),
        (("rules", "accept", "nope", "--reason", "x"), "`teikei rules thresholds` lists them"),
        (("rules", "accept", "ring", "--reason", "x"), "Run `teikei nightly` first"),
        (BACKTEST, "Run `teikei nightly` first"),
        (("identity", "explain", "leads:crm:L-1", "[x]"), "Records are written as leads:crm:L-1"),
        (("identity", "explain", "leads:crm:L-1", "leads:crm:L-1"), "is one record; name two"),
    ],
)
def test_home_without_a_night_is_told(home: Path, arguments, said: str, capsys) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*BACKTEST, "--last", "0"), "--last needs at least one night"),
        ((*BACKTEST, "--as-of", "2020-01-01"), "there are 2026-10-01#1 to 2026-10-01#1"),
        ((*BACKTEST, "--as-of", "2026-02-31"), "is neither a night like 2026-10-31#1 nor a date"),
        ((*BACKTEST, "--csv", "/"), "/ cannot be written"),
        ((*BACKTEST, "--flags", "/dev/null/x.csv"), "/dev/null/x.csv cannot be written"),
    ],
)
def test_night_or_file_that_cannot_be_is_told(home: Path, arguments, said: str, capsys) -> None:
    place = Settings(home)
    prepare_lake(place)
    finish_night(place.lake, open_night(place.lake, date(2026, 10, 1)), {})
    assert main(arguments) == 2
    assert said in capsys.readouterr().out
