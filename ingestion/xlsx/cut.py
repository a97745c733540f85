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
from ingestion.xlsx.markup import unescaped
from ingestion.xlsx.strings import FURIGANA

Places = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

_TEXT = r"[^<]*"
_CELL = (
    r'^<c r="(?P<letters>[A-Z]{1,3})(?P<number>[1-9][0-9]{0,6})"'
    r'(?: (?:s="(?P<style>[0-9]{1,6})"(?: t="(?P<kind>[a-zA-Z]{1,9})")?'
    r'|t="(?P<other_kind>[a-zA-Z]{1,9})"))?'
    rf"\s*(?:/>|>(?P<formula><f(?: [^<>]*)?/>|<f(?: [^<>]*)?>{_TEXT}</f>)?"
    rf"(?:<v(?: [^<>]*)?>(?P<value>{_TEXT})</v>|(?P<void><v\s*/>)"
    rf"|<is><t(?: [^<>]*)?>(?P<inline>{_TEXT})</t>{FURIGANA}</is>)?</c>)\s*$"
)
_ROWS = r"(?:<row(?: [^<>]*)?/>\s*|<row(?: [^<>]*)?></row>\s*)*"
_OPENED = rf'{_ROWS}(?:<row r="(?P<next>[0-9]{{1,7}})"[^<>]*>)?\s*$'
_TAIL = re.compile(rf"^</row>\s*{_OPENED}")
_USUAL_END = re.compile(rb'^"(?: [^<>]*)?>$')
_BEFORE_FIRST = re.compile(rf"^\s*{_OPENED}")
_CONTENT = ("value", "inline", "formula", "void")
# What is compared at once, and so what may be read behind the last byte.
_WORD = 8
_STYLE_DIGITS = 6
_KINDS = {' t="s"': "s", ' t="n"': "n", ' t="b"': "b", ' t="e"': "e", ' t="str"': "str", "": "n"}
# What separates values put together: plain XML has no such character.
_BETWEEN = "\x1f"


def cut(block: bytes) -> pl.DataFrame | None:
    """The cells of whole rows, as CELLS; None when any character is not accounted for."""
    try:
        text = block.decode()
    except UnicodeDecodeError:
        return None
    if _has_controls(block):
        return None
    piece = _pieces(block)
    if piece is None:
        before = _BEFORE_FIRST.match(text)
        return pl.DataFrame(schema=CELLS) if before is not None and not before["next"] else None
    rows = _rows(piece)
    if rows is None:
        return None
    common = _common(piece, rows)
    if common is None:
        return None
    odd = np.flatnonzero(~common.known)
    cells = common.cells
    if odd.size:
        others = _others(piece, rows, odd)
        if others is None:
            return None
        cells = pl.concat([cells, others]).sort("place")
    cells = cells.select(*CELLS)
    if b"&" in block or b"\r" in block:
        return cells.with_columns(unescaped(cells["value"]).alias("value"))
    return cells


@dataclass(frozen=True)
class _Pieces:
    """A block with the `places` of its tags and their first signs; which `cells` are of these,
    their `starts`, and the `ends` of what belongs to each."""

    block: bytes
    signs: npt.NDArray[np.uint8]
    words: Words
    places: Places
    tags: Words
    cells: Places
    starts: Places
    ends: Places

    def at(self, places: Places, written: str) -> Flags:
        """Where this stands at the places."""
        return (self.words[places] & _mask(written)) == _word(written)


@dataclass(frozen=True)
class _Rows:
    """`numbers` of the rows that have cells; `of`: the row of each cell, by its place in these;
    `tails`: where what follows the cell begins, be it the end of its row."""

    numbers: Places
    of: Places
    tails: Places


@dataclass(frozen=True)
class _Common:
    known: Flags
    cells: pl.DataFrame


def _word(written: str) -> np.uint64:
    return np.uint64(int.from_bytes(written.encode(), "little"))


def _mask(written: str) -> np.uint64:
    return np.uint64((1 << 8 * len(written)) - 1)


def _has_controls(block: bytes) -> bool:
    """Whether there are characters that XML does not allow."""
    signs = np.frombuffer(block, np.uint8)
    return bool(np.setdiff1d(signs[signs < ord(" ")], (9, 10, 13)).size)


def _pieces(block: bytes) -> _Pieces | None:
    """None without any cell."""
    padded = block + bytes(2 * _WORD)
    signs = np.frombuffer(padded, np.uint8)
    words: Words = np.ndarray((len(padded) - _WORD + 1,), "<u8", padded, 0, (1,))
    found = np.append(np.flatnonzero(signs == ord("<")), [len(block)] * 4)
    tags = words[found]
    cells = np.flatnonzero((tags & _mask("<c ")) == _word("<c "))
    if not cells.size:
        return None
    starts = found[cells]
    ends = np.append(starts[1:], len(block))
    return _Pieces(block, signs, words, found, tags, cells, starts, ends)


def _rows(piece: _Pieces) -> _Rows | None:
    """None when what stands between the cells is anything but rows with numbers."""
    before = _BEFORE_FIRST.match(piece.block[: piece.starts[0]].decode())
    if before is None or before["next"] is None:
        return None
    closings = piece.places[(piece.tags & _mask("</row>")) == _word("</row>")]
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


def _following(piece: _Pieces, starts: Places, ends: Places) -> Places | None:
    """The number of the row that opens in each tail but the last one."""
    opened = starts + len("</row>")
    number, after = _numbers(piece, opened + len('<row r="'), 7)
    usual = piece.at(opened, '<row r="') & (piece.signs[after] == ord('"')) & (number >= 0)
    bounds = zip(after[usual].tolist(), ends[usual].tolist(), strict=True)
    usual_ends = {piece.block[start:end] for start, end in bounds}
    if not all(map(_USUAL_END.match, usual_ends)):
        usual[:] = False
    usual[-1] = False
    for place in np.flatnonzero(~usual).tolist():
        found = _TAIL.match(piece.block[starts[place] : ends[place]].decode())
        if found is None or (found["next"] is None) != (place == number.size - 1):
            return None
        number[place] = int(found["next"] or 0)
    return number[:-1]


def _numbers(piece: _Pieces, place: Places, longest: int) -> tuple[Places, Places]:
    """The whole number at each place, -1 without a digit, and the place behind it."""
    number, start = np.zeros(place.size, np.int64), place
    going = np.ones(place.size, np.bool_)
    for _ in range(longest):
        sign = piece.signs[place]
        going &= (sign >= ord("0")) & (sign <= ord("9"))
        if not going.any():
            break
        number = np.where(going, number * 10 + sign - ord("0"), number)
        place = place + going
    return np.where(place > start, number, -1), place


def _common(piece: _Pieces, rows: _Rows) -> _Common | None:
    """The cells that are written as most are; None when one says that it is in another row."""
    first, second, third = (piece.places[piece.cells + place] for place in (1, 2, 3))
    has_value = _tagged(piece, 1, "<v>") & _tagged(piece, 2, "</v>") & _tagged(piece, 3, "</c>")
    is_empty = piece.at(first - 2, "/>")
    known = has_value & (rows.tails == third + 4) | is_empty & (rows.tails == first)
    known &= piece.at(piece.starts, '<c r="')
    column, place = _columns(piece)
    expected, mask, length = _digits(rows.numbers)
    known_row = (piece.words[place] & mask[rows.of]) == expected[rows.of]
    known &= (column > 0) & (column <= LAST_COLUMN) & known_row
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
    return _Common(known, cells)


def _tagged(piece: _Pieces, behind: int, written: str) -> Flags:
    """Where this is the tag so many behind that of the cell."""
    return (piece.tags[piece.cells + behind] & _mask(written)) == _word(written)


def _columns(piece: _Pieces) -> tuple[Places, Places]:
    """The number of each cell's column, and where its row follows; 0 without one to three letters."""
    place = piece.starts + len('<c r="')
    column = np.zeros(place.size, np.int64)
    going = np.ones(place.size, np.bool_)
    for _ in range(3):
        sign = piece.signs[place]
        going &= (sign >= ord("A")) & (sign <= ord("Z"))
        if not going.any():
            break
        column = np.where(going, column * 26 + sign - (ord("A") - 1), column)
        place = place + going
    return column, place


def _digits(numbers: Places) -> tuple[Words, Words, Places]:
    """How the numbers are written with a quotation mark behind: as words, their masks, lengths."""
    words = np.full(numbers.size, ord('"'), np.uint64)
    masks, lengths = np.full(numbers.size, 255, np.uint64), np.ones(numbers.size, np.int64)
    left = numbers.astype(np.uint64)
    while (more := left > 0).any():
        words = np.where(more, words << np.uint64(8) | left % np.uint64(10) + np.uint64(48), words)
        masks = np.where(more, masks << np.uint64(8) | np.uint64(255), masks)
        lengths += more
        left = left // np.uint64(10)
    return words, masks, lengths


def _styles(piece: _Pieces, place: Places) -> tuple[Places, Places]:
    """The style of each cell, 0 where it says none, and what place follows; -1 for an odd one."""
    style = np.zeros(place.size, np.int64)
    stated = np.flatnonzero(piece.at(np.minimum(place, len(piece.block)), ' s="'))
    if not stated.size:
        return style, place
    number, at = _numbers(piece, place[stated] + len(' s="'), _STYLE_DIGITS)
    style[stated] = np.where(piece.signs[at] == ord('"'), number, -1)
    after = place.copy()
    after[stated] = at + 1
    return style, after


def _kinds(piece: _Pieces, place: Places, ends: Places) -> npt.NDArray[np.int8]:
    """Which of _KINDS stands from each place to the end of the cell's tag; -1 for another."""
    kind = np.full(place.size, -1, np.int8)
    length = ends - place
    word = piece.words[np.minimum(place, len(piece.block))]
    for number, written in enumerate(_KINDS):
        kind[(length == len(written)) & ((word & _mask(written)) == _word(written))] = number
    return kind


def _values(piece: _Pieces, starts: Places, ends: Places) -> pl.Series:
    if not starts.size:
        return pl.Series([], dtype=pl.String)
    lengths = ends - starts + 1
    after = np.cumsum(lengths)
    gaps = np.repeat((starts - after + lengths).astype(np.int32), lengths)
    signs = piece.signs[np.arange(after[-1], dtype=np.int32) + gaps]
    signs[after - 1] = ord(_BETWEEN)
    return pl.Series([signs[:-1].tobytes().decode()]).str.split(_BETWEEN).explode()


def _others(piece: _Pieces, rows: _Rows, odd: Places) -> pl.DataFrame | None:
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
