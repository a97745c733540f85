"""Cells as written → the text that they stand for, or why they cannot be read."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from ingestion.reasons import FileRefused
from ingestion.xlsx.cells import CONTROL, RAISED, STRUCK
from ingestion.xlsx.formats import DATES, Formats
from ingestion.xlsx.markup import shown
from ingestion.xlsx.numbers import Book, Places, Read, read_numbers

_FAULTS = ("unreadable_cell", "number_too_long")
_OWN_TEXT_KINDS = ("str", "inlineStr")
_TEXT_KINDS = ("s", *_OWN_TEXT_KINDS)


def read_values(cells: pl.DataFrame, book: Book) -> pl.DataFrame:
    """`cells` as `sheet.CELLS` → row, col, formula, text, fault, is_error, is_typed,
    is_number, is_yen, raw.

    `fault` is a reason code or null; the text of a cell with one is what is seen, where that is
    known. `is_typed`: a date, a time or a truth value; `is_yen`: a number whose format says so.
    `raw` is the value as written, with the format that hides it. Cells without text and fault are
    left out.
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
    if book.has_marks or kinds.is_in(_OWN_TEXT_KINDS).any():
        read = _without_marks(read)
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
        is_yen=(pl.col("kind") == "n") & pl.col("style").is_in(book.formats.yen),
        raw=_raw(read, book.formats),
    )


def _raw(read: pl.DataFrame, formats: Formats) -> pl.Expr:
    """The value as written; with its format where that is why it cannot be read."""
    hidden = (pl.col("kind") == "n") & (pl.col("fault") == "unreadable_cell")
    if not (read["fault"] == "unreadable_cell").any():
        return pl.col("value")
    codes = dict(enumerate(formats.codes))
    told = pl.col("style").replace_strict(codes, default="?", return_dtype=pl.String)
    return pl.when(hidden).then(pl.format("{}（表示形式：{}）", "value", told)).otherwise("value")


def _without_marks(read: pl.DataFrame) -> pl.DataFrame:
    """Texts with a character that no one sees, ours for parts of a text included, as faults."""
    text = pl.col("text")
    odd = read.select(text.str.contains(CONTROL).fill_null(False)).to_series()
    if not odd.any():
        return read
    why = (
        pl.when(text.str.starts_with(STRUCK))
        .then(pl.lit("struck_through"))
        .when(text.str.starts_with(RAISED))
        .then(pl.lit("raised_text"))
        .otherwise(pl.lit("control_character"))
    )
    is_text = odd & pl.col("kind").is_in(_TEXT_KINDS)
    return read.with_columns(
        fault=pl.when(is_text).then(pl.coalesce("fault", why)).otherwise("fault"),
        text=pl.when(is_text).then(text.str.replace_all(CONTROL, "")).otherwise("text"),
    )


def _is_typed(formats: Formats) -> pl.Expr:
    """Whether a cell is a date, a time or a truth value, whatever its text looks like."""
    moments = [style for style, show in enumerate(formats.shows) if show in DATES]
    moment = (pl.col("kind") == "n") & pl.col("style").is_in(moments)
    return moment | pl.col("kind").is_in(["b", "d"])


def _in_place(cells: pl.DataFrame, parts: list[Read]) -> pl.DataFrame:
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


def _fault_codes(part: Read) -> npt.NDArray[np.int64]:
    codes = np.where(
        part.texts.is_null().to_numpy(), _FAULTS.index("unreadable_cell"), len(_FAULTS)
    )
    if part.faults is not None:
        for code, reason in enumerate(_FAULTS):
            codes[(part.faults == reason).fill_null(False).to_numpy()] = code
    return codes


def _by_kind(kind: str, cells: pl.DataFrame, places: Places, book: Book) -> list[Read]:
    """The cells of one type, which stand at these places."""
    raw = cells["value"].gather(pl.Series(places))
    value = raw.fill_null("") if raw.null_count() else raw
    match kind:
        case "s":
            return [_shared(places, raw, book.strings)]
        case "n":
            return read_numbers(cells, places, value, book)
        case "b":
            words = {"1": "TRUE", "0": "FALSE", "": ""}
            return [Read(places, value.replace_strict(words, default=None, return_dtype=pl.String))]
        case "str" | "inlineStr":
            return [Read(places, shown(value))]
        case "d" | "e":
            return [Read(places, value)]
        case _:
            raise FileRefused("damaged_workbook", "cell type")


def _shared(places: Places, values: pl.Series, strings: pl.Series) -> Read:
    """Cells that hold the number of a shared string; without a value they are empty."""
    number = values.cast(pl.UInt32, strict=False)
    if (number >= len(strings)).any():
        number = number.set((number >= len(strings)).fill_null(False), None)
    texts = strings.gather(number) if len(strings) else number.cast(pl.String)
    if values.null_count():
        texts = texts.set(values.is_null(), "")
    return Read(places, texts)
