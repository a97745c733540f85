"""Which delimiter a text has and where its header is: by evidence, refused when two fit."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

import polars as pl

from ingestion.reasons import FileRefused
from ingestion.tables import HEADER_SEARCH_ROWS, find_header

# Delimiter → how a regular expression of Python and of Rust writes it.
DELIMITERS = {",": ",", "\t": r"\t", ";": ";", "|": r"\|"}
# The longest record that is read; far more than any row needs.
MAX_RECORD_CHARACTERS = 1_000_000
# for the whole process: the reader's own limit of 131,072 would end a file at one long cell
csv.field_size_limit(MAX_RECORD_CHARACTERS)
_EVIDENCE_RECORDS = 100
_MIN_CONSISTENT = 0.9


@dataclass(frozen=True)
class Dialect:
    """A delimiter, the place of the header record, and the header's cells."""

    delimiter: str
    header_place: int
    header: tuple[str, ...]


def detect(records: pl.DataFrame, known: frozenset[str]) -> Dialect:
    """The one dialect the evidence allows: known headers first, else steady field counts."""
    filled = records.with_row_index("place").filter(pl.col("text").str.contains(r"\S"))
    sample = filled.head(_EVIDENCE_RECORDS).select("place", "text").rows()
    if not sample:
        raise FileRefused("empty_file")
    by_header = [dialect for d in DELIMITERS if (dialect := _by_header(sample, d, known))]
    if not by_header:
        by_header = [dialect for d in DELIMITERS if (dialect := _by_counts(sample, d))]
    if len(by_header) > 1:
        raise FileRefused("ambiguous_delimiter", " ".join(repr(d.delimiter) for d in by_header))
    if by_header:
        return by_header[0]
    cells = _cells(sample[0][1], ",")
    if cells is None or len(cells) > 1 or any(d in text for _, text in sample for d in DELIMITERS):
        raise FileRefused("unknown_delimiter")
    return _dialect(",", sample[0][0], cells)


def _by_header(
    sample: list[tuple[int, str]], delimiter: str, known: frozenset[str]
) -> Dialect | None:
    split = [(place, _cells(text, delimiter)) for place, text in sample[:HEADER_SEARCH_ROWS]]
    rows = [(place, cells) for place, cells in split if cells and len(cells) > 1]
    found = find_header([cells for _, cells in rows], known)
    return None if found is None else _dialect(delimiter, *rows[found])


def _by_counts(sample: list[tuple[int, str]], delimiter: str) -> Dialect | None:
    """Without a known header: the first record is it, if nearly all records have its width."""
    split = [_cells(text, delimiter) for _, text in sample]
    first = split[0]
    if first is None or len(first) < 2:  # noqa: PLR2004 - one field is no evidence
        return None
    alike = sum(1 for cells in split if cells is not None and len(cells) == len(first))
    steady = alike / len(split) >= _MIN_CONSISTENT
    return _dialect(delimiter, sample[0][0], first) if steady else None


def _dialect(delimiter: str, place: int, cells: list[str]) -> Dialect:
    if any(re.search(r"[\0-\x08\x0e-\x1f]", cell) for cell in cells):
        raise FileRefused("unreadable_file")
    return Dialect(delimiter, place, tuple(cells))


def _cells(text: str, delimiter: str) -> list[str] | None:
    if len(text) > MAX_RECORD_CHARACTERS or not re.fullmatch(grammar(delimiter), text):
        return None
    return next(csv.reader([text], delimiter=delimiter, strict=True), [])


def grammar(delimiter: str) -> str:
    """One record: fields without quotes, or wholly quoted with doubled quotes inside."""
    bare = DELIMITERS[delimiter]
    cell = f'(?:"(?:[^"]|"")*"|[^"\\r\\n{bare}]*)'
    return f"{cell}(?:{bare}{cell})*"
