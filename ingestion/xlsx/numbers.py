"""Numbers of cells → the texts that their formats make of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from ingestion.xlsx.cells import CONTROL
from ingestion.xlsx.formats import Formats, Show
from ingestion.xlsx.rendering import show_by_code

# A cell keeps the digits of a double: from here on the last ones of a whole number are lost.
_TOO_LONG = 1e15
_SIGNIFICANT = 15
_NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$"
_PLAIN = r"^(?:0|-?[1-9][0-9]{0,14})$"
_EPOCH_1900, _EPOCH_1904 = "1899-12-30", "1904-01-01"
# Excel's 1900 has a 29 February: serials before 1 March are one less.
_LEAP_SERIAL, _LAST_SERIAL = 60, 2_958_466
_DAY_MS = 86_400_000
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

    @cached_property
    def has_marks(self) -> bool:
        """Whether a shared string holds a character that no one sees, ours included."""
        return bool(self.strings.str.contains(CONTROL).any())


@dataclass(frozen=True)
class Read:
    """Cells by their `places`: texts, and reason codes where there are any. A null text without a
    reason is a cell that cannot be read."""

    places: Places
    texts: pl.Series
    faults: pl.Series | None = None


def read_numbers(cells: pl.DataFrame, places: Places, values: pl.Series, book: Book) -> list[Read]:
    """The number cells at these places of `cells`, by the format of each."""
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
        else Read(part["place"].to_numpy(), part["value"].clear(part.height))
        for (kind,), part in read.partition_by("show", as_dict=True).items()
    ]


def _plain(cells: pl.DataFrame, _: Book) -> Read:
    """Whole numbers as they are; others with the 15 digits that a spreadsheet shows."""
    places, texts = cells["place"].to_numpy(), cells["value"]
    if cells["is_plain"].all():
        return Read(places, texts)
    odd = cells.filter(pl.col("is_plain").not_()).select("value", "number").unique()
    tidy = {raw: _tidy(found) for raw, found in odd.iter_rows() if found is not None}
    text = pl.col("value").replace_strict(tidy, default=None, return_dtype=pl.String)
    too_long = pl.when(pl.col("number").abs() >= _TOO_LONG).then(pl.lit("number_too_long"))
    read = cells.select(text=pl.when("is_plain").then("value").otherwise(text), fault=too_long)
    return Read(places, read["text"], read["fault"])


def _tidy(number: float) -> str | None:
    if abs(number) >= _TOO_LONG:
        return None
    digits = format(Decimal(f"{number:.{_SIGNIFICANT}g}"), "f")
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if digits in ("-0", "") else digits


def _coded(cells: pl.DataFrame, book: Book) -> Read:
    plain = _plain(cells, book)
    fault = plain.faults if plain.faults is not None else pl.lit(None, pl.String)
    read = pl.DataFrame({"text": plain.texts, "style": cells["style"]}).with_columns(fault=fault)
    kinds = read.select("text", "style").filter(pl.col("text").is_not_null()).unique()
    shown = [show_by_code(text, book.formats.codes[style]) for text, style in kinds.iter_rows()]
    kinds = kinds.with_columns(
        shown=pl.Series([each.text for each in shown], dtype=pl.String),
        is_sure=pl.Series([each.is_sure for each in shown], dtype=pl.Boolean),
    )
    read = read.join(kinds, on=["text", "style"], how="left", maintain_order="left")
    unsure = pl.when(pl.col("is_sure").not_()).then(pl.lit("unreadable_cell"))
    return Read(plain.places, read["shown"], read.select(pl.coalesce("fault", unsure)).to_series())


def _moments(cells: pl.DataFrame, book: Book) -> Read:
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
    return Read(cells["place"].to_numpy(), texts)


def _months(cells: pl.DataFrame, book: Book) -> Read:
    """2026年10月: a day that nobody sees is none."""
    days = _moments(cells, book)
    form = r"^([0-9]{4})-0?([0-9]+).*$"
    return Read(days.places, days.texts.str.replace(form, "${1}年${2}月"))


def _noted(cells: pl.DataFrame, book: Book) -> Read:
    """A date with the words that its format adds to it."""
    days = _moments(cells, book)
    words = pl.Series(book.formats.words).gather(cells["style"])
    return Read(days.places, days.texts + words)


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


def _elapsed(cells: pl.DataFrame, _: Book) -> Read:
    seconds = pl.col("ms") // 1000
    two = [(seconds // unit % 60).cast(pl.String).str.zfill(2) for unit in (60, 1)]
    hours = (seconds // 3600).cast(pl.String)
    text = pl.concat_str(hours, *two, separator=":")
    texts = cells.select(_milliseconds()).select(text).to_series()
    return Read(cells["place"].to_numpy(), texts)


def _milliseconds() -> pl.Expr:
    """`ms` of a serial; null for what no spreadsheet shows as a date."""
    inside = pl.col("number").is_between(0, _LAST_SERIAL, closed="left")
    ms = (pl.col("number") * _DAY_MS).round().cast(pl.Int64, strict=False)
    return pl.when(inside).then(ms).alias("ms")


_SHOWN = {
    Show.PLAIN: _plain,
    Show.MOMENT: _moments,
    Show.ELAPSED: _elapsed,
    Show.CODE: _coded,
    Show.MONTH: _months,
    Show.NOTED: _noted,
}
