"""Rows in the terminal: a table where it fits, else one record after the other.

Ids, dates and yen are never broken over lines, so that they can be read and copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.table import Table
from rich.text import Text

_GAP = 2
# What a column of sentences needs at least to be read in a table.
_LEAST_PROSE = 24


@dataclass(frozen=True)
class Records:
    """`rows` below `title`, a cell for each of `columns`; `right` and `prose` by place: what is
    aligned right, and what may be broken over lines.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    right: frozenset[int] = frozenset()
    prose: frozenset[int] = field(default_factory=frozenset)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text | Table]:
        yield Text(f"\n{self.title}", style="italic")
        cells = [[_plain(cell) for cell in row] for row in self.rows]
        if self._least_width(cells) <= options.max_width:
            yield self._table(cells)
        else:
            for row in cells:
                yield from _record(self._fields(row), options.max_width)

    def _least_width(self, cells: Sequence[Sequence[str]]) -> int:
        widths = [max(map(cell_len, column)) for column in zip(self.columns, *cells, strict=True)]
        return sum(
            (min(width, _LEAST_PROSE) if place in self.prose else width) + _GAP
            for place, width in enumerate(widths)
        )

    def _table(self, cells: Sequence[Sequence[str]]) -> Table:
        table = Table(box=None, padding=(0, _GAP, 0, 0))
        for place, name in enumerate(self.columns):
            justify: Literal["left", "right"] = "right" if place in self.right else "left"
            is_whole = place not in self.prose
            table.add_column(name, justify=justify, overflow="fold", no_wrap=is_whole)
        for row in cells:
            table.add_row(*(Text(cell) for cell in row))
        return table

    def _fields(self, row: Sequence[str]) -> list[str]:
        named = zip(self.columns, row, strict=True)
        return [f"{name} {cell}".strip() for name, cell in named if cell]


def _record(fields: Sequence[str], width: int) -> Iterator[Text]:
    """As many fields on a line as fit; one that is longer than a line stands alone."""
    line = ""
    for text in fields:
        longer = f"{line}{' ' * _GAP}{text}" if line else f"- {text}"
        if line and cell_len(longer) > width:
            yield Text(line)
            longer = f"  {text}"
        line = longer
    yield Text(line)


def _plain(cell: Any) -> str:
    """Ids and file names are other people's: no markup, no control characters."""
    text = "" if cell is None else str(cell)
    return "".join(mark if mark.isprintable() else "\ufffd" for mark in text)
