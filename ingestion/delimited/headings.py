"""Lines beside a header that are none: what a form says above a table (会社名, 株式会社A), and a
row that tells which columns must be filled (必須, 任意)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ingestion.delimited import kinds
from ingestion.tables import find_header, fold

# A name and its value.
_PAIR = 2
_SPOKEN = (
    r"(?:(?:入力)?必須(?:項目|入力)?|要入力|必|任意?(?:項目|入力)?|(?:条件付き?|該当時(?:のみ)?)必須"
    r"|required|mandatory|optional)"
)
_DEMAND = re.compile(rf"[(\[【<]?(?:{_SPOKEN}|[○◯〇●◎△▲×✕✓✔*※ー―—-]|要|不要)[)\]】>]?")
_SAID = re.compile(_SPOKEN)


def find_named_header(candidates: Sequence[Sequence[str]], known: frozenset[str]) -> int | None:
    """Place of the row most of whose cells are known names; None where there is none.

    Names that each have a value at their right are a header only where no other row could be one
    and no such value is data.
    """
    plain = [[] if is_label_line(cells, known) else cells for cells in candidates]
    found = find_header(plain, known)
    if found is not None:
        return found
    return find_header([[] if has_values(cells, known) else cells for cells in candidates], known)


def is_label_line(cells: Sequence[str], known: Collection[str]) -> bool:
    """Whether known names and other words take turns: 会社名, 株式会社A, 担当者名, 山田."""
    names = [fold(cell) in known for cell in cells if cell.strip()]
    return len(names) >= _PAIR and names == [place % _PAIR == 0 for place in range(len(names))]


def has_values(cells: Sequence[str], known: Collection[str]) -> bool:
    """Whether a line of labels has a value that is no column's name."""
    filled = [cell for cell in cells if cell.strip()]
    return is_label_line(cells, known) and any(map(kinds.is_value, filled[1::_PAIR]))


def is_merged(header: Sequence[str], known: Collection[str]) -> bool:
    """Whether a separator moved in a header: one name is two known ones, and another is empty."""
    names = [fold(cell) for cell in header]
    return "" in names and any(
        name[:place] in known and name[place:] in known
        for name in names
        if name not in known
        for place in range(1, len(name))
    )


def is_demand(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a row says which columns must be filled: only words for that, two at least, which
    its columns hold in no row below (`rows`, as wide as it)."""
    places = [place for place, cell in enumerate(cells) if cell.strip()]
    said = [fold(cells[place]) for place in places]
    if len(said) < _PAIR or not all(map(_DEMAND.fullmatch, said)):
        return False
    below = [{fold(row[place]) for row in rows} - {""} for place in places]
    if any(map(_DEMAND.fullmatch, set().union(*below))):
        return False
    # signs alone could be the data of a survey
    return any(map(_SAID.search, said)) or sum(map(bool, below)) * _PAIR > len(below)
