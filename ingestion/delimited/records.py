"""Lines → records: which lines belong together, and what is wrong with those that do not fit.

What a record is, in this order:

1. LF, CRLF and a lone CR end a line.
2. A line with an odd number of quotes opens a cell that the next such line may close: together
   they are a record if they match the grammar, have the header's width and span at most
   `MAX_RECORD_LINES` lines. When lines inside look like records of their own, each of them is a
   problem (`swallowed_rows`): either reading could be right. When they do not match, each line
   stands for itself.
3. A record next to one that does not fit may be a piece of it: `borders.py`.
"""

from __future__ import annotations

import re

import polars as pl

from ingestion.delimited import formulas
from ingestion.delimited.dialects import (
    MAX_RECORD_CHARACTERS,
    MAX_RECORD_LINES,
    Dialect,
)
from ingestion.tables import MAX_SHOWN, TOTAL_WORDS

# What the line of a total may hold beside its word: with more in it, it is a row.
_SUMS = r"[\s\d.,:¥￥$円件△▲()%+;|\t-]*"
# Joined lines are taken for one record with these, too: there is no better reading of them.
_JOINED_BADLY = ["nul_byte", "control_character", "damaged_row", "doubtful_quotes"]
# From so many columns on, text inside a cell hardly has as many delimiters by chance.
_TELLING_WIDTH = 4
_LONE_CR = re.compile("\r(?!\n)")


def split_lines(text: str, first_line: int = 1) -> pl.DataFrame:
    """Columns number (1-based), text (without its line end) and end; a last line end ends it."""
    if _LONE_CR.search(text) is None:
        lines = pl.DataFrame({"text": [text]}).select(pl.col("text").str.split("\n").explode())
        ends = pl.when(pl.col("text").str.ends_with("\r")).then(pl.lit("\r\n"))
        lines = lines.with_columns(end=ends.otherwise(pl.lit("\n")))
        lines = lines.with_columns(pl.col("text").str.strip_suffix("\r"))
    else:
        pieces = [*re.split("(\r\n|\n|\r)", text), ""]
        lines = pl.DataFrame(
            {"text": pieces[::2], "end": pieces[1::2]},
            schema=dict.fromkeys(("text", "end"), pl.String),
        )
    if lines.height > 1 and lines["text"][-1] == "":
        lines = lines.head(-1)
    number = pl.int_range(first_line, first_line + pl.len(), dtype=pl.Int64)
    return lines.select(number.alias("number"), "text", "end")


def find_records(lines: pl.DataFrame, dialect: Dialect) -> pl.DataFrame:
    """Columns number, text, end and fate: row, ignored, or the reason code of what is wrong.

    Of a record that is too long the text is only its beginning.
    """
    text = pl.col("text")
    lines = lines.with_columns(size=text.str.len_bytes().cast(pl.Int64))
    is_long = pl.lit(False)
    if (lines["size"] > MAX_RECORD_CHARACTERS).any():
        # cut off at once: the rest costs time and memory in proportion to the text
        lines = lines.with_columns(is_long=text.str.len_chars() > MAX_RECORD_CHARACTERS)
        is_long = pl.col("is_long")
        lines = lines.with_columns(
            text=pl.when(is_long).then(text.str.slice(0, MAX_SHOWN)).otherwise(text)
        )
    fate = pl.when(is_long).then(pl.lit("row_too_long")).otherwise(fate_of(dialect))
    if formulas.has_any(lines["text"], dialect):
        lines = lines.with_columns(text=formulas.take_off(text, dialect))
    odd = (dialect.quotes(text) % 2 == 1) & is_long.not_()
    alone = lines.with_columns(fate=fate, odd=odd)
    joined = _join(alone, alone["odd"].arg_true(), dialect)
    return joined.select("number", "text", "end", "fate")


def fate_of(dialect: Dialect) -> pl.Expr:
    """What a single record is."""
    text = pl.col("text")
    shape = _shape(text, dialect)
    blank = text.str.strip_chars(" \t\u3000" + dialect.delimiter + dialect.quote) == ""
    return (
        pl.when(blank | text.is_in(dialect.remarks))
        .then(pl.lit("ignored"))
        .when(text.str.contains("\0", literal=True))
        .then(pl.lit("nul_byte"))
        .when(text.str.contains("[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f\ufeff]"))
        .then(pl.lit("control_character"))
        .when(text.str.contains("\ufffd", literal=True))
        .then(pl.lit("damaged_row"))
        .otherwise(shape)
    )


def without_quoted(dialect: Dialect) -> pl.Expr:
    """A record with a quote in the place of each quoted cell."""
    text = pl.col("text")
    return text.str.replace_all(dialect.quoted, dialect.quote) if dialect.quote else text


def count_cells(dialect: Dialect) -> pl.Expr:
    """How many cells a record has, if it matches the grammar."""
    return without_quoted(dialect).str.count_matches(dialect.mark, literal=True) + 1


def fits_header(dialect: Dialect) -> pl.Expr:
    """Whether the cells of a record can be told apart, and are as many as the header's."""
    sound = pl.col("text").str.contains(f"^(?:{dialect.grammar})$")
    return sound & (count_cells(dialect) == dialect.width)


def _shape(text: pl.Expr, dialect: Dialect) -> pl.Expr:
    """Reason codes of lines that break the grammar, have another width or doubtful quotes."""
    has_quote = text.str.contains(dialect.quote, literal=True) if dialect.quote else pl.lit(False)
    strict = has_quote | pl.lit(bool(dialect.escape) or dialect.is_spaced)
    checked = pl.when(strict).then(text)
    broken = checked.str.contains(f"^(?:{dialect.grammar})$").not_().fill_null(False)
    unquoted = without_quoted(dialect)
    width = unquoted.str.count_matches(dialect.mark, literal=True) + 1
    ragged = (width != dialect.width) if dialect.header else pl.lit(False)
    if dialect.is_padded:
        ragged |= text.str.strip_chars_end(" ").str.ends_with(dialect.mark).not_()
    spaced = pl.lit(False)
    after = unquoted.str.count_matches(dialect.mark + " ", literal=True)
    if dialect.is_spaced:
        spaced = broken & (after < dialect.width - 1) & text.str.contains(f"^(?:{dialect.dense})$")
    elif dialect.delimiter != " " and dialect.width > 1:
        spaced = after == dialect.width - 1
    return (
        pl.when(spaced & broken)
        .then(pl.lit("spaced_row"))
        .when(broken)
        .then(pl.lit("unbalanced_quotes"))
        .when(_is_total(unquoted, dialect))
        .then(pl.lit("ignored"))
        .when(ragged)
        .then(pl.lit("ragged_row"))
        .when(spaced)
        .then(pl.lit("spaced_row"))
        .when(_is_oddly_quoted(text, unquoted, has_quote, dialect))
        .then(pl.lit("doubtful_quotes"))
        .otherwise(pl.lit("row"))
    )


def _is_total(text: pl.Expr, dialect: Dialect) -> pl.Expr:
    """A line that sums others: its first filled cell says so and there are only figures beside."""
    plain = text.str.replace_all(dialect.quote, "", literal=True) if dialect.quote else text
    line = rf"^[\s{dialect.delimiter}]*(?i:{TOTAL_WORDS})\s*[:：]?\s*(?:{dialect.between}{_SUMS})?$"
    return plain.str.contains(line)


def _is_oddly_quoted(
    text: pl.Expr, unquoted: pl.Expr, has_quote: pl.Expr, dialect: Dialect
) -> pl.Expr:
    """Quotes of another kind around a cell or alone in it, quotes that protect nothing, backslash
    and quote."""
    if not dialect.quote:  # quotes are text: declared, or found where none is at a border
        return pl.lit(False) if dialect.is_quoting else text.str.contains(dialect.quote_at_border)
    d = dialect.between
    foreign = dialect.foreign_quotes
    odd = unquoted.str.contains(f"[{foreign}]") & unquoted.str.contains(
        rf"(?:^|{d})\s*[{foreign}](?:[^{dialect.mark}]*[{foreign}])?\s*(?:{d}|$)"
    )
    if (
        dialect.quote == "'"
    ):  # there, a double quote at one end of a cell is the writer's other habit
        odd |= unquoted.str.contains(f'(?:^|{d})"|"(?:{d}|$)')
    if not dialect.escape:
        odd |= has_quote & text.str.contains(f"\\{dialect.quote}", literal=True)
    if not dialect.is_quoting:
        delimiters = text.str.count_matches(dialect.mark, literal=True)
        idle = delimiters == unquoted.str.count_matches(dialect.mark, literal=True)
        doubled = text.str.contains(dialect.quote * 2, literal=True)
        odd |= has_quote & idle & doubled.not_() & text.str.contains("[\r\n]").not_()
    return odd


def _join(lines: pl.DataFrame, odd: pl.Series, dialect: Dialect) -> pl.DataFrame:
    """Put together the lines of records whose quoted cells hold line ends."""
    spans = _spans(lines, odd, dialect)
    doubtful = pl.col("joined") == "swallowed_rows"
    lines = _keep_apart(lines, spans.filter(doubtful))
    spans = spans.filter(doubtful.not_())
    if spans.is_empty():
        return lines
    return _gather(lines, spans).with_columns(fate=pl.coalesce("joined", "fate")).drop("joined")


def _gather(lines: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """One row a span (disjoint, by line index) and one for each line outside; `spans` may have
    `joined`, which lines outside have null."""
    return (
        _in_spans(lines, spans)
        .with_columns(
            record=pl.coalesce("first", "line"),
            text=pl.when(pl.col("line") < pl.col("last"))
            .then(pl.col("text") + pl.col("end"))
            .otherwise("text"),
        )
        .group_by("record", maintain_order=True)
        .agg(
            pl.col("number", "fate", "joined").first(),
            pl.col("text").str.join(""),
            pl.col("end").last(),
        )
        .drop("record")
    )


def _keep_apart(lines: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """The lines of `spans`, each a problem of its own; blank ones and totals are rows in no
    reading."""
    if spans.is_empty():
        return lines
    is_doubtful = pl.col("joined").is_not_null() & (pl.col("fate") != "ignored")
    fate = pl.when(is_doubtful).then("joined").otherwise("fate")
    return _in_spans(lines, spans).with_columns(fate=fate).select(lines.columns)


def _in_spans(lines: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """`lines` with `line` (their index) and first, last and joined of the span around them."""
    columns = ("first", "last", "joined")
    inside = pl.col("line") <= pl.col("last")
    return (
        lines.with_columns(line=pl.int_range(pl.len(), dtype=pl.Int64))
        .join_asof(
            spans.sort("first").with_columns(begin="first"),
            left_on="line",
            right_on="begin",
            strategy="backward",
        )
        .with_columns(pl.when(inside).then(pl.col(*columns)))
    )


def _spans(lines: pl.DataFrame, odd: pl.Series, dialect: Dialect) -> pl.DataFrame:
    """Columns first, last (line indexes) and joined (the fate) of lines that belong together."""
    pairs = pl.DataFrame({"first": odd[:-1], "last": odd[1:]}).cast(pl.Int64)
    # neighbouring pairs share a line: every second one is tried at a time
    tried = [_try_pairs(lines, pairs.gather_every(2, start), dialect) for start in (0, 1)]
    found = pl.concat(tried).sort("first")
    last, taken = -1, []
    for first, end, fits in found.select("first", "last", pl.col("joined").is_not_null()).rows():
        taken.append(fits and first > last)
        last = end if taken[-1] else last
    return found.filter(pl.Series(taken, dtype=pl.Boolean))


def _try_pairs(lines: pl.DataFrame, pairs: pl.DataFrame, dialect: Dialect) -> pl.DataFrame:
    """`pairs` with joined: the fate of the record from first to last, null where there is none."""
    bytes_until = lines["size"].cum_sum()
    size = bytes_until.gather(pairs["last"]) - bytes_until.gather(pairs["first"])
    near = (pairs["last"] - pairs["first"] < MAX_RECORD_LINES) & (size <= MAX_RECORD_CHARACTERS)
    pairs = pairs.filter(near)
    if pairs.is_empty():
        return pairs.with_columns(joined=pl.lit(None, pl.String))
    marked = pairs.with_columns(joined=pl.lit("row"))
    pieces = _gather(lines, marked).filter(pl.col("joined").is_not_null())
    shape = pieces.select(fate_of(dialect)).to_series()
    swallows = _swallows(lines, pairs, dialect)
    return pairs.with_columns(
        joined=pl.when(shape == "row")
        .then(pl.when(swallows).then(pl.lit("swallowed_rows")).otherwise(pl.lit("row")))
        .when(shape.is_in(_JOINED_BADLY))
        .then(shape)
    )


def _swallows(lines: pl.DataFrame, pairs: pl.DataFrame, dialect: Dialect) -> pl.Series:
    """Whether a line after the first looks like a record: two stray quotes would look like this.

    A cell with line ends is well-formed, two stray quotes are damage in two rows. So it is truly
    ambiguous only where the lines could stand for themselves: a line that has fewer delimiters
    than a record, or begins unlike all others, would have to be damaged once more.
    """
    nothing = pl.Series([False], dtype=pl.Boolean).new_from_index(0, pairs.height)
    if not dialect.header:
        return nothing
    whole, text = pl.col("fate") == "row", pl.col("text")
    delimiters = text.str.count_matches(dialect.mark, literal=True)
    start = text.str.contains(dialect.start) if dialect.start else text.is_null()
    start &= delimiters >= dialect.width - 1
    looks = start | (whole if dialect.start is None or dialect.width >= _TELLING_WIDTH else start)
    until = text.str.extract(f"^([^{dialect.quote}]*)").str.count_matches(
        dialect.mark, literal=True
    )
    starts_alike = dialect.first is not None and dialect.first.place == 0
    many = pl.lit(dialect.width > 1 and not starts_alike) & (until >= dialect.width - 1)
    flags = lines.select(
        looks=looks.cast(pl.Int64).cum_sum(), opens=start | many, here=looks.cast(pl.Int64)
    )
    first, last = pairs["first"], pairs["last"]
    before_last = flags["looks"].gather(last) - flags["here"].gather(last)
    return (before_last > flags["looks"].gather(first)) | flags["opens"].gather(last)
