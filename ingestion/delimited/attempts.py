"""One dialect tried on the beginning of a text: where its header would be, and the proof of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingestion.delimited import kinds
from ingestion.delimited.dialects import NAMES, Dialect
from ingestion.delimited.profiles import Profile
from ingestion.reasons import FileRefused
from ingestion.tables import HEADER_SEARCH_ROWS, MAX_COLUMNS, find_header, fold

_LINE_END = re.compile("\r\n|\n|\r")
# So many rows below a header are looked at for being headers too.
_HEADER_DEPTH = 3
_MIN_SAMPLE = 20
# One row has no form in common with others; two cells are no pattern of empty ones.
_MIN_FORM, _MIN_DOUBLED = 2, 3
# A header fits its file when so many of the records have its width.
_MOSTLY = 2 / 3
_PLAIN = (",", "\t", ";", "|")


@dataclass(frozen=True)
class Record:
    """A record of the beginning: its first line, its text, its cells if it has a grammar."""

    number: int
    text: str
    cells: list[str] | None

    @property
    def is_blank(self) -> bool:
        return self.cells is not None and not self.filled

    @property
    def filled(self) -> int:
        return sum(1 for cell in self.cells or () if cell.strip())


@dataclass(frozen=True)
class Attempt:
    """A dialect tried. `fitting` of `total` records below the header have its width. `hits`: known
    names in the header; `header_line`, `body_line`: where it starts, and the line after it;
    `proof`: why it is one. `reason` (with `detail`): why this is not the dialect; empty if it is.
    """

    dialect: Dialect
    fitting: int = 0
    total: int = 0
    hits: int = 0
    header_line: int = 0
    body_line: int = 1
    proof: str = ""
    reason: str = ""
    detail: str = ""

    @property
    def share(self) -> float:
        return self.fitting / self.total if self.total else 1.0


def attempt(records: Sequence[Record], dialect: Dialect, known: frozenset[str]) -> Attempt:
    """The header by known names, else by contrast."""
    wide = [place for place, one in enumerate(records) if one.cells and len(one.cells) > 1]
    if not wide:
        return Attempt(dialect, reason="unknown_delimiter")
    widest = max(len(records[place].cells or []) for place in wide)
    if widest > MAX_COLUMNS:
        return Attempt(dialect, reason="too_many_columns", detail=f"{widest} > {MAX_COLUMNS}")
    early = [place for place in wide if place < HEADER_SEARCH_ROWS]
    named = find_header([records[place].cells or [] for place in early], known)
    if named is not None:
        return _known_attempt(records, early[named], dialect, known)
    return _unknown_attempt(records, dialect)


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
        raise FileRefused("header_mismatch", str(first.number))
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
    headed = replace(dialect, header=tuple(header), header_text=records[place].text, is_known=True)
    below = [one.cells for one in records[place + 1 :] if one.cells]
    longer = [cells for cells in below if len(cells) == len(header) + 1 and not cells[-1]]
    # only known names: a header that lost a separator has one name that nobody knows
    if longer and len(longer) == len(below) and names <= known:
        headed = replace(headed, is_padded=True)
    return _fitted(
        records, place + 1, headed, len(names & known), f"{len(names & known)} known names"
    )


def _unknown_attempt(records: Sequence[Record], dialect: Dialect) -> Attempt:
    widths = Counter(len(one.cells) for one in records if one.cells and len(one.cells) > 1)
    width = widths.most_common(1)[0][0]
    fitting = widths[width] - 1
    place = next((at for at, one in enumerate(records) if not _is_note(one, dialect, width)), None)
    if place is None:
        return Attempt(dialect, reason="no_header")
    one = records[place]
    if one.cells is None or len(one.cells) != width:
        return Attempt(dialect, fitting, reason="header_mismatch", detail=str(one.number))
    rows = _upper(_of_width(_first_block(records[place + 1 :]), width))
    if not _is_header(one.cells) or not _contrasts(one.cells, rows):
        return Attempt(dialect, fitting, reason="no_header", detail=str(one.number))
    headed = replace(dialect, header=tuple(one.cells), header_text=one.text)
    return _fitted(records, place + 1, headed, 0, "contrast with the columns below")


def _is_note(record: Record, dialect: Dialect, width: int) -> bool:
    """A line before the header that is not the header, nor the header spoilt."""
    if record.text.startswith("#"):
        return True
    others = max(record.text.count(mark) for mark in _PLAIN)
    if record.cells is None:
        return others == 0 and dialect.delimiter not in record.text
    if len(record.cells) == 1:
        return others < width - 1
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
    tried = Attempt(dialect, hits=hits, header_line=place, body_line=after, proof=proof)
    return learn(tried, records[start:])


def learn(tried: Attempt, below: Sequence[Record]) -> Attempt:
    """The attempt with what the records below its header say, or why they speak against it."""
    dialect = tried.dialect
    rows = _of_width(below, dialect.width)
    tried = replace(tried, fitting=len(rows), total=len(below))
    if len(below) > int(tried.hits > 1) and not rows:
        return replace(tried, reason="header_mismatch", detail=str(below[0].number))
    block = _of_width(_first_block(below), dialect.width)
    if _has_second_header(block, tried.hits):
        return replace(tried, reason="multi_row_header", detail=str(below[0].number))
    # a delimiter written twice: every other column is empty
    if len(dialect.header) >= _MIN_DOUBLED and not any(map(str.strip, dialect.header[1::2])):
        return replace(tried, reason="unknown_delimiter", detail=repr(dialect.delimiter * 2))
    sample = _upper(block)
    found = kinds.find_witnesses(sample)
    is_enough = len(sample) >= kinds.MIN_ROWS
    words = (
        f"{NAMES.get(dialect.delimiter, repr(dialect.delimiter))}: header on line "
        f"{tried.header_line} by {tried.proof}; {len(rows)} of {len(below)} records below have "
        f"{dialect.width} cells; {_quoting_words(dialect, below)}"
    )
    first, last = _borders(dialect, sample, found)
    learnt = replace(
        dialect,
        first=first,
        last=last,
        is_fitting=len(rows) >= _MOSTLY * len(below),
        witnesses=kinds.spread(found) if is_enough else (),
        always=kinds.find_always(sample) if is_enough else (),
        is_quoting=_is_quoting(dialect, below),
        evidence=words,
    )
    return replace(tried, dialect=learnt)


def _borders(
    dialect: Dialect, sample: list[list[str]], found: Sequence[kinds.Witness]
) -> tuple[kinds.Witness | None, kinds.Witness | None]:
    """`first` and `last` of the dialect; a known header may have ids of any kind below it."""
    if len(sample) < _MIN_FORM:
        return None, None
    first = next(iter(found), None)
    if dialect.is_known and (first is None or first.place > 0):
        first = kinds.find_label(sample) or first
    ends = (one for one in found if dialect.is_known and one.place == dialect.width - 1)
    return first, next(ends, None)


def _upper(rows: list[list[str]]) -> list[list[str]]:
    """The rows to learn from, not far down: another table may follow."""
    return rows[: max(len(rows) // 2, _MIN_SAMPLE)]


def _of_width(records: Sequence[Record], width: int) -> list[list[str]]:
    return [one.cells for one in records if one.cells and len(one.cells) == width]


def _first_block(records: Sequence[Record]) -> Sequence[Record]:
    """The records up to the first gap (blank lines or cells), if these are enough to learn from."""
    for place, (one, following) in enumerate(pairwise(records), start=1):
        is_gap = following.number > one.number + count_lines(one.text) or following.is_blank
        if is_gap and place >= kinds.MIN_ROWS:
            return records[:place]
    return records


def count_lines(text: str) -> int:
    """Lines that a record takes; 0 for none."""
    return len(_LINE_END.split(text)) if text else 0


def _has_second_header(rows: Sequence[Sequence[str]], hits: int) -> bool:
    """Whether the first row below a header looks like a header as well.

    Below known names two columns must say so, or names in all: one undated row is a bad row.
    """
    for depth in range(1, _HEADER_DEPTH + 1):
        tops = rows[:depth]
        if len(rows) <= depth or any(map(kinds.is_data, tops[-1])):
            return False
        witnesses = kinds.find_witnesses(rows[depth:])
        filled = sum(1 for one in witnesses if tops[0][one.place].strip())
        is_full = all(cell.strip() for cell in tops[0]) and len(set(tops[0])) == len(tops[0])
        if not (filled > 1 or is_full or hits <= 1):
            return False
        if all(kinds.is_alien(cells, witnesses) for cells in tops):
            return True
    return False


def _is_quoting(dialect: Dialect, records: Sequence[Record]) -> bool:
    """Whether quotes protect something in some record, or are a habit (in most records)."""
    if not dialect.quote:
        return True
    quoted = [one.text for one in records if one.cells and dialect.quote in one.text]
    if len(quoted) * 2 > len(records):
        return True
    idle = dialect.width - 1
    return any(
        text.count(dialect.delimiter) > idle
        or "\n" in text
        or "\r" in text
        or dialect.quote * 2 in text
        for text in quoted
    )


def _quoting_words(dialect: Dialect, records: Sequence[Record]) -> str:
    quoted = sum(1 for one in records if one.cells and dialect.quote and dialect.quote in one.text)
    how = "backslash" if dialect.escape else "doubling"
    return f"quote {dialect.quote or 'none'} ({quoted} records quoted, escaped by {how})"
