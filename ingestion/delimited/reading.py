"""Reads delimited text strictly: every record is right, or a problem with its line number.

A record is accepted only when it matches the grammar of its dialect and stands where nothing
casts doubt on it (`records.py`: what a record is; `doubts` here: rows out of joint). No typing
detection and no sniffing of any library is used: they load damaged files silently wrong.

Three pure steps, which a scanner of big files can use on pieces: `encodings.decode` →
`detection.detect` on the beginning → `read_body` on what follows the header.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import polars as pl

from ingestion.delimited import kinds
from ingestion.delimited.borders import find_notes, mark_foreign, mark_torn
from ingestion.delimited.detection import detect
from ingestion.delimited.dialects import Dialect
from ingestion.delimited.encodings import decode
from ingestion.delimited.endings import find_cut
from ingestion.delimited.homes import find_moved
from ingestion.delimited.mending import refuse_broken_remarks
from ingestion.delimited.profiles import Profile
from ingestion.delimited.records import find_records, fits_header, split_lines
from ingestion.delimited.tails import complete
from ingestion.reasons import FileRefused
from ingestion.tables import MAX_COLUMNS, MAX_SHOWN, Table, unique_names

__all__ = ["Body", "decode", "detect", "read_body", "read_text", "split_records"]


@dataclass(frozen=True)
class Body:
    """What follows a header. `rows`: text columns named like the header's cells; `numbers`: the
    first line of each; `problems`: `PROBLEM_SCHEMA`; `ignored`: blank lines, totals, comments,
    repeated headers and closing remarks. Every record is in exactly one of them. `notes`: the
    comments and remarks among the ignored; `unread`: as `Table.unread`."""

    rows: pl.DataFrame
    numbers: pl.Series
    problems: pl.DataFrame
    ignored: int
    notes: tuple[str, ...] = ()
    unread: pl.DataFrame = field(default_factory=pl.DataFrame)


def read_text(
    text: str, encoding: str, known: frozenset[str], profile: Profile | None = None
) -> Table:
    """The table in a text. Raises FileRefused when there is none or its dialect is in doubt."""
    if not text.strip("\ufeff\r\n\t ,;|\0"):
        raise FileRefused("empty_file")
    dialect = detect(text, known, profile)
    if len(dialect.header) > MAX_COLUMNS:
        raise FileRefused("too_many_columns", f"{len(dialect.header)} > {MAX_COLUMNS}")
    body = read_body(text[dialect.body_at :], dialect, dialect.body_line)
    return Table(
        header=dialect.header,
        rows=body.rows,
        problems=body.problems,
        unread=body.unread,
        warnings=find_cut(text, body.rows, body.numbers),
        numbers=body.numbers,
        notes=(*dialect.notes, *body.notes),
        encoding=encoding,
        ignored=body.ignored + bool(dialect.demand_text),
        dialect=dialect.evidence,
    )


def read_body(text: str, dialect: Dialect, first_line: int, is_last: bool = True) -> Body:
    """The records of a text that starts with a record; `first_line` is the number of its line.

    A piece of a body gives what the whole would give when it ends where a line ends, the lines
    before and after that end are plain rows, and no cell in quotes of any kind can reach over it
    (they take `MAX_RECORD_LINES` at most); `is_last` says that nothing follows (remarks may close
    it).
    Raises FileRefused when another table follows in the same text (`several_tables`), or a unit
    stands between its rows (`unclear_unit`).
    """
    records = find_records(split_lines(text, first_line), dialect)
    refuse_broken_remarks(records, dialect)
    records = complete(records, dialect)
    records = find_notes(records, dialect, is_last)
    notes = tuple(records.filter(pl.col("fate") == "note")["text"])
    records = records.with_columns(pl.col("fate").replace("note", "ignored"))
    records = mark_foreign(mark_torn(records, dialect), dialect)
    good = records.filter(pl.col("fate") == "row")
    rows = split_records(good["text"], dialect)
    doubt = doubts(rows, dialect)
    refuse_second_table(records, good, doubt, dialect)
    sound = doubt.is_null() | (doubt == "lone_row")
    bad = pl.concat(
        [
            records.filter(pl.col("fate").is_in(["row", "ignored"]).not_()),
            good.with_columns(fate=doubt.alias("fate")).filter(sound.not_()),
        ]
    )
    bad = bad.sort("number")
    return Body(
        rows=rows.filter(sound),
        numbers=good.filter(sound)["number"].rename("row_number"),
        problems=_problems(bad),
        unread=_told_apart(bad, dialect),
        ignored=records.filter(pl.col("fate") == "ignored").height,
        notes=notes,
    )


def _told_apart(bad: pl.DataFrame, dialect: Dialect) -> pl.DataFrame:
    """The cells of those records that have as many as the header, after their `row_number`; none
    where the file has a column of that name."""
    plain = bad.filter(fits_header(dialect) & (pl.col("fate") != "row_too_long"))
    if plain.is_empty() or "row_number" in unique_names(dialect.header):
        return pl.DataFrame()
    number = plain["number"].cast(pl.Int64).alias("row_number")
    return split_records(plain["text"], dialect).insert_column(0, number)


def doubts(rows: pl.DataFrame, dialect: Dialect) -> pl.Series:
    """One a row of cells: null, or why it is out of joint (see `kinds.doubts`)."""
    broken = kinds.find_broken(rows, dialect.witnesses)
    doubt = kinds.doubts(rows, dialect.witnesses, broken, dialect.always, dialect.thousands)
    moved = find_moved(rows, dialect.homes, broken)
    return doubt.fill_null(doubt.clear(len(doubt)).scatter(moved, "shifted_row"))


def refuse_second_table(
    records: pl.DataFrame, good: pl.DataFrame, doubt: pl.Series, dialect: Dialect
) -> None:
    """Raise FileRefused where a record can only be the header of another table.

    `doubt` is that of the records in `good`. A row that looks like a header is one when it fills
    every column, stands apart from what precedes, or the names of this table are not known. The
    same header again after a gap starts another table too, unless its names are known, for then
    it means the same.
    """
    text = pl.col("text")
    gap = text.str.strip_chars(f" \t{dialect.delimiter}") == ""
    apart = records.filter((gap | (pl.col("fate") == "ragged_row")).shift(1, fill_value=False))
    found = (
        [] if dialect.is_known else apart.filter(text == dialect.header_text)["number"].to_list()
    )
    if doubt.null_count() < len(doubt):
        alien = doubt.is_in(["alien_row", "lone_row"])
        loose = good["number"].is_in(apart["number"].implode()) if dialect.is_known else True
        headers = (doubt == "header_row") | (alien & loose)
        found += good.filter(headers.fill_null(False))["number"].to_list()
    if found:
        raise FileRefused("several_tables", f"{min(found)} 行目 / line {min(found)}")


def split_records(records: pl.Series, dialect: Dialect) -> pl.DataFrame:
    """Cells of records that match the grammar: the vectorised path, or one record at a time.

    Both give the same frame; polars is given no choice (no inference, no nulls) and is believed
    only when it returns as many rows as there are records.
    """
    names = unique_names([*dialect.header, *[""] * dialect.is_padded])
    kept = unique_names(dialect.header)
    # polars drops a lone empty cell as a blank line, and a frame without rows needs its columns
    if len(records) and len(names) > 1 and len(dialect.delimiter) == 1:
        try:
            frame = _split_fast(records, dialect, names)
        except pl.exceptions.PolarsError:
            return split_slowly(records, dialect)
        if frame.height == len(records):
            return frame.select(kept)
    return split_slowly(records, dialect)


def split_slowly(records: pl.Series, dialect: Dialect) -> pl.DataFrame:
    """The reference: the grammar itself, one record at a time."""
    names = unique_names(dialect.header)
    rows = [(dialect.cells(text) or [])[: len(names)] for text in records]
    columns = zip(*rows, strict=True) if rows else [[] for _ in names]
    return pl.DataFrame(
        [
            pl.Series(name, list(cells), pl.String)
            for name, cells in zip(names, columns, strict=True)
        ]
    )


def _split_fast(records: pl.Series, dialect: Dialect, names: list[str]) -> pl.DataFrame:
    text = "\n".join(records) + "\n"
    if dialect.escape:  # a record that matched has no backslash but before a quote
        text = text.replace("\\" + dialect.quote, dialect.quote * 2)
    return pl.read_csv(
        io.BytesIO(text.encode()),
        separator=dialect.delimiter,
        has_header=False,
        schema=dict.fromkeys(names, pl.String),
        empty_string_is_null=False,
        missing_columns="raise",
        quote_char=dialect.quote or None,
    )


def _problems(records: pl.DataFrame) -> pl.DataFrame:
    return records.select(
        row_number=pl.col("number").cast(pl.Int64),
        column_name=pl.lit(None, pl.String),
        value=pl.col("text").str.slice(0, MAX_SHOWN),
        reason_code="fate",
    )
