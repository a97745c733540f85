"""A package → the visible sheets of its workbook, every cell as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ingestion.reasons import FileRefused
from ingestion.units import outside
from ingestion.xlsx.formats import read_formats
from ingestion.xlsx.margins import notes_about_money, read_margins
from ingestion.xlsx.markup import Element, elements, shown
from ingestion.xlsx.numbers import Book
from ingestion.xlsx.package import MAX_UNPACKED, Package, open_package, relative_target
from ingestion.xlsx.page import Page
from ingestion.xlsx.relations import Relations, kind_of, related
from ingestion.xlsx.sheet import CHUNK, read_sheet
from ingestion.xlsx.strings import read_strings
from ingestion.xlsx.values import read_values

_TYPES = "[Content_Types].xml"
_MAIN_TYPES = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    "application/vnd.ms-excel.sheet.macroenabled.main+xml",
)


@dataclass(frozen=True)
class Workbook:
    """`hidden`: names of the sheets that are not shown, and so not read."""

    pages: tuple[Page, ...]
    hidden: tuple[str, ...]
    counts_from_1904: bool


def open_workbook(path: Path) -> Workbook:
    """Raises FileRefused, whatever the bytes; macros and everything but cells is left unread."""
    with open_package(path) as package:
        main = _main_part(package)
        head = elements(package.read(main))
        parts = related(package, main)
        book = _shared_parts(package, parts, head)
        sheets = [
            each.attributes for each in head if each.name == "sheet" and each.parent == "sheets"
        ]
        if not sheets:
            raise FileRefused("damaged_workbook", "no sheets")
        pages, hidden = [], []
        for sheet in sheets:
            kind, target = parts.by_id.get(sheet.get("id", ""), ("", ""))
            if kind == "":
                raise FileRefused("damaged_workbook", "a sheet is missing")
            if kind != "worksheet":
                continue
            if sheet.get("state", "visible") != "visible":
                hidden.append(sheet.get("name", ""))
                continue
            pages.append(_page(package, target, sheet.get("name", ""), book))
    return Workbook(tuple(pages), tuple(hidden), book.counts_from_1904)


def _page(package: Package, part: str, name: str, book: Book) -> Page:
    def content() -> Iterator[bytes]:
        return package.stream(part, CHUNK)

    sheet = read_sheet(content)
    cells = read_values(sheet.cells, book)
    notes = (outside("シート名", name), *sheet.notes, *read_margins(package, part))
    return Page(name, cells, sheet.merges, notes_about_money(notes, cells))


def _main_part(package: Package) -> str:
    """The workbook, if that is what the package holds."""
    if _TYPES not in package or "_rels/.rels" not in package:
        raise FileRefused("not_a_workbook")
    targets = [
        relative_target("", each.attributes.get("Target", ""))
        for each in elements(package.read("_rels/.rels"))
        if each.name == "Relationship" and kind_of(each) == "officeDocument"
    ]
    types = {
        each.attributes.get("PartName", "").lstrip("/").lower(): each.attributes.get(
            "ContentType", ""
        ).lower()
        for each in elements(package.read(_TYPES))
        if each.name == "Override"
    }
    if len(targets) != 1:
        raise FileRefused("damaged_workbook", "no workbook part")
    if types.get(targets[0].lower()) not in _MAIN_TYPES:
        raise FileRefused("unsupported_format")
    return targets[0]


def _shared_parts(package: Package, parts: Relations, head: list[Element]) -> Book:
    strings, styles = parts.one("sharedStrings"), parts.one("styles")
    settings = {each.name: each.attributes for each in head if each.parent == "workbook"}
    empty = pl.Series("text", [], pl.String)
    return Book(
        strings=shown(read_strings(package.read(strings, MAX_UNPACKED))) if strings else empty,
        formats=read_formats(package.read(styles) if styles else None),
        counts_from_1904=_is_true(settings.get("workbookPr", {}).get("date1904")),
        recalculates=_is_true(settings.get("calcPr", {}).get("fullCalcOnLoad")),
    )


def _is_true(text: str | None) -> bool:
    return text in ("1", "true", "on")
