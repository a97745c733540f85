"""When two names are one person's."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.values.spelling import KANJI_VARIANTS
from review.names import VARIANTS, folded, is_name


@pytest.mark.parametrize(
    "same", ["髙橋\u00ad", "高 橋", "高\u200b橋", "高橋\u202e", "高橋\U000e0100"]
)
def test_spellings_of_one_person(same: str) -> None:
    assert folded(same) == folded("高橋")


def test_another_person_is_another() -> None:
    assert folded("高橋") != folded("高梁")


@pytest.mark.parametrize("nobody", ["\u200b", "\u3164", "　", "123", "=", "", None])
def test_what_nobody_can_read_is_no_name(nobody: str | None) -> None:
    assert not is_name(nobody)


def test_variants_are_those_by_which_customers_are_compared() -> None:
    assert Path(VARIANTS).read_bytes() == KANJI_VARIANTS.read_bytes()
