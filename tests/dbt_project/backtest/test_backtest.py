"""`teikei rules backtest`: exactly the flags that another bound finds, and the verdicts on them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

BACKTEST = ("rules", "backtest", "consent_missing")
BOTH = ("--as-of", "2026-06-30", "2026-05-29#1", "2026-05-30")
TARGET = "evidence_missing_business_days.max_value"


@pytest.fixture(scope="module")
def nights(archive) -> list[dict[str, str]]:
    """The form must be there after one business day instead of three."""
    _, rows = archive.told(*BACKTEST, *BOTH, "--set", f"{TARGET}=1", "--csv", "FILE")
    return rows


@pytest.fixture(scope="module")
def wider(archive) -> SimpleNamespace:
    """Six business days are allowed: flags by night and contract, the page, the lake before it."""
    before = archive.lake()
    said, rows = archive.told(*BACKTEST, *BOTH, "--set", f"{TARGET}=6", "--flags", "FILE")
    flags = {(row["night_id"], row["subject_id"]): row for row in rows}
    return SimpleNamespace(flags=flags, said=said, before=before)


def _of(row: dict[str, str], *names: str) -> list[str]:
    return [row[name] for name in names]


def test_tighter_bound_finds_exactly_one_flag_more(nights) -> None:
    may, june, total = nights
    names = ("night_id", "old_hits", "new_hits", "gained", "lost", "yen_gained", "yen_lost")
    assert _of(may, *names) == ["2026-05-29#1", "1", "2", "1", "0", "10000", "0"]
    assert _of(june, *names) == ["2026-06-30#1", "2", "2", "0", "0", "0", "0"]
    assert _of(total, *names[1:5]) == ["2", "3", "1", "0"]


def test_subject_without_an_input_is_undetermined_by_both(nights) -> None:
    assert _of(nights[0], "old_undetermined", "new_undetermined") == ["1", "1"]


def test_precision_is_of_judged_flags_with_its_interval(nights) -> None:
    total = nights[-1]
    assert _of(total, "old_right", "old_judged", "new_right", "new_judged") == ["1", "2", "1", "2"]
    assert [round(float(total[f"old_{name}"]), 3) for name in ("precision", "low", "high")] == [
        0.5,
        0.095,
        0.905,
    ]


def test_wider_bound_loses_flags_with_their_verdicts_and_yen(wider) -> None:
    told = {key: _of(row, "change", "verdict", "posted_yen") for key, row in wider.flags.items()}
    assert told == {
        ("2026-05-29#1", "C-5"): ["lost", "confirmed", "30000"],
        ("2026-06-30#1", "C-5"): ["kept", "confirmed", "30000"],
        ("2026-06-30#1", "C-6"): ["lost", "false_positive", "0"],
    }


def test_page_follows_the_nights_and_tells_what_is_lost(wider) -> None:
    assert "night 1 of 2: 2026-05-29#1" in wider.said
    assert f"{TARGET}: 3 → 6" in wider.said
    assert "1 confirmed" in wider.said
    assert "¥30,000" in wider.said


def test_home_is_only_read(archive, wider) -> None:
    assert archive.lake() == wider.before
    assert not list((archive.home / "as_of").iterdir())


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("--set", f"{TARGET}=3"), 2, "is 3 already"),
        (("--set", f"{TARGET}=soon"), 2, "must be a number"),
        (("--set", f"{TARGET}=1", "--last", "0"), 2, "at least one night"),
        (("--set", f"{TARGET}=1", "--as-of", "1999-01-01"), 2, "No completed night fits"),
    ],
)
def test_what_cannot_be_tried_is_refused_in_a_sentence(archive, arguments, code, why) -> None:
    found, said = archive.run(*BACKTEST, *arguments)
    assert (found, why in said) == (code, True), said
