"""The header of a table in a sheet: which row it is, and the names of its columns.

A header may stand in two rows. They are put together only where merged cells or known headers say
so: a group over its columns (顧客 over 会社名 and 電話), a cell merged down through both rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import polars as pl

from ingestion.decorations import note_of, undecorated
from ingestion.tables import HEADER_SEARCH_ROWS, find_header, fold
from ingestion.units import with_units
from ingestion.xlsx.page import Page
from ingestion.xlsx.sheet import Merge

# Groups that say nothing about whose the item is. Under any other one (代理店 over 電話) a header
# means something else than it does alone.
_NEUTRAL = frozenset(
    fold(name + ending)
    for name in (
        *("顧客", "お客様", "お客さま", "顧客様", "契約", "リード", "案件", "基本", "明細"),
        *("費用", "金額", "料金", "価格", "契約金額"),
    )
    for ending in ("", "情報", "内容", "データ")
)
# Of a note under a name, which gets brackets of its own.
_BRACKETS = re.compile(r"^[\s(（\[［【]+|[\s)）\]］】]+$")
# 費用（千円）: what a group says of all its columns.
_SAID = re.compile(
    r"^(?P<name>.*?)\s*(?P<said>[(（\[【〔][^()（）\[\]【】〔〕]+[)）\]】〕])?\s*$", re.DOTALL
)
# A sheet on its side has at least so many headers in one of its first columns.
_FEWEST_HEADERS, _SIDE_COLUMNS = 2, 4


@dataclass(frozen=True)
class Head:
    """`first` to `last`: its rows. `names`: column → header, where there is one. `is_known`:
    whether the row was found by known headers. `is_side`: whether a column has more of these."""

    first: int
    last: int
    names: dict[int, str]
    is_known: bool
    is_side: bool = False


@dataclass(frozen=True)
class _Top:
    """The upper rows of a sheet: text of each filled cell, and the merged ranges."""

    texts: dict[int, dict[int, str]]
    merges: tuple[Merge, ...]

    def text(self, row: int, column: int) -> str:
        return self.texts.get(row, {}).get(column, "").strip()

    def group(self, row: int, column: int) -> str:
        """Text of the cell that is merged over several columns there."""
        for merge in self.merges:
            wide = merge.first_column < merge.last_column and _covers(merge, row, column)
            if wide and merge.last_row == row:
                return self.text(merge.first_row, merge.first_column)
        return ""


def find_head(cells: pl.DataFrame, merges: Iterable[Merge], known: frozenset[str]) -> Head:
    """The header of a sheet that has cells; its first filled row when no row is known."""
    rows = cells["row"].unique().sort().head(HEADER_SEARCH_ROWS).to_list()
    texts: dict[int, dict[int, str]] = {row: {} for row in rows}
    upper = cells.filter(pl.col("row") <= rows[-1]).select("row", "col", "text")
    for row, column, text in upper.iter_rows():
        texts[row][column] = text
    top = _Top(texts, tuple(merge for merge in merges if merge.first_row <= rows[-1]))
    head = _head_of(top, rows, known)
    return replace(head, is_side=_is_side(top, head, known))


def with_unit_row(page: Page, head: Head) -> Head:
    """The header with the units of the row below it (`units.with_units`), if it is one of units."""
    below = page.cells.filter(pl.col("row") == head.last + 1)
    if below.is_empty():
        return head
    columns = sorted({*head.names, *below["col"]})
    cells = dict(below.select("col", "text").iter_rows())
    names = with_units(
        [head.names.get(column, "") for column in columns],
        [cells.get(column, "") for column in columns],
    )
    if names is None:
        return head
    told = {column: name for column, name in zip(columns, names, strict=True) if name}
    return replace(head, last=head.last + 1, names=told)


def _head_of(top: _Top, rows: list[int], known: frozenset[str]) -> Head:
    texts = top.texts
    place = find_header([list(texts[row].values()) for row in rows], known)
    if place is None:
        return Head(rows[0], rows[0], _named(texts[rows[0]]), False)
    row = rows[place]
    if _continues(top, row, known) or _reaches_down(top, row):
        return Head(row, row + 1, _joined(top, row + 1, known), True)
    if _is_group_row(top, row, known):
        return Head(row - 1, row, _joined(top, row, known), True)
    return Head(row, row, _named(texts[row]), True)


def _is_side(top: _Top, head: Head, known: frozenset[str]) -> bool:
    """Whether one of the first columns, all different, holds more known headers than the header
    row does: values that look like headers come again."""
    rows = [cells for row, cells in top.texts.items() if row >= head.first]
    first = min(min(cells) for cells in rows if cells)
    most = 0
    for column in range(first, first + _SIDE_COLUMNS):
        names = [fold(cells[column]) for cells in rows if column in cells]
        hits = len(known.intersection(names))
        is_list = hits * 3 >= len(names) == len(set(names))
        most = max(most, hits if is_list else 0)
    if most < _FEWEST_HEADERS:
        return False
    return most > sum(is_known(name, known) for name in head.names.values())


def is_known(name: str, known: frozenset[str]) -> bool:
    """Whether a header means something, whatever unit or remark stands beside it."""
    folded = fold(name)
    bare = undecorated(folded)[-1][0]
    return folded in known or bare in known or folded.partition("(")[0] in known


def may_be_known(name: str, known: frozenset[str]) -> bool:
    """Whether a header begins like one that means something: 金額千円, 税抜金額."""
    folded = fold(name)
    starts = {folded, undecorated(folded)[-1][0]}
    return any(each[:length] in known for each in starts for length in range(2, len(each) + 1))


def _continues(top: _Top, row: int, known: frozenset[str]) -> bool:
    """Whether the next row names the columns under the groups of this one."""
    below = top.texts.get(row + 1, {})
    grouped = {column for column in below if top.group(row, column)}
    under = [below[column] for column in grouped]
    beside = [text for column, text in below.items() if column not in grouped and text.strip()]
    return bool(under) and not beside and all(is_known(text, known) for text in under)


def _reaches_down(top: _Top, row: int) -> bool:
    """Whether a name of the row is merged with the cell below it: then the row below is header."""
    return any(
        merge.first_row <= row
        and merge.last_row == row + 1
        and top.text(merge.first_row, merge.first_column)
        for merge in top.merges
    )


def _is_group_row(top: _Top, row: int, known: frozenset[str]) -> bool:
    """Whether the row above the header belongs to it; a title or a note above does not.

    It does when it stands over every column, in more than one piece; or when a group, or a known
    header over an empty cell, stands over some of them.
    """
    above = row - 1
    columns = sorted({*top.texts.get(row, {}), *top.texts.get(above, {})})
    groups = {column: group for column in columns if (group := top.group(above, column))}
    lone = {
        column
        for column in columns
        if column not in groups and not top.text(row, column) and top.text(above, column)
    }
    if any(is_known(top.text(above, column), known) for column in lone):
        return True
    if all(column in groups or column in lone for column in columns):
        return len(set(groups.values())) > 1
    inner = {group for column, group in groups.items() if group != groups.get(columns[0])}
    return any(not re.search(r"\d|単位", fold(group)) for group in inner)


def _joined(top: _Top, last: int, known: frozenset[str]) -> dict[int, str]:
    """Names of the columns of a header in two rows, the lower one `last`."""
    columns = {*top.texts.get(last - 1, {}), *top.texts.get(last, {})}
    return _named({column: _name(top, last, column, known) for column in sorted(columns)})


def _name(top: _Top, last: int, column: int, known: frozenset[str]) -> str:
    group = top.group(last - 1, column)
    above, leaf = top.text(last - 1, column), top.text(last, column)
    is_note = note_of(fold(leaf)) is not None or not is_known(leaf, known)
    if leaf and not group and is_known(above, known) and is_note:
        return f"{above}（{_BRACKETS.sub('', leaf)}）"
    leaf = leaf or ("" if group else above)
    if not leaf or not group or fold(group) == fold(leaf):
        return leaf
    found = _SAID.match(group)
    name, said = (found["name"], found["said"] or "") if found else (group, "")
    if is_known(name + leaf, known):
        return name + leaf + said
    return leaf + said if fold(name) in _NEUTRAL or not name else group + leaf


def _named(texts: dict[int, str]) -> dict[int, str]:
    return {column: text for column, text in texts.items() if text.strip()}


def _covers(merge: Merge, row: int, column: int) -> bool:
    return (
        merge.first_row <= row <= merge.last_row
        and merge.first_column <= column <= merge.last_column
    )
