"""Cells as people's programs wrote them → plain text: NFKC, trimmed, empty ones null."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

# Text of these characters alone is its own NFKC form: printable ASCII, kana, kanji and the common
# Japanese signs. Normalising costs ten times this test, and nearly all cells pass it.
_UNSTABLE = (
    r"[^\x20-\x7e\u3001-\u3015\u3041-\u3096\u309d\u309e\u30a1-\u30fe\u3400-\u4dbf\u4e00-\u9fff]"
)
_MARKED = r"^'[=+\-@\t\r＝＋－＠]"


@dataclass(frozen=True)
class Cleaned:
    """`text`: the cleaned cells; `changed`: where NFKC made another text, None if nowhere."""

    text: pl.Series
    changed: pl.Series | None


def clean(cells: pl.Series) -> Cleaned:
    """NFKC, trimmed, null where empty; the apostrophe of our own reply files is taken off again."""
    text = cells
    if text.str.starts_with("'").any():
        text = amend(text, text.str.contains(_MARKED), _unmark)
    changed = None
    if not (text.str.len_bytes() == text.str.len_chars()).all():
        unstable = text.str.contains(_UNSTABLE)
        if unstable.any():
            text = amend(text, unstable, _normalise)
            changed = unstable
    text = text.str.strip_chars()
    return Cleaned(text.set(text == "", None), changed)


def amend(text: pl.Series, where: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """The series with `change` made only where it is needed; nulls in `where` mean no."""
    places = where.arg_true()
    if places.is_empty():
        return text
    if len(places) == len(text):
        return change(text)
    return text.clone().scatter(places, change(text.gather(places)))


def _unmark(text: pl.Series) -> pl.Series:
    return text.str.slice(1)


def _normalise(text: pl.Series) -> pl.Series:
    return text.str.normalize("NFKC")
