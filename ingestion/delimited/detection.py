"""Finds the dialect of a text and its header: by evidence that is named, refused when in doubt.

A header proves itself by two known names or, unknown, by contrast: it holds no data, and a column
below it has a form (dates, numbers …) that its name has not. Without a proof nothing is read: the
first row of a file without a header must not become its header.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from ingestion.delimited.attempts import attempt, declared_attempt, single_column
from ingestion.delimited.dialects import MAX_RECORD_CHARACTERS, Dialect
from ingestion.delimited.evidence import Attempt, Record, learn
from ingestion.delimited.formulas import find_places
from ingestion.delimited.layouts import Layout
from ingestion.delimited.mending import refuse_broken_notes
from ingestion.delimited.profiles import Profile
from ingestion.delimited.records import find_records, split_lines
from ingestion.reasons import FileRefused

# Delimiters; one with a space, or a space alone, only when these do not explain the text.
_PLAIN = (",", "\t", ";", "|")
_SPACED = (", ", "; ")
_HEAD_LINES = 400
_HEAD_CHARACTERS = 2 * MAX_RECORD_CHARACTERS
_SAMPLE = 140
# A dialect fits from this share of records on; it is the only one if others are clearly behind.
_MIN_FITTING = 0.5
_CLEAR_LEAD = 0.7
# A delimiter stands in the first line of most records, which may have some lines more; quotes at
# the borders of cells in fewer lines are no quoting.
_MIN_HOLDING = 0.1
# Backslashes escape quotes where they explain nearly all records, or they are text.
_MIN_ESCAPED = 0.9
_QUOTINGS = (('"', ""), ('"', "\\"), ("'", ""))
_LINE_ENDS = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}
_SEP = re.compile(r"sep=(.)(?=\r|\n)", re.IGNORECASE)


def detect(text: str, known: frozenset[str], profile: Profile | None = None) -> Dialect:
    """The one dialect the evidence allows. `text` is a whole file or its beginning (some hundred
    lines suffice). Raises FileRefused with the reason of the best attempt."""
    profile = profile or Profile()
    all_lines = _head(text)
    told = _SEP.match(text)
    skip = (profile.skip_lines or 0) + (told is not None)
    delimiter = profile.delimiter or (told[1] if told else None)
    lines = all_lines.slice(skip)
    shown = "\n".join(lines["text"])
    if not shown.strip():
        raise FileRefused("empty_file")
    tried = _try(lines, shown, [delimiter] if delimiter else _PLAIN, known, profile)
    chosen = _choose(tried)
    if delimiter is None and (chosen is None or _is_spaced(chosen)):
        spaced = _choose(_try(lines, shown, _SPACED, known, profile))
        if spaced is not None and spaced.share >= _MIN_FITTING:
            chosen = spaced
        chosen = chosen or _choose(_try(lines, shown, (" ",), known, profile))
    if chosen is None:
        failed = [one for one in tried if one.reason != "unknown_delimiter"]
        if failed:
            best = max(failed, key=lambda one: (one.hits > 1, one.fitting, one.dialect.width))
            raise FileRefused(best.reason or "header_mismatch", best.detail)
        base = Dialect(delimiter=delimiter or ",", quote=_quotings(shown, profile)[0][0])
        chosen = single_column(_records(lines, base), base, known)
    if chosen.fitting < chosen.total:  # some of them may be pieces of what now has a width
        below = lines.filter(pl.col("number") >= chosen.body_line)
        chosen = learn(chosen, _records(below, chosen.dialect))
    if chosen.reason:
        raise FileRefused(chosen.reason, chosen.detail)
    return _placed(chosen, all_lines)


def _head(text: str) -> pl.DataFrame:
    """The first lines of a text, whole ones."""
    lines = split_lines(text[:_HEAD_CHARACTERS])
    if len(text) > _HEAD_CHARACTERS and lines.height > 1:
        lines = lines.head(-1)
    return lines.head(_HEAD_LINES)


def _quotings(shown: str, profile: Profile) -> list[tuple[str, str]]:
    """(quote, escape) to try: the declared one, or those the text gives reason for."""
    if profile.quote is not None or profile.escape is not None:
        escape = "\\" if profile.escape == "\\" else ""
        return [('"' if profile.quote is None else profile.quote, escape)]
    tried = [_QUOTINGS[0]]
    if '\\"' in shown:
        tried.append(_QUOTINGS[1])
    if re.search(r"'[^'\r\n]*[,;\t| ][^'\r\n]*'|''|'\s", shown):
        tried.append(_QUOTINGS[2])
    return tried


def _try(
    lines: pl.DataFrame,
    shown: str,
    delimiters: Sequence[str],
    known: frozenset[str],
    profile: Profile,
) -> list[Attempt]:
    """One attempt a delimiter: with the quoting under which most records fit. Where that has no
    header, none is looked for under another."""
    found = []
    for delimiter in delimiters:
        holding = lines["text"].str.contains(delimiter, literal=True).sum()
        if not holding or holding < _MIN_HOLDING * lines.height:
            continue
        best = _best_quoting(lines, delimiter, _quotings(shown, profile), known, profile)
        is_usual = best is not None and best.dialect.quote == '"' and profile.quote is None
        if best is not None and is_usual and _is_plain_text(lines["text"], delimiter):
            dialect = Dialect(delimiter=delimiter, quote="", is_quoting=False)
            one = _attempt(_records(lines, dialect), dialect, known, profile)
            best = one if one.fitting > best.fitting else best
        if best is not None:
            found.append(best)
    return found


def _best_quoting(
    lines: pl.DataFrame,
    delimiter: str,
    quotings: Sequence[tuple[str, str]],
    known: frozenset[str],
    profile: Profile,
) -> Attempt | None:
    """The quoting under which most records fit; one neither usual nor declared needs proof."""
    best, usual = None, None
    for quote, escape in quotings:
        dialect = Dialect(delimiter=delimiter, quote=quote, escape=escape)
        records = _records(lines, dialect)
        layout = Layout.of(records, dialect)
        if quote == "'" and profile.quote is None and not layout.stands_against(usual):
            continue
        usual = usual or layout
        one = _attempt(records, dialect, known, profile)
        if escape and best is not None and one.share < _MIN_ESCAPED:
            continue
        if best is None or _rank(one) > _rank(best):
            best = one
        if best.total and best.fitting == best.total and not best.dialect.is_padded:
            break
    return best


def _rank(one: Attempt) -> tuple[bool, int, bool]:
    """What makes one quoting better than another: known names, rows that fit, no cell too many."""
    return one.hits > 1, one.fitting, not one.dialect.is_padded


def _is_plain_text(lines: pl.Series, delimiter: str) -> bool:
    """Whether most lines have quotes inside cells, and hardly one at a border: inches, say."""
    quoted = lines.filter(lines.str.contains('"', literal=True))
    at_border = Dialect(delimiter=delimiter, quote="").quote_at_border
    bordered = int(quoted.str.contains(at_border).sum())
    return len(quoted) * 2 > len(lines) and bordered < _MIN_HOLDING * len(quoted)


def _attempt(
    records: list[Record], dialect: Dialect, known: frozenset[str], profile: Profile
) -> Attempt:
    if profile.header is not None or profile.header_rows is not None:
        return declared_attempt(records, dialect, profile)
    return attempt(records, dialect, known)


def _records(lines: pl.DataFrame, dialect: Dialect) -> list[Record]:
    """The first records of a text whose width is not known yet, without blank ones."""
    found = find_records(lines, dialect).filter(pl.col("text").str.contains(r"\S"))
    if found.height and found["fate"][0] in ("nul_byte", "row_too_long"):
        raise FileRefused("unreadable_file")
    return [
        Record(number, text, dialect.cells(text) if fate in ("row", "ignored") else None)
        for number, text, fate in found.head(_SAMPLE).select("number", "text", "fate").rows()
    ]


def _choose(attempts: list[Attempt]) -> Attempt | None:
    """The one attempt that fits, None when none does."""
    # known names prove a header by themselves, however few of the rows fit it
    fit = [
        one for one in attempts if not one.reason and (one.hits > 1 or one.share >= _MIN_FITTING)
    ]
    fit = [one for one in fit if one.hits > 1] or fit
    if not fit:
        return None
    best = max(fit, key=lambda one: one.share)
    rivals = [one for one in fit if one.share > _CLEAR_LEAD * best.share]
    if len(rivals) > 1:
        raise FileRefused(
            "ambiguous_delimiter", " ".join(repr(one.dialect.delimiter) for one in rivals)
        )
    return best


def _is_habit(lines: pl.Series, dialect: Dialect) -> bool:
    """Whether quotes stand around whole cells, be it once, and nowhere as text."""
    quoted = lines.filter(lines.str.contains(dialect.quote or "\0", literal=True))
    return bool(len(quoted) and quoted.str.contains(f"^(?:{dialect.grammar})$").all())


def _is_spaced(chosen: Attempt) -> bool:
    """Whether every delimiter of the header is followed by a space, but before empty cells."""
    spaced = f"{chosen.dialect.delimiter} " in _SPACED
    return spaced and all(cell.startswith(" ") for cell in chosen.dialect.header[1:] if cell)


def _placed(chosen: Attempt, lines: pl.DataFrame) -> Dialect:
    """The dialect with the place where its body starts and what stands before its header."""
    size = pl.col("text").str.len_chars().cast(pl.Int64) + pl.col("end").str.len_chars()
    before = lines.filter(pl.col("number") < chosen.body_line)
    above = chosen.header_line or chosen.body_line
    notes = before.filter(pl.col("number") < above)["text"]
    refuse_broken_notes(before["text"].to_list())
    usual = lines["end"].value_counts(sort=True)["end"][0]
    below = lines.filter(pl.col("number") >= chosen.body_line)["text"]
    return replace(
        chosen.dialect,
        formulas=find_places(below, chosen.dialect),
        is_quoting=chosen.dialect.is_quoting or _is_habit(below, chosen.dialect),
        body_at=int(before.select(size.sum()).item()),
        body_line=chosen.body_line,
        notes=tuple(note for note in notes if note.strip()),
        line_end=usual,
        evidence=f"{chosen.dialect.evidence}; lines end with {_LINE_ENDS[usual]}",
    )
