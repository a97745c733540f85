"""XML under guard: no document types, no deep nesting; and the text escapes of spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.parsers import expat

import numpy as np
import polars as pl

from ingestion.reasons import FileRefused

MAX_DEPTH = 64
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_REFERENCE = re.compile(r"&(?:(#x[0-9A-Fa-f]{1,6}|#[0-9]{1,7}|[A-Za-z]+);)?")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATES = range(0xD800, 0xE000)
_XML_CONTROLS = {9, 10, 13}
_FIRST_PRINTABLE, _LAST_CHARACTER = 32, 0x10FFFF
_DECLARATION = 200


@dataclass(frozen=True)
class Element:
    """An element without its text; `parent` and `name` have no namespace prefix."""

    parent: str
    name: str
    attributes: dict[str, str]


def parse(
    pieces: Iterable[bytes],
    on_start: Callable[[str, dict[str, str]], None],
    on_end: Callable[[str], None] = lambda name: None,
    on_text: Callable[[str], None] | None = None,
) -> None:
    """Feed a document to handlers that get local names. Raises FileRefused when malformed."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise FileRefused("hostile_workbook", "nesting")
        on_start(local(name), attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        on_end(local(name))

    def refuse(*_: object) -> None:
        raise FileRefused("hostile_workbook", "DOCTYPE")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = on_text
    parser.StartDoctypeDeclHandler = refuse
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise FileRefused("damaged_workbook", type(error).__name__) from None


def elements(content: bytes) -> list[Element]:
    """Every element of a small part, in document order."""
    found: list[Element] = []
    path = [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append(Element(path[-1], name, {local(key): v for key, v in attributes.items()}))
        path.append(name)

    parse([content], start, lambda name: path.__delitem__(-1))
    return found


def is_plain(content: bytes) -> bool:
    """Whether XML can be cut up as UTF-8 text: no comments, CDATA, controls, other encodings."""
    start = content[:_DECLARATION]
    declared = start.partition(b"?>")[0].lower() if b"<?xml" in start else b""
    encoded = b"encoding" not in declared or b"utf-8" in declared
    return encoded and b"<!" not in content and not has_controls(content)


def has_controls(content: bytes) -> bool:
    """Whether there are characters that XML does not allow."""
    found = np.count_nonzero(np.frombuffer(content, np.uint8) < _FIRST_PRINTABLE)
    return bool(found) and found != sum(content.count(code) for code in _XML_CONTROLS)


def local(name: str) -> str:
    return name.rpartition(":")[2]


def unescaped(raw: pl.Series) -> pl.Series:
    """Texts cut out of XML with their references resolved and their line ends made one."""
    texts = pl.DataFrame({"raw": raw})
    odd = texts.filter(pl.col("raw").str.contains(r"[&\r]")).unique()
    if odd.is_empty():
        return raw
    plain = [_plain(text) for text in odd["raw"]]
    return raw.replace_strict(odd["raw"], pl.Series(plain), default=raw, return_dtype=pl.String)


def shown(texts: pl.Series) -> pl.Series:
    """Texts of cells with `_x000D_` and the like become the characters that they stand for."""
    odd = texts.filter(texts.str.contains("_x", literal=True)).unique()
    if odd.is_empty():
        return texts
    plain = [_ESCAPE.sub(_character, text) for text in odd]
    return texts.replace_strict(odd, pl.Series(plain), default=texts, return_dtype=pl.String)


def _plain(raw: str) -> str:
    return _REFERENCE.sub(_resolved, raw.replace("\r\n", "\n").replace("\r", "\n"))


def _resolved(reference: re.Match[str]) -> str:
    body = reference[1] or ""
    if body in _NAMED:
        return _NAMED[body]
    if not body.startswith("#"):
        raise FileRefused("damaged_workbook", "reference")
    code = int(body[2:], 16) if body[1] == "x" else int(body[1:])
    legal = code in _XML_CONTROLS or (
        _FIRST_PRINTABLE <= code <= _LAST_CHARACTER
        and code not in _SURROGATES
        and code not in (0xFFFE, 0xFFFF)
    )
    if not legal:
        raise FileRefused("damaged_workbook", "reference")
    return chr(code)


def _character(escape: re.Match[str]) -> str:
    """Half a surrogate pair is no character: left as it is written."""
    code = int(escape[1], 16)
    return escape[0] if code in _SURROGATES else chr(code)
