"""Cells as written → the text that they stand for, or why they cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
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
_FAULTS = ("unreadable_cell", "number_too_long")
# In the place of a `Show`, for a style that the workbook does not have.
_NO_STYLE = 255

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Book:
    """What the cells of all sheets of a workbook share. `recalculates`: whoever wrote the file did
    not know the results of its formulas."""

    strings: pl.Series
    formats: Formats
    counts_from_1904: bool = False
    recalculates: bool = False


@dataclass(frozen=True)
class _Read:
    """Cells by their `places`: texts, and reason codes where there are any. A null text without a
    reason is a cell that cannot be read."""

    places: Places
    texts: pl.Series
    faults: pl.Series | None = None


def read_values(cells: pl.DataFrame, book: Book) -> pl.DataFrame:
    """`cells` as `sheet.CELLS` → row, col, formula, text, fault, is_error, is_typed,
    is_number, raw.

    `fault` is a reason code or null; the text of a cell with one is empty where it would mislead.
    `is_typed`: a date, a time or a truth value. `raw` is the value as written. Cells without text
    and fault are left out.
    """
    kinds = cells["kind"]
    parts = [
        part
        for kind in kinds.unique()
        for part in _by_kind(kind, cells, np.flatnonzero((kinds == kind).to_numpy()), book)
    ]
    read = _in_place(cells, parts).with_columns(is_typed=_is_typed(book.formats))
    if read["formula"].any():
        unknown = pl.lit("formula_without_value")
        nothing = pl.col("value").is_null() | ((pl.col("value") == "") & (pl.col("kind") != "str"))
        uncertain = pl.col("formula") & (pl.lit(book.recalculates) | nothing)
        read = read.with_columns(fault=pl.when(uncertain).then(unknown).otherwise("fault"))
    if book.formats.struck:
        struck = pl.col("style").is_in(book.formats.struck) & (pl.col("text") != "")
        code = pl.when(struck).then(pl.lit("struck_through"))
        read = read.with_columns(fault=pl.coalesce("fault", code))
    filled = (pl.col("text").str.strip_chars() != "") | pl.col("fault").is_not_null()
    is_filled = read.select(filled.fill_null(False)).to_series()
    read = read if is_filled.all() else read.filter(is_filled)
    return read.select(
        "row",
        "col",
        "formula",
        pl.col("text").fill_null(""),
        "fault",
        "is_typed",
        is_error=pl.col("kind") == "e",
        is_number=pl.col("kind") == "n",
        raw="value",
    )


def _is_typed(formats: Formats) -> pl.Expr:
    """Whether a cell is a date, a time or a truth value, whatever its text looks like."""
    moments = [
        style for style, show in enumerate(formats.shows) if show in (Show.MOMENT, Show.ELAPSED)
    ]
    moment = (pl.col("kind") == "n") & pl.col("style").is_in(moments)
    return moment | pl.col("kind").is_in(["b", "d"])


def _in_place(cells: pl.DataFrame, parts: list[_Read]) -> pl.DataFrame:
    """`cells` with `text` and `fault`; both null for what no part has."""
    empty = pl.Series([None], dtype=pl.String)
    texts = pl.concat([empty, *(part.texts for part in parts)], rechunk=True)
    source, offset = np.zeros(cells.height, np.uint32), 1
    for part in parts:
        source[part.places] = np.arange(offset, offset + part.places.size)
        offset += part.places.size
    faults = np.full(cells.height, len(_FAULTS), np.uint8)
    for part in parts:
        if part.faults is not None or part.texts.null_count():
            faults[part.places] = _fault_codes(part)
    reasons = pl.Series([*_FAULTS, None], dtype=pl.String)
    return cells.with_columns(
        texts.gather(pl.Series(source)).alias("text"),
        reasons.gather(pl.Series(faults)).alias("fault"),
    )


def _fault_codes(part: _Read) -> npt.NDArray[np.int64]:
    codes = np.where(
        part.texts.is_null().to_numpy(), _FAULTS.index("unreadable_cell"), len(_FAULTS)
    )
    if part.faults is not None:
        for code, reason in enumerate(_FAULTS):
            codes[(part.faults == reason).fill_null(False).to_numpy()] = code
    return codes


def _by_kind(kind: str, cells: pl.DataFrame, places: Places, book: Book) -> list[_Read]:
    """The cells of one type, which stand at these places."""
    raw = cells["value"].gather(pl.Series(places))
    value = raw.fill_null("") if raw.null_count() else raw
    match kind:
        case "s":
            return [_shared(places, raw, book.strings)]
        case "n":
            return _numbers(cells, places, value, book)
        case "b":
            words = {"1": "TRUE", "0": "FALSE", "": ""}
            return [
                _Read(places, value.replace_strict(words, default=None, return_dtype=pl.String))
            ]
        case "str" | "inlineStr":
            return [_Read(places, shown(value))]
        case "d" | "e":
            return [_Read(places, value)]
        case _:
            raise FileRefused("damaged_workbook", "cell type")


def _shared(places: Places, values: pl.Series, strings: pl.Series) -> _Read:
    """Cells that hold the number of a shared string; without a value they are empty."""
    number = values.cast(pl.UInt32, strict=False)
    if (number >= len(strings)).any():
        number = number.set((number >= len(strings)).fill_null(False), None)
    texts = strings.gather(number) if len(strings) else number.cast(pl.String)
    if values.null_count():
        texts = texts.set(values.is_null(), "")
    return _Read(places, texts)


def _numbers(cells: pl.DataFrame, places: Places, values: pl.Series, book: Book) -> list[_Read]:
    shows = np.array(book.formats.shows or (Show.PLAIN,), np.uint8)
    style = cells["style"].to_numpy()[places]
    show = np.append(shows, _NO_STYLE)[np.minimum(style, shows.size)]
    value = pl.col("value")
    read = pl.DataFrame({"value": values, "place": places, "style": style, "show": show}).filter(
        value.str.strip_chars() != ""
    )
    is_number = value.str.contains(_NUMBER)
    read = read.with_columns(
        number=pl.when(is_number).then(value.cast(pl.Float64, strict=False)),
        is_plain=value.str.contains(_PLAIN),
    )
    return [
        _SHOWN[kind](part, book)
        if kind != _NO_STYLE
        else _Read(part["place"].to_numpy(), part["value"].clear(part.height))
        for (kind,), part in read.partition_by("show", as_dict=True).items()
    ]


def _plain(cells: pl.DataFrame, _: Book) -> _Read:
    """Whole numbers as they are; others with the 15 digits that a spreadsheet shows."""
    places, texts = cells["place"].to_numpy(), cells["value"]
    if cells["is_plain"].all():
        return _Read(places, texts)
    odd = cells.filter(pl.col("is_plain").not_()).select("value", "number").unique()
    tidy = {raw: _tidy(found) for raw, found in odd.iter_rows() if found is not None}
    text = pl.col("value").replace_strict(tidy, default=None, return_dtype=pl.String)
    too_long = pl.when(pl.col("number").abs() >= _TOO_LONG).then(pl.lit("number_too_long"))
    read = cells.select(text=pl.when("is_plain").then("value").otherwise(text), fault=too_long)
    return _Read(places, read["text"], read["fault"])


def _tidy(number: float) -> str | None:
    if abs(number) >= _TOO_LONG:
        return None
    digits = format(Decimal(f"{number:.{_SIGNIFICANT}g}"), "f")
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if digits in ("-0", "") else digits


def _coded(cells: pl.DataFrame, book: Book) -> _Read:
    plain = _plain(cells, book)
    read = pl.DataFrame({"text": plain.texts, "style": cells["style"]})
    kinds = read.filter(pl.col("text").is_not_null()).unique()
    kinds = kinds.with_columns(
        shown=pl.Series(
            [show_by_code(text, book.formats.codes[style]) for text, style in kinds.iter_rows()],
            dtype=pl.String,
        )
    )
    read = read.join(kinds, on=["text", "style"], how="left", maintain_order="left")
    return _Read(plain.places, read["shown"], plain.faults)


def _moments(cells: pl.DataFrame, book: Book) -> _Read:
    """ISO dates; with the time of day where there is one; a time alone below one day."""
    ms = cells.select(_milliseconds()).to_series()
    days, clocks = np.divmod(ms.fill_null(0).to_numpy(), _DAY_MS)
    seconds, rest = np.divmod(clocks, 1000)
    number = pl.col("number")
    day = _spelled(days, _day(number, book).dt.to_string("%Y-%m-%d"))
    time = _spelled(seconds, pl.from_epoch(number, time_unit="s").dt.to_string("%H:%M:%S"))
    parts = pl.DataFrame({"ms": ms, "day": day, "time": time, "clock": clocks, "rest": rest})
    moment = pl.concat_str("day", "time", separator=" ")
    if rest.any():
        fraction = pl.lit(".") + pl.col("rest").cast(pl.String).str.zfill(3)
        moment = pl.when(pl.col("rest") == 0).then(moment).otherwise(moment + fraction)
    text = (
        pl.when(pl.col("ms") < _DAY_MS)
        .then("time")
        .when(pl.col("clock") == 0)
        .then("day")
        .otherwise(moment)
    )
    texts = parts.select(pl.when(pl.col("ms").is_not_null()).then(text)).to_series()
    return _Read(cells["place"].to_numpy(), texts)


def _spelled(numbers: npt.NDArray[np.int64], spelling: pl.Expr) -> pl.Series:
    """Texts of numbers, many of which are the same; `spelling` is of the column `number`."""
    distinct, which = np.unique(numbers, return_inverse=True)
    texts = pl.DataFrame({"number": distinct}).select(spelling).to_series()
    return texts.gather(pl.Series(which))


def _day(serial: pl.Expr, book: Book) -> pl.Expr:
    epoch = pl.lit(_EPOCH_1904 if book.counts_from_1904 else _EPOCH_1900).str.to_date()
    plain = epoch + pl.duration(days=serial)
    if book.counts_from_1904:
        return plain
    early = pl.when(serial < _LEAP_SERIAL).then(plain + pl.duration(days=1))
    return early.when(serial > _LEAP_SERIAL).then(plain)


def _elapsed(cells: pl.DataFrame, _: Book) -> _Read:
    seconds = pl.col("ms") // 1000
    two = [(seconds // unit % 60).cast(pl.String).str.zfill(2) for unit in (60, 1)]
    hours = (seconds // 3600).cast(pl.String)
    text = pl.concat_str(hours, *two, separator=":")
    texts = cells.select(_milliseconds()).select(text).to_series()
    return _Read(cells["place"].to_numpy(), texts)


def _milliseconds() -> pl.Expr:
    """`ms` of a serial; null for what no spreadsheet shows as a date."""
    inside = pl.col("number").is_between(0, _LAST_SERIAL, closed="left")
    ms = (pl.col("number") * _DAY_MS).round().cast(pl.Int64, strict=False)
    return pl.when(inside).then(ms).alias("ms")


_SHOWN = {Show.PLAIN: _plain, Show.MOMENT: _moments, Show.ELAPSED: _elapsed, Show.CODE: _coded}
