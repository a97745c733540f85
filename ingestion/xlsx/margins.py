"""What is written over a sheet and in no cell of it: text boxes, comments of both kinds.

A unit that stands there changes every amount. But nothing else of these parts matters: what is
damaged or beyond the limits is left unread, and never costs the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from ingestion.reasons import FileRefused
from ingestion.tables import fold
from ingestion.units import mentions_money, outside
from ingestion.xlsx.markup import parse
from ingestion.xlsx.package import Package
from ingestion.xlsx.page import Page
from ingestion.xlsx.relations import related, relations_of
from ingestion.yen import SCALED_UNIT

# Of each part so much is read, and of a sheet so many parts: a text box has some hundred bytes.
MAX_READ = 2 * 1024**2
_MAX_PARTS = 8
# Kind of part → the place that its texts are told by, and the elements that hold one text each.
_PLACES = {"drawing": "図形", "comments": "コメント", "threadedComment": "コメント"}
_WHOLE = frozenset({"txBody", "comment", "threadedComment"})
_TEXT = frozenset({"t", "text"})
# 単位：千円, 金額は税込: a statement, and no name of a column.
_STATES = re.compile(
    r"単位|unit|(?:[額格金用示価]|すべて|全て)[はもが]|^[※(\[]*(?:千円|税込)[)\]]*$"
)
_AMOUNT = re.compile(rf"([0-9][0-9,]*(?:\.[0-9]+)?)(?:{SCALED_UNIT.pattern})")


def read_margins(package: Package, sheet: str) -> tuple[str, ...]:
    """The texts as notes (`units.outside`); those before any damage."""
    if relations_of(sheet) not in package:
        return ()
    notes: list[str] = []
    try:
        parts = list(related(package, sheet).by_id.values())
    except FileRefused:
        return ()
    told = [(kind, part) for kind, part in parts if kind in _PLACES]
    for kind, part in told[:_MAX_PARTS]:
        notes += [outside(_PLACES[kind], text) for text in _texts(package, part)]
    return tuple(notes)


def notes_about_money(notes: Iterable[str], cells: pl.DataFrame) -> tuple[str, ...]:
    """Those of the notes that may say something about the amounts in `cells`, each once.

    An amount such as 50万円 says nothing, unless the sheet has a 50.
    """
    about = [note for note in dict.fromkeys(notes) if mentions_money(note)]
    said = {note: fold(note) for note in about}
    amounts = {one.replace(",", "") for text in said.values() for one in _AMOUNT.findall(text)}
    shown = set(cells.filter(pl.col("text").is_in(list(amounts)))["text"]) if amounts else set()

    def telling(amount: re.Match[str]) -> str:
        return amount[0] if amount[1].replace(",", "") in shown else ""

    return tuple(note for note in about if mentions_money(_AMOUNT.sub(telling, said[note])))


def with_notes_of(page: Page, others: Iterable[Page]) -> Page:
    """The page with what other sheets state about amounts. What a sheet with numbers states is
    about these."""
    notes = [
        outside("別シート", text)
        for other in others
        if not other.cells.select((pl.col("is_number") & pl.col("is_typed").not_()).any()).item()
        for text in other.cells["text"]
        if _STATES.search(fold(text))
    ]
    return replace(page, notes=(*page.notes, *notes_about_money(notes, page.cells)))


def _texts(package: Package, part: str) -> list[str]:
    """One text for each box or comment: its runs as they follow each other."""
    texts: list[str] = []
    path: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        path.append(name)
        if name in _WHOLE:
            texts.append("")

    def text(characters: str) -> None:
        if texts and path[-1] in _TEXT:
            texts[-1] += characters

    try:
        content = next(package.stream(part, MAX_READ), b"")
        parse([content], start, lambda name: path.__delitem__(-1), text)
    except FileRefused:
        return texts
    return texts
