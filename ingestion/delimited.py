"""Reads delimited text strictly: every record is right, or a problem with its line number.

A record is accepted only when it matches the grammar of its dialect (quotes open and close at
field borders, as many fields as the header). Records are found line by line: a line whose quotes
are open goes on at the next ones, and when that leads nowhere only the first line is lost.
Typing detection and sniffing of readers are never used: they load damaged files silently wrong.
"""

from __future__ import annotations

import codecs
import csv
import io
import re

import polars as pl

from ingestion.dialects import DELIMITERS, MAX_RECORD_CHARACTERS, Dialect, detect, grammar
from ingestion.reasons import FileRefused
from ingestion.tables import (
    MAX_COLUMNS,
    MAX_SHOWN,
    Table,
    is_total,
    unique_names,
)

MAX_RECORD_LINES = 100
# Bytes that Python's cp932 maps to control or private characters: no Japanese editor writes them.
_NOT_CP932 = re.compile("[\u0080\u00a0\uf8f0-\uf8f3]")


def decode(content: bytes) -> tuple[str, str]:
    """(text, encoding) by the strict order utf-8-sig, utf-8, utf-16 with BOM, cp932.

    Raises FileRefused for anything else, also for UTF-8 with damaged places, which would pass as
    nonsense cp932.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _try(content, "utf-16"), "utf-16"
    try:
        if content.startswith(codecs.BOM_UTF8):
            return content.decode("utf-8-sig"), "utf-8-sig"
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        _refuse_damaged_utf8(content)
    text = _try(content, "cp932")
    if _NOT_CP932.search(text):
        raise FileRefused("unknown_encoding")
    return text, "cp932"


def read_text(text: str, encoding: str, known: frozenset[str]) -> Table:
    """The table in a text. Raises FileRefused when there is none or its dialect is in doubt."""
    if not text.strip("\ufeff\r\n\t ,;|\0"):
        raise FileRefused("empty_file")
    records = _records(text)
    dialect = detect(records, known)
    if len(dialect.header) > MAX_COLUMNS:
        raise FileRefused("too_many_columns", f"{len(dialect.header)} > {MAX_COLUMNS}")
    preamble = records.head(dialect.header_place)["text"].to_list()
    body = _classify(records.slice(dialect.header_place + 1), dialect, records["text"])
    good = body.filter(pl.col("fate") == "row")
    problems = body.filter(pl.col("fate").is_in(["row", "ignored"]).not_())
    return Table(
        header=dialect.header,
        rows=split_records(good["text"], dialect),
        problems=problems.select(
            row_number="number",
            column_name=pl.lit(None, pl.String),
            value=pl.col("text").str.slice(0, MAX_SHOWN),
            reason_code="fate",
        ),
        numbers=good["number"].rename("row_number"),
        notes=tuple(line for line in preamble if line.strip()),
        encoding=encoding,
        ignored=body.height - good.height - problems.height,
    )


def split_records(records: pl.Series, dialect: Dialect) -> pl.DataFrame:
    """Cells of records that match the grammar: the vectorised path, or the standard reader.

    Both give the same frame; polars is given no choice (no inference, no nulls) and is believed
    only when it returns as many rows as there are records.
    """
    names = unique_names(dialect.header)
    # polars drops a lone empty cell as a blank line, and a frame without rows needs its columns
    if len(records) and len(names) > 1:
        try:
            frame = _split_fast(records, dialect.delimiter, names)
        except pl.exceptions.PolarsError:
            return split_slowly(records, dialect)
        if frame.height == len(records):
            return frame
    return split_slowly(records, dialect)


def split_slowly(records: pl.Series, dialect: Dialect) -> pl.DataFrame:
    """The reference: Python's csv reader in strict mode, one record at a time."""
    names = unique_names(dialect.header)
    rows = [next(csv.reader([text], delimiter=dialect.delimiter, strict=True)) for text in records]
    columns = zip(*rows, strict=True) if rows else [[] for _ in names]
    return pl.DataFrame(
        [
            pl.Series(name, list(cells), pl.String)
            for name, cells in zip(names, columns, strict=True)
        ]
    )


def _split_fast(records: pl.Series, delimiter: str, names: list[str]) -> pl.DataFrame:
    buffer = io.BytesIO(("\n".join(records) + "\n").encode())
    return pl.read_csv(
        buffer,
        separator=delimiter,
        has_header=False,
        schema=dict.fromkeys(names, pl.String),
        empty_string_is_null=False,
        missing_columns="raise",
        quote_char='"',
    )


def _records(text: str) -> pl.DataFrame:
    """Columns number (first line, 1-based) and text; records whose quotes never close stay open.

    LF ends a line (CRLF too); CR does only in files without any LF.
    """
    if "\n" not in text:
        text = text.replace("\r", "\n")
    lines = pl.DataFrame({"text": [text]}).select(pl.col("text").str.split("\n").explode())
    lines = lines.with_columns(number=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    odd = lines.select(pl.col("text").str.count_matches('"', literal=True) % 2 == 1).to_series()
    joined = _join_open_lines(lines, odd.arg_true().to_list()) if odd.any() else lines
    return joined.with_columns(pl.col("text").str.strip_suffix("\r")).select("number", "text")


def _join_open_lines(lines: pl.DataFrame, odd: list[int]) -> pl.DataFrame:
    """Join each line with open quotes to the next line that can close them."""
    starts: dict[int, int] = {}
    place = 0
    while place + 1 < len(odd):
        first, last = odd[place], odd[place + 1]
        piece = "\n".join(lines["text"][first : last + 1].to_list())
        if last - first < MAX_RECORD_LINES and _closes(piece):
            starts[first] = last
            place += 2
        else:
            place += 1
    if not starts:
        return lines
    spans = pl.DataFrame({"first": list(starts), "last": list(starts.values())})
    spans = spans.with_columns(pl.all().cast(pl.Int64)).sort("first")
    grouped = (
        lines.with_columns(line=pl.col("number") - 1)
        .join_asof(spans, left_on="line", right_on="first", strategy="backward")
        .with_columns(
            record=pl.when(pl.col("line") <= pl.col("last")).then("first").otherwise("line")
        )
    )
    return grouped.group_by("record", maintain_order=True).agg(
        pl.col("number").first(), pl.col("text").str.join("\n")
    )


def _closes(piece: str) -> bool:
    """Whether a many-line piece is one well-formed record in some dialect."""
    body = piece.removesuffix("\r")
    return any(re.fullmatch(grammar(delimiter), body) for delimiter in DELIMITERS)


def _classify(body: pl.DataFrame, dialect: Dialect, all_records: pl.Series) -> pl.DataFrame:
    """Add `fate`: row, ignored, or the reason code of a record that cannot be read."""
    text = pl.col("text")
    bare = DELIMITERS[dialect.delimiter]
    first_cell = text.str.extract(f'^"?([^"{bare}]*)')
    unquoted = text.str.replace_all(r'"(?:[^"]|"")*"', "")
    fields = unquoted.str.count_matches(dialect.delimiter, literal=True) + 1
    blank = text.str.contains(rf'^[\s"{bare}]*$')
    header = all_records[dialect.header_place]
    return body.with_columns(
        fate=pl.when(blank | is_total(first_cell) | (text == header))
        .then(pl.lit("ignored"))
        .when(text.str.contains("\0", literal=True))
        .then(pl.lit("nul_byte"))
        .when(text.str.len_chars() > MAX_RECORD_CHARACTERS)
        .then(pl.lit("row_too_long"))
        .when(text.str.contains(f"^(?:{grammar(dialect.delimiter)})$").not_())
        .then(pl.lit("unbalanced_quotes"))
        .when(fields != len(dialect.header))
        .then(pl.lit("ragged_row"))
        .otherwise(pl.lit("row"))
    )


def _try(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise FileRefused("unknown_encoding") from None


def _refuse_damaged_utf8(content: bytes) -> None:
    """Mostly valid multi-byte UTF-8 with a few bad places is damaged UTF-8, not cp932."""
    lenient = content.decode("utf-8", errors="replace")
    bad = lenient.count("\ufffd")
    good = sum(1 for character in lenient if "\u0080" <= character != "\ufffd")
    if good > bad:
        raise FileRefused("damaged_text")
