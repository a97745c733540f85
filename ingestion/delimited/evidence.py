"""What the records below a header say: whether they fit it, and what is normal among them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingestion.delimited import kinds
from ingestion.delimited.dialects import NAMES, Dialect
from ingestion.delimited.homes import find_homes, is_mixed
from ingestion.delimited.tails import find_tail

_LINE_END = re.compile("\r\n|\n|\r")
# So many rows below a header are looked at for being headers too.
_HEADER_DEPTH = 3
_MIN_SAMPLE = 20
# One row has no form in common with others; two cells are no pattern of empty ones.
_MIN_FORM, _MIN_DOUBLED = 2, 3
# A header fits its file when so many of the records have its width.
_MOSTLY = 2 / 3


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


def learn(tried: Attempt, below: Sequence[Record]) -> Attempt:
    """The attempt with what the records below its header say, or why they speak against it."""
    dialect = tried.dialect
    rows = of_width(below, dialect.width)
    tried = replace(tried, fitting=len(rows), total=len(below))
    if len(below) > int(tried.hits > 1) and not rows:
        told = mismatch(tried.header_line, len(dialect.header), below)
        return replace(tried, reason="header_mismatch", detail=told)
    block = of_width(first_block(below), dialect.width)
    if _has_second_header(block, tried.hits):
        return replace(tried, reason="multi_row_header", detail=str(below[0].number))
    # a delimiter written twice: every other column is empty
    if len(dialect.header) >= _MIN_DOUBLED and not any(map(str.strip, dialect.header[1::2])):
        return replace(tried, reason="unknown_delimiter", detail=repr(dialect.delimiter * 2))
    sample = upper(block)
    is_fitting = len(rows) >= _MOSTLY * len(below)
    if is_fitting and is_mixed(sample):
        return replace(tried, reason="mixed_layout")
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
        is_fitting=is_fitting,
        witnesses=kinds.spread(found) if is_enough else (),
        always=kinds.find_always(sample) if is_enough else (),
        tail=find_tail(sample, found) if dialect.is_known else None,
        homes=find_homes(dialect.header, sample) if is_enough else (),
        thousands=_thousands(dialect, below, sample),
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


def upper(rows: list[list[str]]) -> list[list[str]]:
    """The rows to learn from, not far down: another table may follow."""
    return rows[: max(len(rows) // 2, _MIN_SAMPLE)]


def of_width(records: Sequence[Record], width: int) -> list[list[str]]:
    return [one.cells for one in records if one.cells and len(one.cells) == width]


def first_block(records: Sequence[Record]) -> Sequence[Record]:
    """The records up to the first gap (blank lines or cells), if these are enough to learn from."""
    for place, (one, following) in enumerate(pairwise(records), start=1):
        is_gap = following.number > one.number + count_lines(one.text) or following.is_blank
        if is_gap and place >= kinds.MIN_ROWS:
            return records[:place]
    return records


def mismatch(number: int, width: int | None, below: Sequence[Record]) -> str:
    """How many cells a header (None: not told apart) and the records below it have, in words."""
    widths = Counter(len(one.cells) for one in below if one.cells)
    most = widths.most_common(1)[0][0] if widths else None
    unread = sum(1 for one in below if one.cells is None)
    ja, en = f"{number} 行目の見出しは", f"line {number}: header "
    ja += "引用符のため列に分けられず" if width is None else f" {width} 列"
    en += "cannot be divided because of its quotes" if width is None else f"{width} cells"
    if most is not None:
        ja, en = f"{ja}、データは多くが {most} 列", f"{en}, most rows {most}"
    if unread:
        ja = f"{ja}、引用符などで列に分けられない行が {unread} 行以上"
        en = f"{en}, {unread} or more rows that quotes keep from being divided"
    hint = "引用符の閉じ忘れと区切り文字の過不足を確認してください"
    return f"{ja}（{hint}） / {en} (look for open quotes and separators)"


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


def _thousands(
    dialect: Dialect, below: Sequence[Record], sample: list[list[str]]
) -> tuple[int, ...]:
    """`thousands` of the dialect: where commas part cells and not every cell is quoted."""
    texts = [one.text for one in below]
    quoted = sum(1 for text in texts if text.count(dialect.quote or "\0") >= 2 * dialect.width)
    if not dialect.delimiter.startswith(",") or quoted * 2 > len(texts):
        return ()
    if kinds.groups_thousands(texts, dialect.width):
        return tuple(range(1, len(dialect.header)))
    return kinds.find_cut_thousands(dialect.header, sample)


def _is_quoting(dialect: Dialect, records: Sequence[Record]) -> bool:
    """Whether quotes protect something in some record, or are a habit (in most records)."""
    if not dialect.quote:
        return dialect.is_quoting
    quoted = [one.text for one in records if one.cells and dialect.quote in one.text]
    if len(quoted) * 2 > len(records):
        return True
    idle = dialect.width - 1
    return any(
        text.count(dialect.mark) > idle or "\n" in text or "\r" in text or dialect.quote * 2 in text
        for text in quoted
    )


def _quoting_words(dialect: Dialect, records: Sequence[Record]) -> str:
    quoted = sum(1 for one in records if one.cells and dialect.quote and dialect.quote in one.text)
    how = "backslash" if dialect.escape else "doubling"
    return f"quote {dialect.quote or 'none'} ({quoted} records quoted, escaped by {how})"
