"""The quick way through a large piece of delimited text, with the same answer as `read_body`.

Nearly all records of a bulk export are plain: one line, the header's width, quotes at the borders
of cells or none. What is plain is proved on the bytes of the whole piece at once and then split by
polars. Every other record is read by `read_body` together with its neighbours, whose fate may hang
on it; a piece whose quotes do not fit, or with many such records, is read by `read_body` whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ingestion.delimited.dialects import MAX_RECORD_CHARACTERS, Dialect
from ingestion.delimited.reading import Body, doubts, read_body
from ingestion.tables import PROBLEM_SCHEMA, unique_names
from ingestion.units import is_unit_row

_LF, _CR, _TAB, _QUOTE, _BACKSLASH = b'\n\r\t"\\'
_FIRST_PRINTABLE = 32
# Marks that make `read_body` look closer: DEL and other quotes; after their first byte, the byte
# order mark, the replacement sign and the acute accent.
_DOUBTFUL = b"\x7f'`"
_DOUBTFUL_LONG = (b"\xef\xbb\xbf", b"\xef\xbf\xbd", b"\xc2\xb4")
# One in so many records may be read the slow way before the whole piece is.
_FEW = 200

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Piece:
    """UTF-8 bytes that start at a record; `read_body` takes the same things."""

    raw: bytes
    dialect: Dialect
    first_line: int
    is_last: bool

    def read_slowly(self, start: int, end: int, line: int) -> Body:
        """What `read_body` makes of a stretch; `line` is the number of its first one."""
        is_last = self.is_last and end == len(self.raw)
        return read_body(self.raw[start:end].decode(), self.dialect, line, is_last)


@dataclass(frozen=True)
class _Records:
    """Byte places of the records of a piece: [start, end), without line ends; `odd` ones are not
    plain."""

    starts: Places
    ends: Places
    odd: npt.NDArray[np.bool_]


def read_piece(
    raw: bytes, dialect: Dialect, first_line: int, is_last: bool = True
) -> tuple[Body, int]:
    """Rows of UTF-8 bytes that start at a record and end with a line end; see `read_body`.

    Also the place of the last row's first byte if every record is a plain row, else 0.
    """
    piece = _Piece(raw, dialect, first_line, is_last)
    found = None
    if _is_plain(dialect) and not all(foreign_quotes(raw, dialect)):
        found = _find_rows(raw, dialect)
    if found is None:
        return piece.read_slowly(0, len(raw), first_line), 0
    records, frame = found
    strange = _is_remark(frame, dialect) | doubts(frame, dialect).is_not_null()
    if strange.any():
        records.odd[np.flatnonzero(~records.odd)[strange.to_numpy()]] = True
        frame = frame.filter(~strange)
    last = int(records.starts[-1]) if len(records.starts) and not records.odd.any() else 0
    return _read(piece, records, frame), last


def foreign_quotes(raw: bytes, dialect: Dialect, encoding: str = "utf-8") -> tuple[bool, bool]:
    """Whether other quotes than the dialect's (may open, may close) a cell somewhere."""
    data = np.frombuffer(raw, np.uint8)
    borders = np.array([_LF, _CR, ord(" "), ord(dialect.mark)], np.uint8)
    opens = closes = False
    for mark in (one.encode(encoding) for one in dialect.foreign_quotes):
        if mark in raw:
            first = _find(data, mark)
            after = first + len(mark)
            opens |= bool(np.isin(data[np.maximum(first - 1, 0)], borders).any()) or first[0] == 0
            is_end = after == len(data)
            closes |= bool((is_end | np.isin(data[np.where(is_end, 0, after)], borders)).any())
    return opens, closes


def _is_plain(dialect: Dialect) -> bool:
    """Whether this module knows the dialect: one byte between cells, the usual quotes."""
    return (
        len(dialect.delimiter) == 1
        and dialect.delimiter != " "
        and dialect.quote == '"'
        and not dialect.escape
        and not dialect.is_padded
        and dialect.width > 1
    )


def _find_rows(raw: bytes, dialect: Dialect) -> tuple[_Records, pl.DataFrame] | None:
    """The records of a piece and the cells of the plain ones; None if it has to be read slowly.

    polars refuses a row with too many cells. So if there are as many delimiters as all rows
    together must have, no row has too few either, and the rows need not be counted one by one.
    """
    for one_by_one in (False, True):
        records = _find_records(raw, dialect, one_by_one)
        if records is None or records.odd.sum() * _FEW > len(records.odd):
            return None
        frame = _split(raw, records, dialect)
        if frame is not None:
            return records, frame
    return None


def _find_records(raw: bytes, dialect: Dialect, one_by_one: bool) -> _Records | None:
    """Where records are; None when quotes do not fit or line ends are mixed.

    The cells of each record are counted only `one_by_one`, or when the total or quotes say so.
    """
    data = np.frombuffer(raw, np.uint8)
    line_ends = np.flatnonzero(data == _LF)
    if np.count_nonzero(data == _CR) != np.count_nonzero(data[line_ends - 1] == _CR):
        return None  # a CR alone ends a line too
    controls = int(np.count_nonzero(data < _FIRST_PRINTABLE)) - len(line_ends)
    quotes = np.flatnonzero(data == _QUOTE) if b'"' in raw else np.zeros(0, np.int64)
    if len(quotes):
        if not dialect.is_quoting or not _fits(data, quotes, dialect):
            return None
        line_ends = line_ends[np.searchsorted(quotes, line_ends) % 2 == 0]
    starts = np.concatenate([[0], line_ends[:-1] + 1])
    ends = line_ends
    with_cr = data[np.maximum(line_ends - 1, 0)] == _CR
    if with_cr.all():
        ends = line_ends - 1
    elif with_cr.any():
        return None
    odd = ends - starts > MAX_RECORD_CHARACTERS
    is_delimiter = data == ord(dialect.delimiter)
    total = len(line_ends) * (dialect.width - 1)
    if one_by_one or len(quotes) or np.count_nonzero(is_delimiter) != total:
        delimiters = np.flatnonzero(is_delimiter)
        if len(quotes):
            delimiters = delimiters[np.searchsorted(quotes, delimiters) % 2 == 0]
        odd |= np.diff(np.searchsorted(delimiters, line_ends), prepend=0) + 1 != dialect.width
    controls -= int(with_cr.sum())
    if len(quotes):
        _mark(odd, starts, _inside(data, quotes, _LF))
    doubts = [] if controls == 0 else [_other_controls(data, line_ends, bool(with_cr.any()))]
    doubts += [np.flatnonzero(data == mark) for mark in _DOUBTFUL if mark in raw]
    doubts += [_find(data, mark) for mark in _DOUBTFUL_LONG if mark[0] in raw]
    doubts += [quotes[(quotes > 0) & (data[quotes - 1] == _BACKSLASH)]]
    for places in doubts:
        _mark(odd, starts, places)
    return _Records(starts, ends, odd)


def _fits(data: npt.NDArray[np.uint8], quotes: Places, dialect: Dialect) -> bool:
    """Whether every quote opens at the border of a cell, closes at one, or is one of a pair."""
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    doubled = np.zeros(len(opening) + 1, bool)
    doubled[1:-1] = opening[1:] == closing[:-1] + 1
    before = data[np.maximum(opening - 1, 0)]
    borders_before = (opening == 0) | (before == _LF) | (before == ord(dialect.delimiter))
    after = data[np.minimum(closing + 1, len(data) - 1)]
    borders_after = (after == _LF) | (after == _CR) | (after == ord(dialect.delimiter))
    return bool((doubled[:-1] | borders_before).all() and (doubled[1:] | borders_after).all())


def _inside(data: npt.NDArray[np.uint8], quotes: Places, byte: int) -> Places:
    """Places of a byte within quoted cells."""
    places: Places = np.flatnonzero(data == byte)
    inside: Places = places[np.searchsorted(quotes, places) % 2 == 1]
    return inside


def _other_controls(data: npt.NDArray[np.uint8], line_ends: Places, has_cr: bool) -> Places:
    """Places of control characters other than the line ends and tabs."""
    control = data < _FIRST_PRINTABLE
    control[line_ends] = False
    if has_cr:
        control[line_ends - 1] = False
    places: Places = np.flatnonzero(control)
    others: Places = places[data[places] != _TAB]
    return others


def _find(data: npt.NDArray[np.uint8], mark: bytes) -> Places:
    """Places of a mark of two or three bytes."""
    places = np.flatnonzero(data == mark[0])
    for offset, byte in enumerate(mark[1:], start=1):
        places = places[data[np.minimum(places + offset, len(data) - 1)] == byte]
    return places


def _mark(odd: npt.NDArray[np.bool_], starts: Places, places: Places) -> None:
    """The records that hold these places are odd."""
    if len(places):
        odd[np.searchsorted(starts, places, side="right") - 1] = True


def _split(raw: bytes, records: _Records, dialect: Dialect) -> pl.DataFrame | None:
    """Cells of the plain records; None when polars does not return one row for each."""
    plain = raw
    if records.odd.any():
        runs = _runs(~records.odd)
        bounds = np.append(records.starts, len(raw))
        plain = b"".join(raw[bounds[first] : bounds[last]] for first, last in runs)
    names = unique_names(dialect.header)
    if not plain:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    try:
        frame = pl.read_csv(
            plain,
            separator=dialect.delimiter,
            has_header=False,
            schema=dict.fromkeys(names, pl.String),
            empty_string_is_null=False,
            missing_columns="raise",
            quote_char='"' if b'"' in plain else None,
        )
    except pl.exceptions.PolarsError:
        return None
    # in one chunk: what follows are hundreds of small operations, each paid once a chunk
    return frame.rechunk() if frame.height == int((~records.odd).sum()) else None


def _is_remark(frame: pl.DataFrame, dialect: Dialect) -> pl.Series:
    """Rows that may be a total, a repeated header, blank, or spaced: `read_body` knows."""
    first, second = frame.to_series(0), frame.to_series(1)
    repeated = [dialect.cells(text) or [""] for text in dialect.remarks if text]
    remark = first.str.contains("(?i)計|total") | second.str.starts_with(" ")
    remark |= is_unit_row(frame)
    remark |= first.str.strip_chars().is_in([cells[0].strip() for cells in repeated])
    blank = first.str.strip_chars(" \t\u3000") == ""
    places = blank.arg_true()
    if len(places):
        beside = frame[places].select(pl.concat_str(pl.all())).to_series()
        said = (beside.str.strip_chars(" \t\u3000") == "") | beside.str.contains("(?i)計|total")
        remark = remark.clone().scatter(places, said)
    return remark


def _read(piece: _Piece, records: _Records, frame: pl.DataFrame) -> Body:
    """Plain rows and, for the stretches around odd records, what `read_body` makes of them."""
    lines = piece.first_line + _lines_before(piece.raw, records)
    odd = records.odd
    near = odd.copy()
    near[1:] |= odd[:-1]
    near[:-1] |= odd[1:]
    kept = ~near[~odd]
    numbers = [pl.Series("row_number", lines[~near], pl.Int64)]
    rows = [frame if kept.all() else frame.filter(pl.Series(kept))]
    bounds = np.append(records.starts, len(piece.raw))
    slow = [
        piece.read_slowly(int(bounds[first]), int(bounds[last]), int(lines[first]))
        for first, last in _runs(near)
    ]
    if not slow:
        return Body(rows[0], numbers[0], pl.DataFrame(schema=PROBLEM_SCHEMA), 0)
    number = pl.concat([*numbers, *(body.numbers for body in slow)])
    order = number.arg_sort()
    return Body(
        pl.concat([*rows, *(body.rows for body in slow)])[order],
        number[order],
        pl.concat([body.problems for body in slow]),
        sum(body.ignored for body in slow),
        tuple(note for body in slow for note in body.notes),
    )


def _lines_before(raw: bytes, records: _Records) -> Places:
    """Lines of the piece before each record."""
    count = len(records.starts)
    if not records.odd.any():
        return np.arange(count)
    line_ends = np.flatnonzero(np.frombuffer(raw, np.uint8) == _LF)
    return np.searchsorted(line_ends, records.starts)


def _runs(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """[first, last) of the runs of true."""
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]
