"""Bytes → text, strictly: UTF-8 (± BOM), UTF-16 and UTF-32 with BOM, CP932; anything else is
refused, also where CP932 could read it as nonsense."""

from __future__ import annotations

import codecs
import re

from ingestion.delimited.mending import END_OF_FILE, NOT_CP932, mend
from ingestion.delimited.plausibility import is_japanese
from ingestion.reasons import FileRefused

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-32", "cp932")
# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
# ISO-2022-JP switches its alphabets with these; its bytes are all ASCII.
_SHIFTS = (b"\x1b$B", b"\x1b$@", b"\x1b$(", b"\x1b(J", b"\x1b(I")
# How much of a text is looked at for being encoded twice.
_SAMPLE_CHARACTERS = 1_000_000
# What stands behind the mark at the start of a line is a remnant of another file.
_ENDED = re.compile(r"(?:^|[\r\n])\x1a")


def decode(content: bytes, encoding: str | None = None) -> tuple[str, str]:
    """(text, encoding): the declared encoding, else the one the bytes prove.

    Byte order marks and a closing 0x1A are taken off; a few broken characters become U+FFFD
    (`mending`), and 0x1A inside a line, which stands for one, is left to its row. Raises
    FileRefused: `unknown_encoding`, `damaged_text` (UTF-8 with bad places, which would pass as
    nonsense CP932, or UTF-8 that went through another encoding), `text_after_end` (0x1A before
    other lines).
    """
    text, found = _decode(content, encoding)
    text = text.lstrip("\ufeff")
    body = (
        text.rstrip(END_OF_FILE + "\0\r\n") if text.rstrip("\0\r\n").endswith(END_OF_FILE) else text
    )
    if END_OF_FILE in body and (body.isascii() or _ENDED.search(body)):
        raise FileRefused("text_after_end")
    return body, found


def _decode(content: bytes, encoding: str | None) -> tuple[str, str]:
    if any(shift in content for shift in _SHIFTS):
        raise FileRefused("unknown_encoding", "ISO-2022-JP")
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if encoding is not None:
        if encoding not in ENCODINGS or marked not in (None, encoding, f"{encoding}-sig"):
            raise FileRefused("unknown_encoding", encoding)
        return _try(content, marked or encoding), marked or encoding
    if marked is not None:
        return _try(content, marked), marked
    return _prove(content)


def _prove(content: bytes) -> tuple[str, str]:
    """The text and the encoding that its bytes prove."""
    text = _strict(content, "utf-8")
    if text is None:
        text = mend(content, "utf-8")
    if text is not None:
        _refuse_twice_encoded(text)
        return text, "utf-8"
    _refuse_damaged_utf8(content)
    text = _strict(content, "cp932")
    if text is None or NOT_CP932.search(text):
        text = mend(content, "cp932")
    elif not is_japanese(content):
        text = None
    if text is None:
        raise FileRefused("unknown_encoding")
    return text, "cp932"


def _try(content: bytes, encoding: str) -> str:
    """The text in an encoding that is declared, or told by a mark."""
    text = _strict(content, encoding)
    if text is None and encoding not in ("utf-16", "utf-32"):
        text = mend(content, encoding.removesuffix("-sig"))
    if text is None:
        raise FileRefused("unknown_encoding")
    return text


def _strict(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _refuse_damaged_utf8(content: bytes) -> None:
    """Mostly valid multi-byte UTF-8 with a few bad places is damaged UTF-8, not cp932."""
    lenient = content.decode("utf-8", errors="replace")
    bad = lenient.count("\ufffd")
    good = sum(1 for character in lenient if "\u0080" <= character != "\ufffd")
    if good > bad:
        raise FileRefused("damaged_text")


def _refuse_twice_encoded(text: str) -> None:
    """Text whose bytes in an older encoding are UTF-8 again was decoded wrongly before: 縺ゅ＞."""
    words = re.findall(r"[^\x00-\x7f]+", text[:_SAMPLE_CHARACTERS])
    wrong = sum(len(word) for word in words[:2_000] if _is_utf8_twice(word))
    if wrong * 2 > sum(map(len, words[:2_000])):
        raise FileRefused("damaged_text")


def _is_utf8_twice(word: str) -> bool:
    for encoding in ("cp932", "cp1252", "latin-1"):
        try:
            if len(word.encode(encoding).decode("utf-8")) < len(word):
                return True
        except UnicodeError:
            continue
    return False
