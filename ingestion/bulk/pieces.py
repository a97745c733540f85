"""Cuts a large text file into pieces that can be read one by one, with the answer of the whole."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path

import numpy as np
import polars as pl

from ingestion.bulk.scan import foreign_quotes, read_piece
from ingestion.delimited.detection import detect
from ingestion.delimited.dialects import MAX_RECORD_LINES, Dialect
from ingestion.delimited.encodings import decode
from ingestion.delimited.mending import mend
from ingestion.delimited.profiles import Profile
from ingestion.delimited.reading import Body
from ingestion.reasons import FileRefused
from ingestion.tables import MAX_COLUMNS, fold
from ingestion.units import unit_of_notes

PIECE_BYTES = 16 * 1024**2
# The beginning that the dialect is found in.
HEAD_BYTES = 4 * 1024**2
_TAIL_BYTES = 64 * 1024
# Encodings whose line feeds are bytes of their own.
_CUTTABLE = ("utf-8", "utf-8-sig", "cp932")
_END_OF_FILE = b"\x1a"
_LF, _CR = b"\n\r"
# `decode` takes off all of them.
_MARKS = re.compile(b"(?:\xef\xbb\xbf)*")


@dataclass(frozen=True)
class Head:
    """What the beginning of a file says: its encoding and dialect, in the words of `read_text`, and
    the byte where the body starts. Without an encoding `read_pieces` looks for it."""

    encoding: str | None
    dialect: Dialect
    body_at: int


def read_head(path: Path, known: frozenset[str], profile: Profile | None = None) -> Head | None:
    """None for a file that has to be read whole. Raises FileRefused as `delimited.read_text`."""
    declared = profile.encoding if profile else None
    with path.open("rb") as handle:
        start = handle.read(HEAD_BYTES)
        start = start[: start.rfind(b"\n") + 1]
        if not start or b"\0" in start[:4]:
            return None
        text, encoding = decode(start, declared)
        if encoding not in _CUTTABLE:
            return None
        if declared is None and start.isascii():
            encoding = _encoding(handle, len(start))
    # a run of rows without their last cells may lie across the end of a piece
    dialect = replace(detect(text, known, profile), tail=None)
    if len(dialect.header) > MAX_COLUMNS:
        raise FileRefused("too_many_columns", f"{len(dialect.header)} > {MAX_COLUMNS}")
    before = text[: dialect.body_at].encode(_codec(encoding))
    marks = _MARKS.match(start)
    return Head(encoding, dialect, len(before) + (marks.end() if marks else 0))


def _encoding(handle: BufferedReader, at: int) -> str:
    """The encoding that the first lines after so many bytes prove which are not ASCII."""
    while piece := _whole_lines(handle, at, HEAD_BYTES):
        if not piece.isascii():
            return decode(piece)[1]
        at += len(piece)
    return "utf-8"


def _codec(encoding: str) -> str:
    """The codec of what follows the byte order mark."""
    return encoding.removesuffix("-sig")


def read_pieces(path: Path, head: Head, piece_bytes: int = PIECE_BYTES) -> Iterator[Body]:
    """The body of a file, piece by piece; together they are what `read_body` says of the whole.

    Raises FileRefused where the text is not in the encoding that its beginning has, and where its
    last lines say something about amounts that were read without it.
    """
    at, line = head.body_at, head.dialect.body_line
    size = path.stat().st_size
    with path.open("rb") as handle:
        encoding = _codec(head.encoding or _encoding(handle, at))
        wanted, is_last = piece_bytes, False
        while not is_last:
            piece = _whole_lines(handle, at, wanted)
            is_last = at + len(piece) >= size
            body, last = _read(piece, encoding, head.dialect, line, is_last)
            _refuse_late_notes(head.dialect.notes, body.notes)
            if not is_last:
                is_foreign = foreign_quotes(piece, head.dialect, encoding)[0]
                end = _last_safe_line(body, head.dialect, is_foreign)
                # without a safe line the next piece begins at the same place and is twice as long
                wanted = piece_bytes if end is not None else 2 * len(piece)
                if end is not None:
                    at += last or _line_start(piece, end - line)
                    line = end
                body = _before(body, line)
            yield body


def _refuse_late_notes(early: tuple[str, ...], late: tuple[str, ...]) -> None:
    """Refuse a file whose notes below the table change what its amounts are: these were read."""
    if not late:
        return
    if "税込" in fold(" ".join(late)):
        raise FileRefused("tax_included")
    if (unit_of_notes([*early, *late]) or "円") != (unit_of_notes(early) or "円"):
        raise FileRefused("unclear_unit", " / ".join(note.strip() for note in late))


def _whole_lines(handle: BufferedReader, at: int, wanted: int) -> bytes:
    """About so many bytes from a place, to the end of a line; to the end of the file at most.

    The end is looked for first, so that the bytes are copied once.
    """
    length = min(_TAIL_BYTES, wanted)
    tail_at = at + wanted - length
    while tail := os.pread(handle.fileno(), length, tail_at):
        if len(tail) < length:
            break
        if (end := tail.rfind(b"\n")) >= 0:
            return os.pread(handle.fileno(), tail_at + end + 1 - at, at)
        tail_at += length
    return os.pread(handle.fileno(), tail_at + len(tail) - at, at)


def _closed(piece: bytes) -> bytes:
    """The last piece without an end-of-file mark, its last line ended."""
    bare = piece.rstrip(_END_OF_FILE + b"\0\r\n")
    if piece[len(bare) :].lstrip(b"\r\n").startswith(_END_OF_FILE):
        piece = bare
    return piece if piece.endswith(b"\n") or not piece else piece + b"\n"


def _read(
    piece: bytes, encoding: str, dialect: Dialect, line: int, is_last: bool
) -> tuple[Body, int]:
    """The body, and the place of the last row in the piece where that is known, else 0."""
    piece = _closed(piece) if is_last else piece
    if encoding == "utf-8":
        try:
            return read_piece(piece, dialect, line, is_last)
        except UnicodeDecodeError:
            pass
    return read_piece(_text(piece, encoding).encode(), dialect, line, is_last)[0], 0


def _text(piece: bytes, encoding: str) -> str:
    """The text of a piece; a few broken characters are U+FFFD where its other lines prove the
    encoding."""
    try:
        return piece.decode(encoding)
    except UnicodeDecodeError:
        text = mend(piece, encoding)
    if text is None:
        raise FileRefused("damaged_text")
    return text


def _last_safe_line(body: Body, dialect: Dialect, is_foreign: bool) -> int | None:
    """The last row after which nothing can change what precedes it (see `read_body`).

    Where other quotes may open a cell (`is_foreign`), rows must follow that close none: an
    apostrophe may begin a cell of every row, but hardly ends one.
    """
    numbers = body.numbers
    if is_foreign:
        marks = f"[{dialect.foreign_quotes}] *$"
        closes = body.rows.select(pl.any_horizontal(pl.all().str.contains(marks)))
        numbers = numbers.filter(closes.to_series().not_())
    places, span = numbers.to_numpy(), MAX_RECORD_LINES + 1
    length = span * (1 + is_foreign)
    plain = np.flatnonzero(places[length:] - places[:-length] == length)
    return int(places[span + plain[-1]]) if len(plain) else None


def _line_start(piece: bytes, line: int) -> int:
    """The byte at which a line starts, counted from 0."""
    if line == 0:
        return 0
    data = np.frombuffer(piece, np.uint8)
    is_end = data == _LF
    is_end[:-1] |= (data[:-1] == _CR) & (data[1:] != _LF)
    return int(np.flatnonzero(is_end)[line - 1]) + 1


def _before(body: Body, line: int) -> Body:
    """What lies before a line."""
    problems = body.problems.filter(pl.col("row_number") < line)
    kept = int((body.numbers < line).sum())
    return Body(body.rows.head(kept), body.numbers.head(kept), problems, body.ignored, body.notes)
