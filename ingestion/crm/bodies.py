"""Bodies of replies: read whole or not at all, and as JSON or delimited text."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl
import requests

from ingestion.crm.errors import BadReplyError, CrmError

_CHUNK = 256 * 1024
_GZIP = 31  # zlib's window size that expects a gzip header and trailer
_MAX_SAID = 300
_TOO_MANY, _CLIENT_ERROR, _SERVER_ERROR = 429, 400, 500


@dataclass(frozen=True)
class Reply:
    """A whole reply; `headers` look names up without regard to case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_error(self) -> bool:
        return self.status >= _CLIENT_ERROR

    @property
    def may_pass(self) -> bool:
        """Whether the same request may succeed later: anything but a refusal (4xx other than 429).

        An error body under a 200 may pass, too.
        """
        return not _CLIENT_ERROR <= self.status < _SERVER_ERROR or self.status == _TOO_MANY

    @cached_property
    def json(self) -> Any:
        """Raises BadReplyError when the body is no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise BadReplyError("the body is no JSON") from None

    def table(self) -> dict[str, Any]:
        """A JSON object. Raises BadReplyError for anything else."""
        value = self.json
        if not isinstance(value, dict):
            raise BadReplyError("the body is no JSON object")
        return value


def read_reply(response: requests.Response, max_bytes: int, is_late: Callable[[], bool]) -> Reply:
    """The whole body, unpacked. Raises BadReplyError for one that is cut, late or damaged, and
    CrmError for one beyond `max_bytes`: a gzip of a few KB can hold gigabytes."""
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if encoding not in ("gzip", "identity", ""):
        raise BadReplyError(f"content encoding {encoding[:20]} was not asked for")
    unpacker = zlib.decompressobj(_GZIP) if encoding == "gzip" else None
    body = bytearray()
    while piece := response.raw.read1(_CHUNK, decode_content=False):
        body += _unpacked(piece, unpacker, max_bytes - len(body))
        if len(body) > max_bytes:
            raise CrmError(f"a reply is larger than {max_bytes:,} bytes")
        if is_late():
            raise BadReplyError("the reply takes too long")
    if unpacker is not None and not unpacker.eof and (body or response.raw.tell()):
        raise BadReplyError("the compressed body is cut")
    return Reply(response.status_code, response.headers, bytes(body))


def _unpacked(piece: bytes, unpacker: Any, room: int) -> bytes:
    if unpacker is None:
        return piece
    try:
        unpacked: bytes = unpacker.decompress(piece, room + 1)
    except zlib.error:
        raise BadReplyError("the compressed body is damaged") from None
    if unpacker.unconsumed_tail and len(unpacked) <= room:
        raise BadReplyError("the compressed body is damaged")
    return unpacked


def read_delimited(body: bytes, columns: Sequence[str]) -> pl.DataFrame:
    """Text cells of comma-separated UTF-8 with exactly these columns; the last is never empty.

    Nothing is inferred. Raises BadReplyError for anything that does not fit; the last column tells
    rows that are too short, which polars fills up. NUL bytes, which Salesforce lets through, are
    dropped.
    """
    if b"\0" in body:
        body = body.replace(b"\0", b"")
    if not body.endswith(b"\n"):
        raise BadReplyError("the table is cut")
    try:
        frame = pl.read_csv(
            io.BytesIO(body),
            schema=dict.fromkeys(columns, pl.String),
            empty_string_is_null=False,
            missing_columns="raise",
        )
    except pl.exceptions.PolarsError as error:
        raise BadReplyError(f"the table is damaged ({type(error).__name__})") from None
    if frame.select((pl.col(columns[-1]) == "").any()).item():
        raise BadReplyError("a row of the table is too short")
    return frame


def said(text: object) -> str:
    """What a vendor says, fit for one line of a report."""
    line = " ".join(str(text).split())
    return "".join(mark for mark in line if mark.isprintable())[:_MAX_SAID]
