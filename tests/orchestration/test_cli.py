"""What the command answers when it is used wrongly, before any night is run."""

from pathlib import Path

import pytest

from orchestration.cli import main


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEIKEI_HOME", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.mark.parametrize("day", ["20261105", "2026-02-30", "yesterday", ""])
def test_date_that_is_not_a_date_is_wrong_use(
    home: Path, day: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["nightly", "--date", day])
    assert stopped.value.code == 2
    assert "is not a date like 2026-10-31" in capsys.readouterr().err


def test_home_that_would_break_sql_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TEIKEI_HOME", str(tmp_path / "it's"))
    assert main(["status"]) == 2
    assert "without quotes" in capsys.readouterr().out


def test_status_before_any_night_says_how_to_begin(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status"]) == 0
    assert "teikei demo" in capsys.readouterr().out


def test_templates_lie_where_they_are_wanted(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["templates", "--out", str(tmp_path / "forms")]) == 0
    names = {path.name for path in (tmp_path / "forms").iterdir()}
    assert {"leads.xlsx", "joint_plans.xlsx", "inquiries.xlsx"} <= names
    assert "leads.xlsx" in capsys.readouterr().out
