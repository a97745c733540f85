"""`teikei close` on a real home: what blocks, what may be forced, and what is kept."""

import json

import polars as pl
import pytest

from ingestion.closes import read_closes
from ingestion.lake import Night, batch_path
from ingestion.ledger import append
from ingestion.nights import open_night
from orchestration.cli import main

FORCE = ("--force", "--reason", "支払日に間に合わせるため", "--second", "鈴木")


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")


def _close(*arguments: str) -> int:
    return main(["close", *arguments, "--by", "佐藤"])


def test_ambiguous_terms_block_and_say_how_to_clear_them(home, partners, capsys):
    assert _close("2026-05") == 1
    said = capsys.readouterr().out
    assert f"contract:{partners.open}-x: T-{partners.open}-X1, T-{partners.open}-X2" in said
    assert "締めていません" in said
    assert "CRM で報酬条件を一つに絞り" in said
    assert read_closes(home / "lake" / "closes").is_empty()


def test_period_that_is_not_over_blocks(home, capsys):
    assert _close("2026-07", "--lang", "en") == 1
    assert "2026-06-30 → 2026-07-31" in capsys.readouterr().out


def test_rules_that_could_not_judge_what_is_paid_block(home, partners, capsys):
    """The late yen of the closed partner stand in June; the other partner has none there."""
    assert _close("2026-06", "--partner", partners.closed, "--lang", "en") == 1
    said = capsys.readouterr().out
    assert f"cancel_and_rejoin: {partners.closed}-" in said
    assert partners.open not in said


def test_period_without_a_block_is_closed_with_its_checklist(home, partners, capsys):
    assert _close("2026-06", "--partner", partners.open, "--lang", "en") == 0
    assert "Closed as 2026-06-30#2-c1 by 佐藤" in capsys.readouterr().out
    (close,) = read_closes(home / "lake" / "closes").to_dicts()
    assert (close["period"], close["partner_id"]) == ("2026-06", partners.open)
    assert close["closed_by"] == "佐藤"
    assert not close["is_forced"]
    assert close["known_at"] == Night.parse("2026-06-30#2").known_at
    states = {item["name"]: item["state"] for item in json.loads(close["checklist"])}
    assert states.pop("differences") == "clear"
    assert set(states.values()) == {"clear"}


def test_forced_close_keeps_who_and_why_and_what_blocked(home, partners):
    assert _close("2026-05", "--partner", partners.closed, *FORCE) == 0
    (close,) = read_closes(home / "lake" / "closes").to_dicts()
    assert close["is_forced"]
    assert (close["partner_id"], close["second_by"]) == (partners.closed, "鈴木")
    assert close["reason"] == "支払日に間に合わせるため"
    states = {item["name"]: item["state"] for item in json.loads(close["checklist"])}
    assert states["ambiguous_terms"] == "blocks"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--force", "--second", "鈴木"),
        ("--force", "--reason", " ", "--second", "鈴木"),
        ("--force", "--reason", "急ぎ"),
        ("--force", "--reason", "急ぎ", "--second", "佐 藤"),
    ],
)
def test_force_without_reason_or_another_person_is_wrong_use(home, arguments):
    assert _close("2026-05", *arguments) == 2
    assert read_closes(home / "lake" / "closes").is_empty()


@pytest.mark.parametrize("period", ["2026-13", "2026-5", "May"])
def test_period_that_is_none_is_wrong_use(home, period):
    with pytest.raises(SystemExit) as stopped:
        _close(period)
    assert stopped.value.code == 2


def test_unknown_partner_is_wrong_use(home, capsys):
    assert _close("2026-06", "--partner", "P-NOBODY") == 2
    assert "P-NOBODY" in capsys.readouterr().out


def test_period_closes_once_and_not_by_force(home, partners, capsys):
    assert _close("2026-06", "--partner", partners.open) == 0
    assert _close("2026-06", "--partner", partners.open, *FORCE) == 1
    assert "「まだ締めていない締月」でない間は強制締めもできません" in capsys.readouterr().out
    # everybody else's month is still open
    assert _close("2026-06", *FORCE) == 0
    assert _close("2026-06", "--partner", partners.closed, *FORCE) == 1


def test_older_period_closes_only_after_a_night(home, partners, capsys):
    """Its balance was carried to the drafts of the later one, which is closed."""
    assert _close("2026-07", "--partner", partners.open, *FORCE) == 0
    assert _close("2026-06", "--partner", partners.open, *FORCE) == 1
    assert "前回の締めの後に夜間処理済み" in capsys.readouterr().out


def test_open_periods_close_in_one_go_the_oldest_first(home, partners):
    before = read_closes(home / "lake" / "closes").height
    assert _close("2026-06", "--through", *FORCE) == 0
    periods = read_closes(home / "lake" / "closes")["period"][before:].to_list()
    assert periods == ["2026-05", "2026-06"]


def test_through_goes_on_after_a_month_that_was_closed_by_itself(home):
    assert _close("2026-05", *FORCE) == 0
    assert _close("2026-06", "--through", *FORCE) == 0
    assert read_closes(home / "lake" / "closes")["period"].to_list()[-2:] == ["2026-05", "2026-06"]


def test_through_a_period_that_cannot_be_closed_says_why(home, capsys):
    assert _close("2026-06", "--through", "--partner", "P-NOBODY") == 2
    assert "P-NOBODY" in capsys.readouterr().out
    assert _close("2026-06", *FORCE) == 0
    assert _close("2026-05", *FORCE) == 1  # a later one is closed: a night first
    (home / "warehouse" / "teikei.duckdb").unlink()
    assert _close("2026-06", "--through", *FORCE) == 1


def test_night_that_posted_into_the_period_must_be_finished_first(home, partners):
    """Its postings stay: after the close the period would have grown."""
    night = open_night(home / "lake", Night.parse("2026-07-01#1").business_day)
    assert _close("2026-06", "--partner", partners.closed) == 1
    last = pl.read_parquet(
        batch_path(home / "lake" / "ledger", "2026-06-30#1") / "postings.parquet"
    )
    append(home / "lake" / "ledger", night.id, last.drop("previous_hash"))
    assert _close("2026-06", "--partner", partners.closed, *FORCE) == 1
    # it did not post into July, which may be closed by force
    assert _close("2026-07", "--partner", partners.closed, *FORCE) == 0


def test_altered_ledger_cannot_be_closed(home, capsys):
    path = batch_path(home / "lake" / "ledger", "2026-05-31#1") / "postings.parquet"
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    assert _close("2026-06", *FORCE) == 1
    assert main(["ledger", "verify"]) == 1
    assert "postings.parquet, byte 100: its bytes were altered" in capsys.readouterr().out


def test_list_shows_every_close(home, capsys):
    assert main(["close", "--list"]) == 0
    assert "まだ締めた月はありません" in capsys.readouterr().out
    _close("2026-06", *FORCE)
    main(["close", "--list"])
    assert "2026-06-30#2-c1" in capsys.readouterr().out


def test_verify_counts_what_it_has_seen(home, capsys):
    assert main(["ledger", "verify"]) == 0
    assert "計上 3 回分の" in capsys.readouterr().out
