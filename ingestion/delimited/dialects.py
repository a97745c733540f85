"""A dialect of delimited text: how its cells are divided and quoted, and what a record is.

One record is a line, or several where a quoted cell holds line ends. Its grammar is strict:
cells are wholly quoted or hold no quote at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from ingestion.delimited.homes import Home
from ingestion.delimited.kinds import Witness

# The delimiters that are known, in words.
NAMES = {
    ",": "comma",
    "\t": "tab",
    ";": "semicolon",
    "|": "bar",
    ", ": "comma + space",
    "; ": "semicolon + space",
    " ": "space",
}
# The longest record that is read; far more than any row needs.
MAX_RECORD_CHARACTERS = 1_000_000
MAX_RECORD_LINES = 100
FOREIGN_QUOTES = "'`´"


@dataclass(frozen=True)
class Dialect:
    """How a text is divided. Where the body starts: `body_at` (characters), `body_line` (1-based).

    A delimiter of two characters is one with a space after it, which may be missing before an
    empty cell. `quote` is "" when nothing is quoted; `escape` a backslash, or empty where quotes
    are doubled. `is_padded`: every data row ends with one empty cell more than the header.
    `formulas`: places of columns whose cells may be written ="0001"; None before that is known.
    `line_end`: CR, LF or CRLF, the usual one. `is_quoting`: quotes were seen to protect something,
    or are a habit (without this, a row with quotes that protect nothing is in doubt; where quotes
    are text, one with a quote at a border). `first`: the first column of one form, `last`: the
    last column if it has one and `is_known`; `witnesses`: some such columns, seen in enough rows;
    `always`: places of columns never empty; `tail`: the last column that is usually filled, where
    rows may end after it (`tails`); `thousands`: of those where the end of an unquoted
    1,234 would be strange; `homes`: columns that alone have a kind of value. `is_known`: the
    header was recognised by its names; `is_fitting`: most records below have its width.
    `header_text`: the header as written; `unit_text`: the row of units below it, which `header`
    tells; `demand_text`: the one that says which columns must be filled.
    `evidence`: why this dialect, in words.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    header: tuple[str, ...] = ()
    header_text: str = ""
    unit_text: str = ""
    demand_text: str = ""
    is_padded: bool = False
    formulas: tuple[int, ...] | None = None
    line_end: str = "\n"
    is_quoting: bool = True
    first: Witness | None = None
    last: Witness | None = None
    witnesses: tuple[Witness, ...] = ()
    always: tuple[int, ...] = ()
    tail: int | None = None
    thousands: tuple[int, ...] = ()
    homes: tuple[Home, ...] = ()
    is_known: bool = False
    is_fitting: bool = False
    body_at: int = 0
    body_line: int = 1
    notes: tuple[str, ...] = ()
    evidence: str = ""

    @property
    def foreign_quotes(self) -> str:
        """Marks that are text here and quotes elsewhere."""
        return "".join(mark for mark in '"' + FOREIGN_QUOTES if mark != self.quote)

    @property
    def mark(self) -> str:
        """The one character that parts cells, with or without a space after it."""
        return self.delimiter[0]

    @property
    def is_spaced(self) -> bool:
        return len(self.delimiter) > 1

    @property
    def remarks(self) -> list[str]:
        """Rows that say something of the columns, wherever they stand again."""
        return [self.header_text, self.unit_text, self.demand_text]

    @property
    def width(self) -> int:
        """Cells of a data row."""
        return len(self.header) + self.is_padded

    @cached_property
    def quoted(self) -> str:
        """A quoted cell; written so that no engine has to go back."""
        q = self.quote
        if self.escape:
            return rf"{q}[^{q}\\]*(?:\\{q}[^{q}\\]*)*{q}"
        return f"{q}[^{q}]*(?:{q}{q}[^{q}]*)*{q}"

    @cached_property
    def bare(self) -> str:
        """A cell without quotes; no line ends, and no backslash where that escapes."""
        barred = self.mark + self.quote + r"\r\n" + (r"\\" if self.escape else "")
        if self.is_spaced:
            return f"(?:[^ {barred}][^{barred}]*)?"
        return f"[^{barred}]*"

    @cached_property
    def cell(self) -> str:
        return f"(?:{self.quoted}|{self.bare})" if self.quote else self.bare

    @cached_property
    def between(self) -> str:
        """The delimiter as a regular expression."""
        mark = r"\|" if self.mark == "|" else self.mark
        return f"{mark} ?" if self.is_spaced else mark

    @cached_property
    def grammar(self) -> str:
        """One record, without its line end."""
        if self.is_spaced:
            return f"{self.cell}(?:{self.mark}(?: {self.cell})?)*"
        return f"{self.cell}(?:{self.between}{self.cell})*"

    @cached_property
    def start(self) -> str | None:
        """How a record begins: the cells up to the first one of a form. None without."""
        if self.first is None:
            return None
        q = f"{self.quote}?" if self.quote else ""
        before = f"(?:{self.cell}{self.between}){{{self.first.place}}}"
        return rf"^[\x00-\x1f\ufeff]*{before}{q}(?:{self.first.form}){q}(?:[,;|\t ]|$)"

    @cached_property
    def end(self) -> str | None:
        """How a record ends: a last cell of a form. None without."""
        if self.last is None:
            return None
        q = f"{self.quote}?" if self.quote else ""
        return rf"(?:^|{self.between}){q}(?:{self.last.form}){q}$"

    @cached_property
    def dense(self) -> str:
        """One record of the same dialect without the spaces after its delimiters."""
        return replace(self, delimiter=self.mark).grammar

    @cached_property
    def quote_at_border(self) -> str:
        """A quote of either kind that may open or close a cell."""
        return rf"""(?:^|{self.between})\s*["']|["']\s*(?:{self.between}|$)"""

    def cells(self, record: str) -> list[str] | None:
        """The cells of one record, or None when it breaks the grammar."""
        if len(record) > MAX_RECORD_CHARACTERS or not re.fullmatch(self.grammar, record):
            return None
        cells, place, one = [], 0, re.compile(self.cell)
        while place <= len(record):
            cell = one.match(record, place)
            assert cell is not None  # since the grammar matched
            cells.append(self._plain(cell[0]))
            place = cell.end() + 1
            if self.is_spaced and record[place : place + 1] == " ":
                place += 1
        return cells

    def _plain(self, cell: str) -> str:
        if not self.quote or not cell.startswith(self.quote):
            return cell
        doubled = f"\\{self.quote}" if self.escape else self.quote * 2
        return cell[1:-1].replace(doubled, self.quote)

    def quotes(self, text: pl.Expr) -> pl.Expr:
        """How many quotes of a text open or close a cell."""
        if not self.quote:
            return pl.lit(0, pl.UInt32)
        count = text.str.count_matches(self.quote, literal=True)
        if self.escape:
            count -= text.str.count_matches(f"\\{self.quote}", literal=True)
        return count
