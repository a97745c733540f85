"""Bytes → text, strictly: UTF-8 (± BOM), UTF-16 and UTF-32 with BOM, CP932; anything else is
refused, also where CP932 could read it as nonsense."""

from __future__ import annotations

import codecs
import re

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
# Bytes that Python's cp932 maps to control or private characters: no Japanese editor writes them.
_NOT_CP932 = re.compile("[\u0080\u00a0\uf8f0-\uf8f3]")
# How much of a text is looked at for being encoded twice.
_SAMPLE_CHARACTERS = 1_000_000
END_OF_FILE = "\x1a"


def decode(content: bytes, encoding: str | None = None) -> tuple[str, str]:
    """(text, encoding): the declared encoding, else the one the bytes prove.

    Byte order marks and a closing 0x1A are taken off. Raises FileRefused: `unknown_encoding`,
    `damaged_text` (UTF-8 with bad places, which would pass as nonsense CP932, or UTF-8 that went
    through another encoding), `text_after_end` (0x1A inside).
    """
    text, found = _decode(content, encoding)
    text = text.lstrip("\ufeff")
    body = (
        text.rstrip(END_OF_FILE + "\0\r\n") if text.rstrip("\0\r\n").endswith(END_OF_FILE) else text
    )
    if END_OF_FILE in body:
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
        text = _try(content, marked)
        return text, marked
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        _refuse_damaged_utf8(content)
    else:
        _refuse_twice_encoded(text)
        return text, "utf-8"
    text = _try(content, "cp932")
    if _NOT_CP932.search(text) or not is_japanese(content):
        raise FileRefused("unknown_encoding")
    return text, "cp932"


def _try(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise FileRefused("unknown_encoding") from None


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
