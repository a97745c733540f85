"""Whole rows of a worksheet's XML → their cells, cut by position; not one byte is left over.

Nearly every cell is `<c r="B7" s="1" t="s"><v>12</v></c>`. All of these are told apart together,
by comparing the bytes at the places where they must stand; the others one by one, by a pattern.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ingestion.xlsx.cells import CELLS, LAST_COLUMN, LAST_ROW, column_number
from ingestion.xlsx.marks import (
    Flags,
    Pieces,
    Places,
    digits_of,
    distinct,
    mask,
    numbers_at,
    pieces_of,
    word,
)
from ingestion.xlsx.markup import has_controls, unescaped
from ingestion.xlsx.strings import FURIGANA

_TEXT = r"[^<]*"
_MORE = r"""(?: [a-zA-Z][a-zA-Z0-9:]*=(?:"[^<>"&]*"|'[^<>'&]*'))*"""
_CELL = (
    r'^<c r="(?P<letters>[A-Z]{1,3})(?P<number>[1-9][0-9]{0,6})"'
    r'(?: (?:s="(?P<style>[0-9]{1,6})"(?: t="(?P<kind>[a-zA-Z]{1,9})")?'
    r'|t="(?P<other_kind>[a-zA-Z]{1,9})"))?'
    rf"\s*(?:/>|>(?P<formula><f{_MORE}/>|<f{_MORE}>{_TEXT}</f>)?"
    rf"(?:<v{_MORE}>(?P<value>{_TEXT})</v>|(?P<void><v\s*/>)"
    rf"|<is><t{_MORE}>(?P<inline>{_TEXT})</t>{FURIGANA}</is>)?</c>)\s*$"
)
_ROWS = rf"(?:<row{_MORE}\s*/>\s*|<row{_MORE}></row>\s*)*"
_OPENED = rf'{_ROWS}(?:<row r="(?P<next>[0-9]{{1,7}})"{_MORE}>)?\s*$'
_TAIL = rf"^(?P<closed></row>)\s*{_OPENED}"
# What stands behind the number of nearly every row.
_USUAL_END = re.compile(rf'^"{_MORE}>$')
_BEFORE_FIRST = re.compile(rf"^\s*{_OPENED}")
_CONTENT = ("value", "inline", "formula", "void")
_COLUMN_LETTERS, _ROW_DIGITS, _STYLE_DIGITS = 3, 7, 6
_KINDS = {' t="s"': "s", ' t="n"': "n", ' t="b"': "b", ' t="e"': "e", ' t="str"': "str", "": "n"}
# What separates values put together: plain XML has no such character.
_BETWEEN = "\x1f"


def cut(block: bytes) -> pl.DataFrame | None:
    """The cells of whole rows, as CELLS; None when any character is not accounted for."""
    if has_controls(block) or not _is_utf8(block):
        return None
    piece = pieces_of(block)
    if piece is None:
        before = _BEFORE_FIRST.match(block.decode())
        return pl.DataFrame(schema=CELLS) if before is not None and not before["next"] else None
    rows = _rows(piece)
    if rows is None:
        return None
    known, cells = _common(piece, rows)
    odd = np.flatnonzero(~known)
    if odd.size:
        others = _others(piece, rows, odd)
        if others is None:
            return None
        cells = pl.concat([cells, others]).sort("place")
    cells = cells.select(*CELLS)
    if b"&" in block or b"\r" in block:
        cells = cells.with_columns(unescaped(cells["value"]).alias("value"))
    return cells


def _is_utf8(block: bytes) -> bool:
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True


@dataclass(frozen=True)
class _Rows:
    """`numbers` of the rows that have cells; `of`: the row of each cell, by its place in these;
    `tails`: where what follows the cell begins, be it the end of its row."""

    numbers: Places
    of: Places
    tails: Places


def _rows(piece: Pieces) -> _Rows | None:
    """None when what stands between the cells is anything but rows with numbers."""
    before = _BEFORE_FIRST.match(piece.block[: piece.starts[0]].decode())
    if before is None or before["next"] is None:
        return None
    closings = piece.places[(piece.tags & mask("</row>")) == word("</row>")]
    closings = closings[closings > piece.starts[0]]
    last, first = np.unique(np.searchsorted(piece.starts, closings) - 1, return_index=True)
    if not last.size or last[-1] != piece.starts.size - 1:
        return None
    tails = piece.ends.copy()
    tails[last] = closings[first]
    following = _following(piece, tails[last], piece.ends[last])
    if following is None:
        return None
    numbers = np.append(int(before["next"]), following)
    if numbers.max() > LAST_ROW:
        return None
    of = np.repeat(np.arange(last.size), np.diff(last, prepend=-1))
    return _Rows(numbers, of, tails)


def _following(piece: Pieces, starts: Places, ends: Places) -> Places | None:
    """The number of the row that opens in each tail but the last one."""
    opened = starts + len("</row>")
    number, after = numbers_at(piece, opened + len('<row r="'), _ROW_DIGITS)
    usual = piece.at(opened, '<row r="') & (piece.signs[after] == ord('"')) & (number >= 0)
    usual_ends = distinct(piece, after[usual], ends[usual])
    if not all(_USUAL_END.match(end.decode()) for end in usual_ends):
        usual[:] = False
    usual[-1] = False
    bounds = zip(starts[~usual].tolist(), ends[~usual].tolist(), strict=True)
    texts = pl.Series([piece.block[start:end].decode() for start, end in bounds])
    others = texts.str.extract_groups(_TAIL).struct.unnest()
    following = others["next"].cast(pl.Int64)
    is_last = following.is_null()
    if others["closed"].null_count() or is_last.sum() != 1 or not is_last[-1]:
        return None
    number[~usual] = following.fill_null(0).to_numpy()
    return number[:-1]


def _common(piece: Pieces, rows: _Rows) -> tuple[Flags, pl.DataFrame]:
    """Which cells are written as most are, and those of them that have a value."""
    first, second, third = (piece.places[piece.cells + place] for place in (1, 2, 3))
    has_value = piece.tagged(1, "<v>") & piece.tagged(2, "</v>") & piece.tagged(3, "</c>")
    has_value &= piece.signs[first - 1] == ord(">")
    is_empty = piece.at(first - 2, "/>")
    known = has_value & (rows.tails == third + 4) | is_empty & (rows.tails == first)
    known &= piece.at(piece.starts, '<c r="')
    column, place = _columns(piece)
    expected, masks, length = digits_of(rows.numbers)
    known &= (piece.words[place] & masks[rows.of]) == expected[rows.of]
    known &= (column > 0) & (column <= LAST_COLUMN)
    style, place = _styles(piece, place + length[rows.of])
    kind = _kinds(piece, place, np.where(has_value, first - 1, first - 2))
    known &= (style >= 0) & (kind >= 0)
    filled = np.flatnonzero(known & has_value)
    kinds = pl.Series(list(_KINDS.values()))
    cells = pl.DataFrame(
        {
            "place": filled,
            "row": rows.numbers[rows.of[filled]].astype(np.uint32),
            "col": column[filled].astype(np.uint32),
            "style": style[filled].astype(np.uint32),
            "kind": kinds.gather(pl.Series(kind[filled])),
            "formula": np.zeros(filled.size, np.bool_),
            "value": _values(piece, first[filled] + 3, second[filled]),
        }
    )
    return known, cells


def _columns(piece: Pieces) -> tuple[Places, Places]:
    """The number of each cell's column, and where its row follows; 0 without letters."""
    place = piece.starts + len('<c r="')
    column = np.zeros(place.size, np.int64)
    going = np.ones(place.size, np.bool_)
    for _ in range(_COLUMN_LETTERS):
        sign = piece.signs[place]
        going &= (sign >= ord("A")) & (sign <= ord("Z"))
        if not going.any():
            break
        column = np.where(going, column * 26 + sign - (ord("A") - 1), column)
        place = place + going
    return column, place


def _styles(piece: Pieces, place: Places) -> tuple[Places, Places]:
    """The style of each cell, 0 where it says none, and what place follows; -1 for an odd one."""
    style = np.zeros(place.size, np.int64)
    stated = np.flatnonzero(piece.at(np.minimum(place, len(piece.block)), ' s="'))
    if not stated.size:
        return style, place
    number, at = numbers_at(piece, place[stated] + len(' s="'), _STYLE_DIGITS)
    style[stated] = np.where(piece.signs[at] == ord('"'), number, -1)
    after = place.copy()
    after[stated] = at + 1
    return style, after


def _kinds(piece: Pieces, place: Places, ends: Places) -> npt.NDArray[np.int8]:
    """Which of _KINDS stands from each place to the end of the cell's tag; -1 for another."""
    kind = np.full(place.size, -1, np.int8)
    length = ends - place
    found = piece.words[np.minimum(place, len(piece.block))]
    for number, written in enumerate(_KINDS):
        kind[(length == len(written)) & ((found & mask(written)) == word(written))] = number
    return kind


def _values(piece: Pieces, starts: Places, ends: Places) -> pl.Series:
    if not starts.size:
        return pl.Series([], dtype=pl.String)
    lengths = ends - starts + 1
    after = np.cumsum(lengths)
    gaps = np.repeat((starts - after + lengths).astype(np.int32), lengths)
    signs = piece.signs[np.arange(after[-1], dtype=np.int32) + gaps]
    signs[after - 1] = ord(_BETWEEN)
    return pl.Series([signs[:-1].tobytes().decode()]).str.split(_BETWEEN).explode()


def _others(piece: Pieces, rows: _Rows, odd: Places) -> pl.DataFrame | None:
    """Cells by their pattern, those without content left out; None when one does not fit it."""
    places = zip(piece.starts[odd].tolist(), rows.tails[odd].tolist(), strict=True)
    texts = pl.Series([piece.block[start:end].decode() for start, end in places])
    found = texts.str.extract_groups(_CELL).struct.unnest()
    found = found.with_columns(place=odd, row=rows.numbers[rows.of[odd]])
    number = pl.col("number").cast(pl.Int64)
    if not found.select((number == pl.col("row")).fill_null(False).all()).item():
        return None
    letters = found["letters"].unique()
    numbers = [column_number(each) for each in letters]
    if max(numbers) > LAST_COLUMN:
        return None
    value = pl.coalesce("value", "inline", pl.when(pl.col("void").is_not_null()).then(pl.lit("")))
    return found.filter(pl.any_horizontal(pl.col(*_CONTENT).is_not_null())).select(
        "place",
        row=pl.col("row").cast(pl.UInt32),
        col=pl.col("letters").replace_strict(letters, pl.Series(numbers, dtype=pl.UInt32)),
        style=pl.col("style").cast(pl.UInt32).fill_null(0),
        kind=pl.coalesce("kind", "other_kind", pl.lit("n")),
        formula=pl.col("formula").is_not_null(),
        value=value,
    )
