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
    return clean_columns(cells.to_frame("cells"))[0]


def clean_columns(cells: pl.DataFrame) -> list[Cleaned]:
    """`clean` of every column: what costs the same for one as for many is done once."""
    cell = pl.all()
    marked = _any(cells, cell.str.starts_with("'"))
    foreign = _any(cells, cell.str.len_bytes() != cell.str.len_chars())
    unstable = _any(cells.select(foreign), cell.str.contains(_UNSTABLE))
    texts, changes = cells, dict[str, pl.Series]()
    for name in marked:
        text = texts[name]
        texts = texts.with_columns(amend(text, text.str.contains(_MARKED), _unmark).alias(name))
    for name in unstable:
        text = texts[name]
        changes[name] = text.str.contains(_UNSTABLE)
        texts = texts.with_columns(amend(text, changes[name], _normalise).alias(name))
    texts = texts.select_seq(cell.str.strip_chars()).select_seq(pl.when(cell != "").then(cell))
    return [Cleaned(text, changes.get(text.name)) for text in texts]


def _any(cells: pl.DataFrame, test: pl.Expr) -> list[str]:
    """Columns with a cell that passes."""
    if cells.width == 0:
        return []
    row = cells.select_seq(test.any()).row(0)
    return [name for name, found in zip(cells.columns, row, strict=True) if found]


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
