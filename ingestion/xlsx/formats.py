"""The styles of a workbook: which cells show a date, a number as it is, or by its format's words
(`rendering`), and which strike it through."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from ingestion.xlsx.cells import LAST_ROW
from ingestion.xlsx.markup import Element, elements
from ingestion.xlsx.rendering import is_plain, shows_yen
from ingestion.xlsx.sheet import number


class Show(IntEnum):
    """How the number of a cell becomes text."""

    PLAIN = 0
    MOMENT = 1  # a date, with its time when it has one
    ELAPSED = 2  # hours beyond a day: [h]:mm
    CODE = 3  # by `rendering.show_by_code`
    MONTH = 4  # a month, whatever day of it is stored
    NOTED = 5  # a date with words to it: 2026/10/1（予定）


DATES = (Show.MOMENT, Show.ELAPSED, Show.MONTH, Show.NOTED)


@dataclass(frozen=True)
class Formats:
    """For each style of the workbook (cellXfs): how to show it, and its format code. `struck`:
    styles whose font strikes the text through; `yen`: those that say their numbers are yen."""

    shows: tuple[Show, ...]
    codes: tuple[str, ...]
    struck: tuple[int, ...] = ()
    yen: tuple[int, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """What the format of each style adds to a date."""
        return tuple(_words_of(code) for code in self.codes)


# Built-in formats that have no code in the file; 27-36 and 50-58 are Japanese dates.
_BUILT_IN = {
    **dict.fromkeys((*range(14, 17), 22, *range(27, 37), *range(50, 59)), "yyyy/m/d"),
    **dict.fromkeys((17, 34, 52, 55), 'yyyy"年"m"月"'),
    **dict.fromkeys((18, 19, 20, 21, 45, 47), "h:mm:ss"),
    46: "[h]:mm:ss",
    9: "0%",
    10: "0.00%",
}
# [Red], [$-411], [<=999] and the like show nothing of a date.
_BRACKETS = re.compile(r"\[(?!(?:h+|m+|s+)\])[^\]]*\]", re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|[_*].')
_GENERAL = re.compile(r"general|g/標準", re.IGNORECASE)
_EXPONENT = re.compile(r"e[+-]", re.IGNORECASE)
_MOMENT = re.compile(r"[ymdhsgeb]|aaa", re.IGNORECASE)
_YEAR, _DAY_OR_TIME = re.compile("[yge]", re.IGNORECASE), re.compile("[dhs]|aaa", re.IGNORECASE)
# Words of a date that say nothing else: 令和8年10月1日（木）午前.
_HARMLESS = re.compile(r"^[年月日時分秒間曜火水木金土令和平成昭大正午前後/.:,()（）\s-]*$")
_FALSE = ("0", "false", "off")


def read_formats(content: bytes | None) -> Formats:
    """The formats of a styles part; none without one."""
    found = elements(content) if content is not None else []
    custom = {
        number(element.attributes.get("numFmtId"), 0, LAST_ROW): element.attributes.get(
            "formatCode", ""
        )
        for element in found
        if element.name == "numFmt" and element.parent == "numFmts"
    }
    styles = [element for element in found if _is_cell_style(element)]
    codes = tuple(_code_of(style, custom) for style in styles)
    kinds = {code: show_of(code) for code in set(codes)}
    striking = _striking_fonts(found)
    fonts = [number(style.attributes.get("fontId"), 0, LAST_ROW) for style in styles]
    struck = tuple(place for place, font in enumerate(fonts) if font in striking)
    says_yen = {code for code, kind in kinds.items() if kind not in DATES and shows_yen(code)}
    yen = tuple(place for place, code in enumerate(codes) if code in says_yen)
    return Formats(tuple(kinds[code] for code in codes), codes, struck, yen)


def _striking_fonts(found: list[Element]) -> set[int]:
    """The fonts of the workbook, by their number, that strike text through."""
    striking: set[int] = set()
    font, is_one = -1, False
    for element in found:
        if element.name == "font":
            is_one = element.parent == "fonts"
            font += is_one
        elif element.name == "strike" and element.parent == "font" and is_one:
            striking |= {font} if element.attributes.get("val", "1") not in _FALSE else set()
    return striking


def show_of(code: str) -> Show:
    """How numbers of a format code become text."""
    first = code.split(";", maxsplit=1)[0]
    bare = _EXPONENT.sub("", _GENERAL.sub("", _QUOTED.sub("", _BRACKETS.sub("", first))))
    if _ELAPSED.search(bare):
        return Show.ELAPSED
    if _MOMENT.search(bare):
        if not _HARMLESS.match(_words_of(code)):
            return Show.NOTED
        return Show.MONTH if _YEAR.search(bare) and not _DAY_OR_TIME.search(bare) else Show.MOMENT
    return Show.PLAIN if is_plain(code) else Show.CODE


def _words_of(code: str) -> str:
    """What a date's format adds to it, in quotation marks or behind a backslash."""
    first = _BRACKETS.sub("", code.split(";", maxsplit=1)[0])
    return "".join(found[1] or found[2] or "" for found in _QUOTED.finditer(first))


def _is_cell_style(element: Element) -> bool:
    return element.name == "xf" and element.parent == "cellXfs"


def _code_of(style: Element, custom: dict[int, str]) -> str:
    key = number(style.attributes.get("numFmtId"), 0, LAST_ROW)
    return custom.get(key, _BUILT_IN.get(key, "General"))
