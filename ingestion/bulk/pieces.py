"""Cuts a large text file into pieces that can be read one by one, with the answer of the whole."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

import numpy as np
import polars as pl

from ingestion.bulk.scan import read_piece
from ingestion.delimited.detection import detect
from ingestion.delimited.dialects import MAX_RECORD_LINES, Dialect
from ingestion.delimited.encodings import decode
from ingestion.delimited.reading import Body
from ingestion.reasons import FileRefused
from ingestion.tables import MAX_COLUMNS

PIECE_BYTES = 16 * 1024**2
# The beginning that the dialect is found in.
HEAD_BYTES = 4 * 1024**2
_TAIL_BYTES = 64 * 1024
# Encodings whose line feeds are bytes of their own.
_CUTTABLE = ("utf-8", "utf-8-sig", "cp932")
_END_OF_FILE = b"\x1a"
_LF, _CR = b"\n\r"


@dataclass(frozen=True)
class Head:
    """What the beginning of a file says: its dialect, and the byte where the body starts.

    `encoding` is None as long as nothing but ASCII was seen.
    """

    encoding: str | None
    dialect: Dialect
    body_at: int


def read_head(path: Path, known: frozenset[str]) -> Head | None:
    """None for a file that has to be read whole. Raises FileRefused as `delimited.read_text`."""
    with path.open("rb") as handle:
        start = handle.read(HEAD_BYTES)
    start = start[: start.rfind(b"\n") + 1]
    if not start or b"\0" in start[:4]:
        return None
    text, encoding = decode(start)
    if encoding not in _CUTTABLE:
        return None
    dialect = detect(text, known)
    if len(dialect.header) > MAX_COLUMNS:
        raise FileRefused("too_many_columns", f"{len(dialect.header)} > {MAX_COLUMNS}")
    mark = len(codecs.BOM_UTF8) if encoding == "utf-8-sig" else 0
    encoding = encoding.removesuffix("-sig")
    before = text[: dialect.body_at].encode(encoding)
    return Head(None if start.isascii() else encoding, dialect, mark + len(before))


def read_pieces(path: Path, head: Head, piece_bytes: int = PIECE_BYTES) -> Iterator[Body]:
    """The body of a file, piece by piece; together they are what `read_body` says of the whole.

    Raises FileRefused where the text is not in the encoding that its beginning has.
    """
    at, line, encoding = head.body_at, head.dialect.body_line, head.encoding
    size = path.stat().st_size
    with path.open("rb") as handle:
        wanted, is_last = piece_bytes, False
        while not is_last:
            piece = _whole_lines(handle, at, wanted)
            is_last = at + len(piece) >= size
            if encoding is None and not piece.isascii():
                encoding = decode(piece)[1].removesuffix("-sig")
            body, last = _read(piece, encoding or "utf-8", head.dialect, line, is_last)
            if not is_last:
                end = _last_safe_line(body)
                # without a safe line the next piece begins at the same place and is twice as long
                wanted = piece_bytes if end is not None else 2 * len(piece)
                if end is not None:
                    at += last or _line_start(piece, end - line)
                    line = end
                body = _before(body, line)
            yield body


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
    try:
        if encoding == "utf-8":
            return read_piece(piece, dialect, line, is_last)
        return read_piece(decode(piece, encoding)[0].encode(), dialect, line, is_last)[0], 0
    except UnicodeDecodeError:
        raise FileRefused("damaged_text") from None


def _last_safe_line(body: Body) -> int | None:
    """The last row after which nothing can change what precedes it (see `read_body`)."""
    numbers = body.numbers.to_numpy()
    span = MAX_RECORD_LINES + 1
    plain = np.flatnonzero(numbers[span:] - numbers[:-span] == span)
    return int(numbers[span + plain[-1]]) if len(plain) else None


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
    return Body(body.rows.head(kept), body.numbers.head(kept), problems, body.ignored)
