"""Cells become plain text, and only those that need it are touched."""

import unicodedata

import polars as pl
import pytest

from ingestion.values.text import _UNSTABLE, clean


def test_characters_taken_for_stable_are_their_own_nfkc_form() -> None:
    every = pl.Series([chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000])
    stable = every.filter(~every.str.contains(_UNSTABLE))
    assert len(stable) > 27_000
    text = "".join(stable)
    assert unicodedata.normalize("NFKC", text) == text
    assert unicodedata.normalize("NFKC", text[::-1]) == text[::-1]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (" ａｂｃ　", "abc"),
        ("ｶﾞﾗｽ", "ガラス"),
        ("㈱あ", "(株)あ"),
        ("か\u3099", "が"),
        ("'=1+1", "=1+1"),
        ("'ordinary'", "'ordinary'"),
        ("　", None),
        ("", None),
    ],
)
def test_cell_becomes_plain_text(cell: str, text: str | None) -> None:
    assert clean(pl.Series([cell, "plain"])).text.to_list() == [text, "plain"]
