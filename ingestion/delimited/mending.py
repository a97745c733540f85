"""A few broken characters in a text whose encoding the rest of its lines proves.

They cost their own rows. What they cannot be is guessed, and what they stood in must be known to
be a row: a line of another kind may say something of all rows (単位：千円).
"""

from __future__ import annotations

import re

import polars as pl

from ingestion.delimited.dialects import Dialect
from ingestion.delimited.plausibility import is_japanese
from ingestion.delimited.records import fits_header
from ingestion.reasons import FileRefused

BROKEN = "\ufffd"
END_OF_FILE = "\x1a"
# Characters Python's cp932 makes of bytes that have no meaning there: no Japanese editor writes
# them.
NOT_CP932 = re.compile("[\u0080\u00a0\uf8f0-\uf8f3]")
# Lines with text that is not ASCII, all of it sound, that prove an encoding; and of so many such
# lines one may be broken: where bytes were hit at random, others were hit unseen.
_MIN_PROOF, _SOUND_FOR_ONE = 10, 100
# CP932 can read much that it did not write; beside broken places it must be beyond doubt.
_SURELY_JAPANESE = 0.9
# A line with fewer filled cells may be a remark.
_MIN_FILLED = 2


def mend(content: bytes, encoding: str) -> str | None:
    """The text with U+FFFD for what cannot be decoded; None where the encoding (`utf-8` or
    `cp932`) is not proved by the other lines.

    Each line is decoded by itself: in both encodings a line end is a byte of no other character.
    """
    lines = content.splitlines(keepends=True)
    told = [place for place, line in enumerate(lines) if not line.isascii()]
    broken = [place for place in told if not _is_sound(lines[place], encoding)]
    sound = len(told) - len(broken)
    if len(broken) > max(1, sound // _SOUND_FOR_ONE) or sound < _MIN_PROOF:
        return None
    marked = {place: _marked(lines[place], encoding) for place in broken}
    if encoding == "cp932":
        rest = b"".join(line for place, line in enumerate(lines) if place not in marked)
        if not is_japanese(rest, _SURELY_JAPANESE):
            return None
    return "".join(marked.get(place) or line.decode(encoding) for place, line in enumerate(lines))


def _is_sound(line: bytes, encoding: str) -> bool:
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return encoding != "cp932" or NOT_CP932.search(text) is None


def _marked(line: bytes, encoding: str) -> str:
    text = line.decode(encoding, errors="replace")
    return NOT_CP932.sub(BROKEN, text) if encoding == "cp932" else text


def refuse_broken_notes(texts: list[str]) -> None:
    """Raise FileRefused where what stands above a table is broken: it may be of its unit."""
    if any(BROKEN in text or END_OF_FILE in text for text in texts):
        raise FileRefused("damaged_text")


def refuse_broken_remarks(records: pl.DataFrame, dialect: Dialect) -> None:
    """Raise FileRefused where a broken record is no row for certain.

    `damaged_text`: it has one filled cell, and may be a remark on all rows. `text_after_end`: it
    begins with 0x1A, or holds it and has not the width of the header, so that the mark may be the
    end of the file and what follows a remnant of another one.
    """
    if dialect.width == 1:
        return
    text, mark = pl.col("text"), dialect.mark
    broken = records.filter(pl.col("fate").is_in(["damaged_row", "control_character"]))
    if broken.is_empty():
        return
    filled = text.str.count_matches(rf"[^{mark}\s{dialect.quote}][^{mark}]*")
    if broken.filter((pl.col("fate") == "damaged_row") & (filled < _MIN_FILLED)).height:
        raise FileRefused("damaged_text")
    ended = broken.filter(text.str.contains(END_OF_FILE, literal=True))
    starts = text.str.starts_with(END_OF_FILE)
    if ended.filter(starts | fits_header(dialect).not_()).height:
        raise FileRefused("text_after_end")
