"""Cells as pasted → plain text: NFKC, invisible characters off, look-alike letters made Latin."""

from __future__ import annotations

import polars as pl

from ingestion.values.spelling import INVISIBLE
from ingestion.values.text import amend, clean

# Greek and Cyrillic letters that look like Latin ones (Unicode TR 39), for words that mix scripts.
_LOOKS = dict(
    zip(
        "АВЕЅІЈКМНОРСТХУасеорхуіјѕԁԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧαορνικτυχ",
        "ABESIJKMHOPCTXYaceopxyijsdqwhABEZHIKMNOPTYXaopviktux",
        strict=True,
    )
)
_LATIN, _FOREIGN = "[A-Za-z]", rf"[{''.join(_LOOKS)}]"
_HIDDEN = f"[{''.join(INVISIBLE)}]"


def plain(cells: pl.Series) -> pl.Series:
    """Trimmed text, null where nothing is left."""
    text = clean(cells).text
    text = amend(text, text.str.contains(_HIDDEN), _unhide)
    mixed = text.str.contains(_LATIN) & text.str.contains(_FOREIGN)
    text = amend(text, mixed, lambda odd: odd.str.replace_many(_LOOKS))
    return text.str.strip_chars().replace("", None)


def _unhide(text: pl.Series) -> pl.Series:
    return text.str.replace_all(_HIDDEN, "")
