"""Cuts a large text file into pieces that can be read one by one, with the answer of the whole."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from ingestion.delimited import Body
from ingestion.detection import detect
from ingestion.dialects import MAX_RECORD_LINES, Dialect
from ingestion.encodings import decode
from ingestion.reasons import FileRefused
from ingestion.scan import read_piece
from ingestion.tables import MAX_COLUMNS

PIECE_BYTES = 16 * 1024**2
# The beginning that the dialect is found in.
HEAD_BYTES = 4 * 1024**2
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
    carried, line, encoding = b"", head.dialect.body_line, head.encoding
    with path.open("rb") as handle:
        handle.seek(head.body_at)
        is_last = False
        while not is_last:
            block = handle.read(max(piece_bytes, len(carried)))
            is_last = len(block) < max(piece_bytes, len(carried))
            piece, rest = _cut(carried + block, is_last)
            del block
            if encoding is None and not piece.isascii():
                encoding = decode(piece)[1].removesuffix("-sig")
            body = _read(piece, encoding or "utf-8", head.dialect, line, is_last)
            if not is_last:
                end = _last_safe_line(body)
                at = 0 if end is None else _line_start(piece, end - line)
                carried, line = piece[at:] + rest, line if end is None else end
                body = _before(body, line)
            yield body


def _cut(data: bytes, is_last: bool) -> tuple[bytes, bytes]:
    """(whole lines, the rest)."""
    if is_last:
        bare = data.rstrip(_END_OF_FILE + b"\0\r\n")
        data = bare if data[len(bare) :].lstrip(b"\r\n").startswith(_END_OF_FILE) else data
        return (data if data.endswith(b"\n") or not data else data + b"\n"), b""
    end = data.rfind(b"\n") + 1
    return data[:end], data[end:]


def _read(piece: bytes, encoding: str, dialect: Dialect, line: int, is_last: bool) -> Body:
    try:
        if encoding != "utf-8":
            piece = decode(piece, encoding)[0].encode()
        return read_piece(piece, dialect, line, is_last)
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
