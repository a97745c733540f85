"""Cells as written → the text that they stand for, or why they cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from ingestion.reasons import FileRefused
from ingestion.xlsx.formats import Formats, Show, show_by_code
from ingestion.xlsx.markup import shown

# A cell keeps the digits of a double: from here on the last ones of a whole number are lost.
_TOO_LONG = 1e15
_SIGNIFICANT = 15
_NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$"
_PLAIN = r"^(?:0|-?[1-9][0-9]{0,14})$"
_EPOCH_1900, _EPOCH_1904 = "1899-12-30", "1904-01-01"
# Excel's 1900 has a 29 February: serials before 1 March are one less.
_LEAP_SERIAL, _LAST_SERIAL = 60, 2_958_466
_DAY_MS = 86_400_000


@dataclass(frozen=True)
class Book:
    """What the cells of all sheets of a workbook share. `recalculates`: whoever wrote the file did
    not know the results of its formulas."""

    strings: pl.Series
    formats: Formats
    counts_from_1904: bool = False
    recalculates: bool = False


def read_values(cells: pl.DataFrame, book: Book) -> pl.DataFrame:
    """`cells` as `sheet.CELLS` → row, col, formula, text, fault, is_error, raw.

    `fault` is a reason code or null; the text of a cell with one is empty where it would mislead.
    `raw` is the value as written. Cells without text and fault are left out.
    """
    numbered = cells.with_row_index("place")
    is_shared = cells["kind"] == "s"
    others = numbered.filter(is_shared.not_()).partition_by("kind", as_dict=True)
    parts = [_by_kind(kind, part, book) for (kind,), part in others.items()]
    read = numbered.with_columns(_shared(cells["value"], is_shared, book.strings))
    if parts:
        own = pl.concat(parts)
        read = read.with_columns(
            read["text"].scatter(own["place"], own["text"]),
            read["fault"].scatter(own["place"], own["fault"]),
        )
    unknown = pl.lit("formula_without_value")
    nothing = pl.col("value").is_null() | ((pl.col("value") == "") & (pl.col("kind") != "str"))
    uncertain = pl.col("formula") & (pl.lit(book.recalculates) | nothing)
    read = read.with_columns(fault=pl.when(uncertain).then(unknown).otherwise("fault"))
    filled = pl.col("text").str.strip_chars() != ""
    return read.filter(filled | pl.col("fault").is_not_null()).select(
        "row",
        "col",
        "formula",
        pl.col("text").fill_null(""),
        "fault",
        is_error=pl.col("kind") == "e",
        raw="value",
    )


def _by_kind(kind: str, cells: pl.DataFrame, book: Book) -> pl.DataFrame:
    """place, text, fault of the cells of one type but s."""
    value = pl.col("value").fill_null("")
    match kind:
        case "n":
            return _numbers(cells.filter(value.str.strip_chars() != ""), book)
        case "b":
            words = value.replace_strict({"1": "TRUE", "0": "FALSE", "": ""}, default=None)
            return _answer(cells, words)
        case "str" | "inlineStr":
            texts = shown(cells.select(value).to_series())
            return _answer(cells, pl.lit(texts))
        case "d" | "e":
            return _answer(cells, value)
        case _:
            raise FileRefused("damaged_workbook", "cell type")


def _answer(cells: pl.DataFrame, text: pl.Expr) -> pl.DataFrame:
    """A null text is a cell that cannot be read."""
    read = cells.select("place", text=text)
    return read.with_columns(
        fault=pl.when(pl.col("text").is_null()).then(pl.lit("unreadable_cell"))
    )


def _shared(values: pl.Series, is_shared: pl.Series, strings: pl.Series) -> list[pl.Series]:
    """`text` and `fault` of cells that hold the number of a shared string; others are null."""
    number = values.set(is_shared.not_(), None).cast(pl.UInt32, strict=False)
    inside = number.set((number >= len(strings)).fill_null(False), None)
    text = strings.gather(inside) if len(strings) else inside.cast(pl.String)
    missing = is_shared & text.is_null() & values.is_not_null()
    faults = pl.select(pl.when(missing).then(pl.lit("unreadable_cell"))).to_series()
    return [text.alias("text"), faults.alias("fault")]


def _numbers(cells: pl.DataFrame, book: Book) -> pl.DataFrame:
    shows = dict(enumerate(book.formats.shows)) or {0: Show.PLAIN}
    show = pl.col("style").replace_strict(shows, default=None, return_dtype=pl.UInt8)
    cells = cells.with_columns(show=show, number=_number(pl.col("value")))
    read = [
        part
        for (kind,), group in cells.partition_by("show", as_dict=True).items()
        for part in [
            _SHOWN[kind](group, book) if kind is not None else _answer(group, pl.lit(None))
        ]
    ]
    return pl.concat(read) if read else _answer(cells, pl.lit(""))


def _number(raw: pl.Expr) -> pl.Expr:
    return pl.when(raw.str.contains(_NUMBER)).then(raw.cast(pl.Float64, strict=False))


def _plain(cells: pl.DataFrame, _: Book) -> pl.DataFrame:
    """Whole numbers as they are; others with the 15 digits that a spreadsheet shows."""
    is_plain = pl.col("value").str.contains(_PLAIN)
    odd = cells.filter(is_plain.not_()).select("value", "number").unique()
    tidy = {raw: _tidy(found) for raw, found in odd.iter_rows() if found is not None}
    text = (
        pl.when(is_plain)
        .then("value")
        .otherwise(pl.col("value").replace_strict(tidy, default=None, return_dtype=pl.String))
    )
    too_long = pl.when(pl.col("number").abs() >= _TOO_LONG).then(pl.lit("number_too_long"))
    return _answer(cells, text).with_columns(
        fault=pl.coalesce(pl.lit(cells.select(too_long).to_series()), "fault")
    )


def _tidy(number: float) -> str | None:
    if abs(number) >= _TOO_LONG:
        return None
    digits = format(Decimal(f"{number:.{_SIGNIFICANT}g}"), "f")
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if digits in ("-0", "") else digits


def _coded(cells: pl.DataFrame, book: Book) -> pl.DataFrame:
    read = _plain(cells, book).with_columns(style=cells["style"])
    kinds = read.filter(pl.col("text").is_not_null()).select("text", "style").unique()
    kinds = kinds.with_columns(
        shown=pl.Series(
            [show_by_code(text, book.formats.codes[style]) for text, style in kinds.iter_rows()],
            dtype=pl.String,
        )
    )
    read = read.join(kinds, on=["text", "style"], how="left", maintain_order="left")
    missing = pl.when(pl.col("shown").is_null()).then(pl.lit("unreadable_cell"))
    return read.select("place", text="shown", fault=pl.coalesce("fault", missing))


def _moments(cells: pl.DataFrame, book: Book) -> pl.DataFrame:
    """ISO dates; with the time of day where there is one; a time alone below one day."""
    cells = cells.with_columns(_milliseconds())
    clock = pl.col("ms") % _DAY_MS
    is_whole = clock % 1000 == 0
    day, moment = _day(pl.col("ms") // _DAY_MS, book), pl.col("ms") % _DAY_MS
    at = day.cast(pl.Datetime("ms")) + pl.duration(milliseconds=moment)
    full = (
        pl.when(is_whole)
        .then(at.dt.to_string("%Y-%m-%d %H:%M:%S"))
        .otherwise(at.dt.to_string("%Y-%m-%d %H:%M:%S%.3f"))
    )
    time = pl.from_epoch(clock, time_unit="ms").dt.to_string("%H:%M:%S")
    text = (
        pl.when(pl.col("ms") < _DAY_MS)
        .then(time)
        .when(clock == 0)
        .then(day.dt.to_string("%Y-%m-%d"))
        .otherwise(full)
    )
    return _answer(cells, text)


def _day(serial: pl.Expr, book: Book) -> pl.Expr:
    epoch = pl.lit(_EPOCH_1904 if book.counts_from_1904 else _EPOCH_1900).str.to_date()
    plain = epoch + pl.duration(days=serial)
    if book.counts_from_1904:
        return plain
    early = pl.when(serial < _LEAP_SERIAL).then(plain + pl.duration(days=1))
    return early.when(serial > _LEAP_SERIAL).then(plain)


def _elapsed(cells: pl.DataFrame, _: Book) -> pl.DataFrame:
    seconds = pl.col("ms") // 1000
    two = [(seconds // unit % 60).cast(pl.String).str.zfill(2) for unit in (60, 1)]
    hours = (seconds // 3600).cast(pl.String)
    return _answer(cells.with_columns(_milliseconds()), pl.concat_str(hours, *two, separator=":"))


def _milliseconds() -> pl.Expr:
    """`ms` of a serial; null for what no spreadsheet shows as a date."""
    inside = pl.col("number").is_between(0, _LAST_SERIAL, closed="left")
    ms = (pl.col("number") * _DAY_MS).round().cast(pl.Int64, strict=False)
    return pl.when(inside).then(ms).alias("ms")


_SHOWN = {Show.PLAIN: _plain, Show.MOMENT: _moments, Show.ELAPSED: _elapsed, Show.CODE: _coded}
