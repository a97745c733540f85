"""Notes about the unit of amounts: 単位：千円 above, below or beside a table."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingestion.reasons import FileRefused
from ingestion.tables import fold

# Yen per unit.
UNITS = {"円": 1, "千円": 1_000, "万円": 10_000, "百万円": 1_000_000, "億円": 100_000_000}
SCALED_UNIT = re.compile("百万円|千円|万円|億円")
UNIT = f"{SCALED_UNIT.pattern}|円"
# After 単位, before it, in brackets, or alone on a line.
_STATED = re.compile(
    rf"(?:単位|unit)[:;は=]?[(\[]?({UNIT})(?![a-z0-9])|({UNIT})単位|[(\[【]({UNIT})[)\]】]"
    rf"|^[※*・]?({UNIT})$"
)
# Words of a note about money of which nothing may be guessed.
_DOUBTFUL = re.compile(
    r"(?:単位|unit)[:;は=(\[]|千円|万円|億円|千圓|仟円|百万|thousand|million|ドル|dollar|usd|[$€£]"
)
# Units of other things than money: a note that speaks only of these says nothing about yen.
_OTHER = re.compile(r"(?:単位|unit)[:;は=]?[(\[]?(?:件|社|人|名|個|台|日|時間|ヶ月|か月|%)+[)\]]?$")


def unit_of_notes(notes: Iterable[str]) -> str | None:
    """The unit that the notes of a table state for its amounts, None when they state none.

    Raises FileRefused (`unclear_unit`) when they speak of a unit that is not understood, or of two:
    amounts would be wrong by a factor, and nobody would see it.
    """
    stated: set[str] = set()
    for note in notes:
        said = fold(note).strip(",;|")
        here = {next(filter(None, found)) for found in _STATED.findall(said)}
        if set(SCALED_UNIT.findall(said)) - here:
            raise FileRefused("unclear_unit", note.strip())
        if not here and _DOUBTFUL.search(said) and not _OTHER.search(said):
            raise FileRefused("unclear_unit", note.strip())
        stated |= here
    if len(stated) > 1:
        raise FileRefused("unclear_unit", " / ".join(sorted(stated)))
    return next(iter(stated), None)
