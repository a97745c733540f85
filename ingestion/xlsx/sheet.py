"""One worksheet → its filled cells, sparse, as written. Two ways that give the same frame.

`scan` cuts up the XML that all usual programs write and checks that not one byte is left over;
whatever it does not know in full, `parse_sheet` reads event by event.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from ingestion.reasons import FileRefused
from ingestion.units import outside
from ingestion.xlsx.cells import CELLS, LAST_COLUMN, LAST_ROW, Runs, column_number
from ingestion.xlsx.cut import cut
from ingestion.xlsx.markup import is_plain, parse

CHUNK = 8 * 1024**2
MAX_EDGE = 16 * 1024**2
_OPEN, _CLOSE = b"<sheetData>", b"</sheetData>"
_REFERENCE = re.compile(r"^([A-Z]{1,3})([1-9][0-9]{0,6})$")
_LONGEST = 10
# What a page header is made of beside its text: &"font,style", &K and a colour, &12, &P; && is &.
_HEADER_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|K[0-9]{2}[+-][0-9]{3}|[0-9]+|[A-Za-z])')
# Formulas of several cells: array formulas, and the tables of what-if analysis.
_RANGED = ("array", "dataTable")
_FORMULA_TAG = re.compile(rb"<f [^<>]*>")
_ATTRIBUTE = re.compile(r'([a-zA-Z0-9]+)="([^"]*)"')
_PROMPTS = ("promptTitle", "prompt")


@dataclass(frozen=True)
class Merge:
    """A merged range; both ends belong to it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class Sheet:
    """`cells` as CELLS, by row and column; empty ones are left out. `notes`: what is written on
    the sheet and in no cell (`units.outside`). `arrays`: ranges whose formula stands in the first
    cell only; their cells have one here."""

    cells: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CELLS))
    merges: tuple[Merge, ...] = ()
    notes: tuple[str, ...] = ()
    arrays: tuple[Merge, ...] = ()


def read_sheet(content: Callable[[], Iterator[bytes]]) -> Sheet:
    """A sheet whose bytes `content()` gives from the start. Raises FileRefused when damaged."""
    found = scan(content())
    found = found if found is not None else parse_sheet(content())
    if found.arrays:
        found = replace(found, cells=_with_formulas(found))
    if _follow_each_other(found.cells):
        return found
    cells = found.cells.sort("row", "col")
    if not _follow_each_other(cells):
        raise FileRefused("damaged_workbook", "a cell stands twice")
    return replace(found, cells=cells)


def _follow_each_other(cells: pl.DataFrame) -> bool:
    """Whether the cells stand by row and column, each place once."""
    place = cells["row"].to_numpy().astype(np.int64) * (LAST_COLUMN + 1) + cells["col"].to_numpy()
    return bool((np.diff(place) > 0).all())


def scan(pieces: Iterator[bytes]) -> Sheet | None:
    """A sheet by its text; None for one that must be parsed."""
    head = b""
    for piece in pieces:
        head += piece
        if _OPEN in head or len(head) > MAX_EDGE:
            break
    head, opening, rest = head.partition(_OPEN)
    if not opening or not is_plain(head):
        return None
    blocks = _Blocks(rest, pieces)
    frames = [pl.DataFrame(schema=CELLS)]
    arrays: list[Merge] = []
    for block in blocks:
        arrays += _arrays(block)
        cells = cut(block)
        if cells is None:
            return None
        frames.append(cells)
    if blocks.tail is None:
        return None
    reader = Events()
    parse([head, b"<sheetData/>", blocks.tail], reader.start, reader.end, reader.text)
    return Sheet(pl.concat(frames), tuple(reader.merges), reader.notes, tuple(arrays))


def _arrays(block: bytes) -> list[Merge]:
    if b' ref="' not in block:
        return []
    tags = [each.decode() for each in _FORMULA_TAG.findall(block)]
    found = [dict(_ATTRIBUTE.findall(each)) for each in tags]
    return [read_range(each["ref"]) for each in found if each.get("t") in _RANGED and "ref" in each]


def _with_formulas(sheet: Sheet) -> pl.DataFrame:
    """The cells; those within an array have the formula of its first cell."""
    row, column = pl.col("row"), pl.col("col")
    inside = [
        row.is_between(each.first_row, each.last_row)
        & column.is_between(each.first_column, each.last_column)
        for each in sheet.arrays
    ]
    return sheet.cells.with_columns(formula=pl.any_horizontal("formula", *inside))


def parse_sheet(pieces: Iterable[bytes]) -> Sheet:
    """The same by a full parse: any legal XML."""
    reader = Events()
    parse(pieces, reader.start, reader.end, reader.text)
    cells = pl.DataFrame(reader.cells, schema=CELLS, orient="row")
    return Sheet(cells, tuple(reader.merges), reader.notes, tuple(reader.arrays))


@dataclass
class _Blocks:
    """Whole rows, some megabytes at a time; then `tail` is what stands after the last."""

    pending: bytes
    pieces: Iterator[bytes]
    tail: bytes | None = None

    def __iter__(self) -> Iterator[bytes]:
        while True:
            block, closing, after = self.pending.partition(_CLOSE)
            if closing:
                yield block
                self.tail = b"".join((b"", after, *self.pieces))
                return
            cut = self.pending.rfind(b"<row")
            if cut > 0:
                yield self.pending[:cut]
                self.pending = self.pending[cut:]
            more = next(self.pieces, None)
            if more is None or len(self.pending) > MAX_EDGE:
                return
            self.pending += more


class Events:
    """What `parse` tells about a sheet: cells as rows of CELLS, merged ranges, texts."""

    def __init__(self) -> None:
        self.cells: list[tuple[int, int, int, str, bool, str | None]] = []
        self.merges: list[Merge] = []
        self.arrays: list[Merge] = []
        self._headings: list[str] = []
        self._prompts: list[str] = []
        self._path: list[str] = []
        self._row = self._column = 0
        self._cell: dict[str, str] = {}
        self._formula = False
        self._value: list[str] | None = None
        self._runs = Runs()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if name == "c" and self._path[-2:-1] == ["row"]:
            self._open_cell(attributes)
        elif name == "row" and self._path[-2:-1] == ["sheetData"]:
            self._row = number(attributes.get("r"), self._row + 1, LAST_ROW)
            self._column = 0
        elif name in ("v", "is") and self._path[-2:-1] == ["c"]:
            if self._value is not None:
                raise FileRefused("damaged_workbook", "two values in a cell")
            self._value, self._runs = [], Runs()
        elif name == "f" and self._path[-2:-1] == ["c"]:
            self._formula = True
            if attributes.get("t") in _RANGED and "ref" in attributes:
                self.arrays.append(read_range(attributes["ref"]))
        elif "is" in self._path:
            self._runs.start(name, attributes)
        elif name == "mergeCell":
            self.merges.append(read_range(attributes.get("ref", "")))
        elif name == "dataValidation":
            self._prompts += [attributes[each] for each in _PROMPTS if each in attributes]
        elif self._path[-2:-1] == ["headerFooter"]:
            self._headings.append("")

    @property
    def notes(self) -> tuple[str, ...]:
        """Page headers and footers, and the messages beside cells that are filled in."""
        headings = [_HEADER_CODE.sub(" ", each) for each in self._headings]
        found = [outside("ヘッダー・フッター", each) for each in headings]
        return (*found, *(outside("入力時メッセージ", each) for each in self._prompts))

    def end(self, name: str) -> None:
        self._path.pop()
        if name == "c" and self._path[-1:] == ["row"]:
            self._close_cell()

    def text(self, characters: str) -> None:
        if self._path[-2:-1] == ["headerFooter"] and self._headings:
            self._headings[-1] += characters
        if self._value is None:
            return
        in_value = self._path[-2:] == ["c", "v"]
        in_string = self._path[-1:] == ["t"] and "is" in self._path and "rPh" not in self._path
        if in_value:
            self._value.append(characters)
        elif in_string:
            self._runs.add(characters)

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self._cell, self._formula, self._value = attributes, False, None
        self._column += 1
        if "r" in attributes:
            row, self._column = read_reference(attributes["r"])
            if row != self._row:
                raise FileRefused("damaged_workbook", "a cell stands in another row")

    def _close_cell(self) -> None:
        if self._value is None and not self._formula:
            return
        style = number(self._cell.get("s"), 0, LAST_ROW)
        value = None if self._value is None else "".join([*self._value, self._runs.take()])
        kind = self._cell.get("t", "n")
        self.cells.append((self._row, self._column, style, kind, self._formula, value))


def read_range(text: str) -> Merge:
    """A1:C3, or one cell. Raises FileRefused for anything else."""
    first, _, last = text.partition(":")
    (top, left), (bottom, right) = read_reference(first), read_reference(last or first)
    return Merge(min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def read_reference(text: str) -> tuple[int, int]:
    """B7 → (7, 2)."""
    found = _REFERENCE.match(text)
    if found is None:
        raise FileRefused("damaged_workbook", "cell reference")
    row, column = int(found[2]), column_number(found[1])
    if row > LAST_ROW or column > LAST_COLUMN:
        raise FileRefused("damaged_workbook", "cell reference")
    return row, column


def number(text: str | None, default: int, largest: int) -> int:
    """A count in an attribute. Raises FileRefused unless it is from 0 to `largest`."""
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or int(text[:_LONGEST]) > largest:
        raise FileRefused("damaged_workbook", "number")
    return int(text)
