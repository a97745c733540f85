"""Which columns a kind of value lives in: the evidence that cells slid into their neighbours.

A value that all other rows have in one column and none in another one, and that a row has in the
other one while its own place is empty or holds something else, has moved. This tells what forms
alone cannot: a separator that moved from one column of text to another, names and phone numbers
that change places half-way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import polars as pl

from ingestion.delimited.kinds import KINDS
from ingestion.tables import fold

_FIRM = r"(?:(?:株式|有限|合同|合資|合名)会社|[㈱㈲]|[(（][株有][)）])"
_PREFECTURE = r"(?:北海道|東京都|(?:京都|大阪)府|[^\x00-\x7f]{2,3}県)"
# Kinds that stand in a column by no chance; of others the home must never be empty.
_RARE = ("date", "timestamp", "hyphenated", "url", "email")
# The forms of words are no proof of a header, and a cell without them is not wrong.
_FORMS = KINDS | {
    "company": rf"[^@]{{0,40}}{_FIRM}[^@]{{0,40}}",
    "address": rf"(?:〒?[0-9]{{3}}-?[0-9]{{4}}\s*)?{_PREFECTURE}[^@]*[市区町村郡][^@]*",
}
_COMPILED = {kind: re.compile(form) for kind, form in _FORMS.items()}
# Columns of words for people: anything may stand there.
_FREE = re.compile("備考|メモ|摘要|特記|コメント|内容|memo|note|remark|comment|description")
# So many filled cells, and such a share of them, make a column the home of a kind.
_MIN_CELLS, _MIN_SHARE, _MIN_SHARE_OF_RARE = 8, 0.95, 0.8
_MOST = 12
# Words that come again and again are a kind too: so few of them, each so often.
_MOST_WORDS, _LONGEST_WORD, _MIN_TIMES = 8, 12, 2
# Two columns that share a kind: so many rows have it in either one, never in both. Not all
# companies are called one, so that it takes more rows.
_MIN_ROWS, _MIN_FIRMS, _MIN_EITHER = 2, 4, 0.9


@dataclass(frozen=True)
class Home:
    """The column (`place`) of a kind of value whose form is a regular expression, and the columns
    that never have it (`others`); those beside it are `near`."""

    place: int
    form: str
    others: tuple[int, ...]

    @property
    def near(self) -> tuple[int, ...]:
        return tuple(place for place in self.others if abs(place - self.place) == 1)


def find_homes(header: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[Home, ...]:
    """The homes among the columns of equally wide rows, at most `_MOST`."""
    columns = [[cell for cell in cells if cell.strip()] for cells in zip(*rows, strict=True)]
    free = {place for place, name in enumerate(header) if _FREE.search(fold(name))}
    lived = [place for place, cells in enumerate(columns) if len(cells) >= _MIN_CELLS]
    found = []
    for place in lived:
        for form in _forms(columns[place], len(rows)) if place not in free else ():
            shape = re.compile(form)
            others = tuple(
                other
                for other in lived
                if other not in (place, *free) and not any(map(shape.fullmatch, columns[other]))
            )
            if others:
                found.append(Home(place, form, others))
                break
    return tuple(found[:_MOST])


def _forms(cells: Sequence[str], count: int) -> Iterator[str]:
    """The forms that nearly all filled cells of a column have; it is `count` cells long."""
    for kind, shape in _COMPILED.items():
        share = _MIN_SHARE_OF_RARE if kind in _RARE else _MIN_SHARE
        is_home = kind in _RARE or len(cells) == count
        if is_home and sum(1 for cell in cells if shape.fullmatch(cell)) >= share * len(cells):
            yield _FORMS[kind]
    if len(cells) < count:
        return
    counts = Counter(cells)
    is_few = len(counts) <= min(_MOST_WORDS, len(cells) // _MIN_TIMES)
    if is_few and all(_is_word(word) and n >= _MIN_TIMES for word, n in counts.items()):
        yield "|".join(map(re.escape, sorted(counts)))


def _is_word(cell: str) -> bool:
    return 1 < len(cell) <= _LONGEST_WORD and not re.search(r"[0-9]", cell)


def find_moved(rows: pl.DataFrame, homes: Sequence[Home], broken: pl.DataFrame) -> pl.Series:
    """Places of the rows in which a value stands in a column that never has its kind, while its
    home is empty (then beside it) or holds something else (`broken` as `kinds.find_broken`)."""
    moved = pl.Series([], dtype=pl.UInt32)
    for home in homes:
        cells = rows.to_series(home.place)
        moved.append(_find(rows, home.form, (cells == "").arg_true(), home.near))
        if str(home.place) in broken.columns:
            alien = broken[str(home.place)].arg_true()
            moved.append(_find(rows, home.form, alien, home.others))
        elif _FIRM in home.form:
            alien = (cells.str.contains(_FIRM).not_() & (cells != "")).arg_true()
            moved.append(_find(rows, home.form, alien, home.others))
    return moved.unique().sort()


def _find(rows: pl.DataFrame, form: str, places: pl.Series, columns: Sequence[int]) -> pl.Series:
    """Those of the places where one of the columns has a form."""
    if places.is_empty() or not columns:
        return places.clear()
    cells = rows.select(pl.nth(*columns))[places]
    return places.filter(
        cells.select(pl.any_horizontal(pl.all().str.contains(f"^(?:{form})$"))).to_series()
    )


def is_mixed(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a kind changes its column: some rows have it in one column, the others in another,
    and both columns are filled in all of them."""
    columns = list(zip(*rows, strict=True))
    for kind in (*_RARE, "company"):
        shape, least = _COMPILED[kind], _MIN_FIRMS if kind == "company" else _MIN_ROWS
        has = [[shape.fullmatch(cell) is not None for cell in cells] for cells in columns]
        some = [place for place, flags in enumerate(has) if least <= sum(flags) < len(rows)]
        for one, other in combinations(some, 2):
            both = [
                (has[one][row], has[other][row])
                for row in range(len(rows))
                if columns[one][row].strip() and columns[other][row].strip()
            ]
            counts = Counter(both)
            left, right = counts[True, False], counts[False, True]
            if min(left, right) >= least and left + right >= _MIN_EITHER * len(rows):
                return True
    return False
