"""One dialect tried on the beginning of a text: where its header would be, and the proof of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingestion.delimited import kinds
from ingestion.delimited.dialects import Dialect
from ingestion.delimited.evidence import (
    Attempt,
    Record,
    count_lines,
    first_block,
    learn,
    mismatch,
    of_width,
    upper,
)
from ingestion.delimited.headings import (
    find_named_header,
    has_values,
    is_demand,
    is_label_line,
    is_merged,
)
from ingestion.delimited.profiles import Profile
from ingestion.reasons import FileRefused
from ingestion.tables import HEADER_SEARCH_ROWS, MAX_COLUMNS, fold
from ingestion.units import with_units

_PLAIN = (",", "\t", ";", "|")
# Known names that prove a header.
_KNOWN_HITS = 2


def attempt(records: Sequence[Record], dialect: Dialect, known: frozenset[str]) -> Attempt:
    """The header by known names, else by contrast."""
    wide = [place for place, one in enumerate(records) if one.cells and len(one.cells) > 1]
    if not wide:
        return Attempt(dialect, reason="unknown_delimiter")
    widest = max(len(records[place].cells or []) for place in wide)
    if widest > MAX_COLUMNS:
        return Attempt(dialect, reason="too_many_columns", detail=f"{widest} > {MAX_COLUMNS}")
    early = [place for place in wide if place < HEADER_SEARCH_ROWS]
    named = find_named_header([records[place].cells or [] for place in early], known)
    if named is not None and _is_apart(records[early[named] :], known):
        detail = str(records[early[named]].number)
        return Attempt(dialect, hits=_KNOWN_HITS, reason="no_header", detail=detail)
    if named is not None:
        return _known_attempt(records, early[named], dialect, known)
    return _unknown_attempt(records, dialect, known)


def _is_apart(records: Sequence[Record], known: frozenset[str]) -> bool:
    """Whether the first record is a line of labels (会社名, A社, 担当者名, 山田) after which comes
    a gap, a line of another width, or one with another known name: then it may be no header."""
    cells = records[0].cells or []
    if not is_label_line(cells, known) or len(records) == 1:
        return False
    below = records[1]
    is_gap = below.is_blank or below.number > records[0].number + count_lines(records[0].text)
    named = {fold(cell) for cell in below.cells or ()} & known
    return is_gap or bool(named) or len(below.cells or cells) != len(cells)


def declared_attempt(records: Sequence[Record], dialect: Dialect, profile: Profile) -> Attempt:
    """The header the profile declares: given names, or so many records."""
    count = profile.header_rows if profile.header_rows is not None else int(profile.header is None)
    tops = [one.cells for one in records[:count]]
    if len(tops) < count or any(cells is None for cells in tops):
        return Attempt(dialect, reason="header_mismatch")
    names = profile.header or [
        " ".join(filter(None, (cell.strip() for cell in cells)))
        for cells in zip(*(cells or [] for cells in tops), strict=False)
    ]
    text = records[count - 1].text if count else ""
    headed = replace(dialect, header=tuple(names), header_text=text)
    return _fitted(records, count, headed, 0, "a declared header")


def single_column(records: Sequence[Record], dialect: Dialect, known: frozenset[str]) -> Attempt:
    """A file of one column: its header is known or proves itself by contrast."""
    first, rows = records[0], [one.cells for one in records[1:] if one.cells]
    if any(len(cells) > 1 for cells in rows) or any(mark in first.text for mark in _PLAIN):
        raise FileRefused("unknown_delimiter")
    if first.cells is None:
        raise FileRefused("header_mismatch", mismatch(first.number, None, records[1:]))
    name = first.cells[0]
    if fold(name) not in known and not _contrasts([name], rows):
        raise FileRefused("no_header")
    headed = replace(dialect, header=(name,), header_text=first.text)
    return _fitted(records, 1, headed, int(fold(name) in known), "one column")


def _known_attempt(
    records: Sequence[Record], place: int, dialect: Dialect, known: frozenset[str]
) -> Attempt:
    header = records[place].cells or []
    names = {fold(cell) for cell in header if cell.strip()}
    if is_merged(header, known):
        detail = mismatch(records[place].number, len(header), records[place + 1 :])
        return Attempt(dialect, hits=len(names & known), reason="header_mismatch", detail=detail)
    headed = replace(dialect, header=tuple(header), header_text=records[place].text, is_known=True)
    below = [one for one in records[place + 1 :] if one.cells]
    longer = [one for one in below if (one.cells or [])[len(header) :] == [""]]
    # only known names: a header that lost a separator has one name that nobody knows; quotes
    # left open in two rows make one longer record of them
    is_shown = any(count_lines(one.text) == 1 for one in longer)
    if is_shown and len(longer) == len(below) and names <= known:
        headed = replace(headed, is_padded=True)
    return _fitted(
        records, place + 1, headed, len(names & known), f"{len(names & known)} known names"
    )


def _unknown_attempt(records: Sequence[Record], dialect: Dialect, known: frozenset[str]) -> Attempt:
    widths = Counter(len(one.cells) for one in records if one.cells and len(one.cells) > 1)
    width = widths.most_common(1)[0][0]
    fitting = widths[width] - 1
    place = next(
        (at for at, one in enumerate(records) if not _is_note(one, dialect, width, known)), None
    )
    if place is None:
        return Attempt(dialect, reason="no_header")
    one = records[place]
    told = mismatch(one.number, len(one.cells) if one.cells else None, records[place + 1 :])
    if one.cells is None or len(one.cells) != width:
        return Attempt(dialect, fitting, reason="header_mismatch", detail=told)
    rows = upper(of_width(first_block(records[place + 1 :]), width))
    if not one.cells[-1].strip() and any(cells[-1].strip() for cells in rows):
        return Attempt(dialect, fitting, reason="header_mismatch", detail=told)
    if not _is_header(one.cells) or not _contrasts(one.cells, rows):
        return Attempt(dialect, fitting, reason="no_header", detail=str(one.number))
    headed = replace(dialect, header=tuple(one.cells), header_text=one.text)
    return _fitted(records, place + 1, headed, 0, "contrast with the columns below")


def _is_note(record: Record, dialect: Dialect, width: int, known: frozenset[str]) -> bool:
    """A line before the header that is not the header, nor the header spoilt."""
    if record.text.startswith("#"):
        return True
    others = max(record.text.count(mark) for mark in _PLAIN)
    if record.cells is None:
        return others == 0 and dialect.delimiter not in record.text
    if len(record.cells) == 1:
        return others < width - 1
    if has_values(record.cells, known) or is_demand(record.cells, []):
        return True
    return record.filled <= max(1, width // 3)


def _is_header(cells: Sequence[str]) -> bool:
    """Names in every column (the last may be empty), all different, none of them data."""
    named = cells[:-1] if not cells[-1].strip() else cells
    return (
        all(cell.strip() for cell in named)
        and len({fold(cell) for cell in named}) == len(named)
        and not any(kinds.is_data(cell) for cell in named)
    )


def _contrasts(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a column has a form that its name has not."""
    return any(
        not re.fullmatch(witness.form, header[witness.place].strip())
        for witness in kinds.find_witnesses(rows)
    )


def _fitted(
    records: Sequence[Record], start: int, dialect: Dialect, hits: int, proof: str
) -> Attempt:
    """The attempt whose header is above `records[start]`, with what is below it."""
    place, last = (records[start - 1].number, records[start - 1].text) if start else (0, "")
    after = place + count_lines(last) if start else min((one.number for one in records), default=1)
    first = records[start] if start < len(records) else None
    if first and is_demand(first.cells or [], of_width(records[start + 1 :], dialect.width)):
        dialect = replace(dialect, demand_text=first.text)
        start, after = start + 1, first.number + count_lines(first.text)
        proof += f", demands on line {first.number}"
        first = records[start] if start < len(records) else None
    named = with_units(dialect.header, (first.cells or [])[: dialect.width]) if first else None
    if first and named:
        dialect = replace(dialect, header=named, unit_text=first.text)
        start, after = start + 1, first.number + count_lines(first.text)
        proof += f", units on line {first.number}"
    tried = Attempt(dialect, hits=hits, header_line=place, body_line=after, proof=proof)
    return learn(tried, records[start:])
