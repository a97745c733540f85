"""Number formats: which cells show a date, and what else a format adds to a number that counts.

Only what changes the meaning is applied: dates and times, leading zeros, 千円/万円 behind the
number, a foreign currency, percent. Everything else (decimals, thousands) leaves the stored value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from ingestion.units import SCALED_UNIT
from ingestion.xlsx.cells import LAST_ROW
from ingestion.xlsx.markup import Element, elements
from ingestion.xlsx.sheet import number


class Show(IntEnum):
    """How the number of a cell becomes text."""

    PLAIN = 0
    MOMENT = 1  # a date, with its time when it has one
    ELAPSED = 2  # hours beyond a day: [h]:mm
    CODE = 3  # by `show_by_code`


@dataclass(frozen=True)
class Formats:
    """For each style of the workbook (cellXfs): how to show it, and its format code. `struck`:
    styles whose font strikes the text through."""

    shows: tuple[Show, ...]
    codes: tuple[str, ...]
    struck: tuple[int, ...] = ()


# Built-in formats that have no code in the file; 27-36 and 50-58 are Japanese dates.
_BUILT_IN = {
    **dict.fromkeys((*range(14, 18), 22, *range(27, 37), *range(50, 59)), "yyyy/m/d"),
    **dict.fromkeys((18, 19, 20, 21, 45, 47), "h:mm:ss"),
    46: "[h]:mm:ss",
    9: "0%",
    10: "0.00%",
}
# [$-411] names a language, [$¥-411] a currency too; [Red], [<=999] and the like show nothing.
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_BRACKETS = re.compile(r"\[(?!(?:h+|m+|s+)\])[^\]]*\]", re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|[_*].')
_GENERAL = re.compile(r"general|g/標準", re.IGNORECASE)
_EXPONENT = re.compile(r"e[+-]", re.IGNORECASE)
_MOMENT = re.compile(r"[ymdhsgeb]|aaa", re.IGNORECASE)
_FOREIGN = re.compile(r"[$€£₩]|USD|EUR|GBP|CNY|KRW|ドル|ユーロ|ポンド|ウォン")
# The yen sign of China's locale is its own currency.
_YUAN = re.compile(r"\[\$[^\]]*-(?:0?804|1004)\]")
_ZEROS = re.compile(r"^[0#]*0[0#]*$")
_SCALED = re.compile(r"[0#?],+(?![0#?,])")
# Words that change an amount and cannot be put into one: 税込, K, a negative sign of its own.
_ODD_WORDS = re.compile(r"税込|[△▲]|^\s*[KMkm]\s*$")
_FALSE = ("0", "false", "off")
_CONDITION = re.compile(r"\[(<=?|>=?|=)(\d+)\]")


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
    return Formats(tuple(kinds[code] for code in codes), codes, struck)


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
        return Show.MOMENT
    literal = _literal(code)
    words = _FOREIGN.search(literal) or SCALED_UNIT.search(literal) or _is_odd(code)
    if words or _is_percent(code) or _has_leading_zeros(code):
        return Show.CODE
    return Show.PLAIN


def show_by_code(plain: str, code: str) -> str | None:
    """A plain number as its format means it; None when the two do not go together."""
    literal = _literal(code)
    if foreign := _FOREIGN.search(literal):
        return f"{plain} {foreign[0]}"
    if unit := SCALED_UNIT.search(literal):
        if not _SCALED.search(_QUOTED.sub("", code.split(";", maxsplit=1)[0])):
            return plain + unit[0]
        return plain if unit[0] == "千円" else None
    if _is_percent(code):
        return f"{(Decimal(plain) * 100).normalize():f}%"
    return None if _is_odd(code) else _with_zeros(plain, code)


def _is_odd(code: str) -> bool:
    """Whether a cell shows another amount than it holds: thousands only, or with a word to it.

    Beside a note such as 単位：千円 nobody can tell which of the two is meant.
    """
    first = code.split(";", maxsplit=1)[0]
    bare = _QUOTED.sub("", _BRACKETS.sub("", first))
    return _SCALED.search(bare) is not None or _ODD_WORDS.search(_literal(first)) is not None


def _is_percent(code: str) -> bool:
    """Whether a cell shows parts of a hundred: 0.1 there is 10% in any column."""
    first = code.split(";", maxsplit=1)[0]
    return "%" in _QUOTED.sub("", _BRACKETS.sub("", first))


def _is_cell_style(element: Element) -> bool:
    return element.name == "xf" and element.parent == "cellXfs"


def _code_of(style: Element, custom: dict[int, str]) -> str:
    key = number(style.attributes.get("numFmtId"), 0, LAST_ROW)
    return custom.get(key, _BUILT_IN.get(key, "General"))


def _literal(code: str) -> str:
    """The words of a format: its currency, what is quoted, and what stands there as it is."""
    currencies = "".join(_CURRENCY.findall(code)) + ("CNY" if _YUAN.search(code) else "")
    return currencies + _QUOTED.sub(
        lambda found: found[1] or found[2] or "", _BRACKETS.sub("", code)
    )


def _has_leading_zeros(code: str) -> bool:
    """00000 and 000-0000: as many digits as places; 0, #,##0 and 0.00 have none to add."""
    return any(_places(section) > 1 for section in code.split(";"))


def _places(section: str) -> int:
    digits = re.sub(r"[-()\s]", "", _QUOTED.sub("", _BRACKETS.sub("", section)))
    return digits.count("0") if _ZEROS.match(digits) else 0


def _with_zeros(plain: str, code: str) -> str:
    """The digits set into the places of the section that holds for this number."""
    if not plain.isdigit():
        return plain
    section = _section(int(plain), code)
    if _places(section) <= 1:
        return plain
    pattern = _QUOTED.sub(lambda found: found[1] or found[2] or "", _BRACKETS.sub("", section))
    places = sum(sign in "0#" for sign in pattern)
    spare, digits = plain[: max(len(plain) - places, 0)], plain[-places:].rjust(places, " ")
    shown, place = "", 0
    for sign in pattern:
        if sign in "0#":
            digit = digits[place]
            shown += spare if place == 0 else ""
            shown += ("0" if sign == "0" else "") if digit == " " else digit
            place += 1
        else:
            shown += sign
    return shown.strip()


def _section(value: int, code: str) -> str:
    """The section of a format that shows a number which is not negative."""
    sections = code.split(";")
    for section in sections:
        condition = _CONDITION.search(section)
        if condition is None:
            return section
        limit = int(condition[2])
        holds = {
            "<": value < limit,
            "<=": value <= limit,
            ">": value > limit,
            ">=": value >= limit,
            "=": value == limit,
        }
        if holds[condition[1]]:
            return section
    return "0"
