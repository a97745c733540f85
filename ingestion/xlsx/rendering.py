"""What a number format makes of a number: the text that people see in the cell.

The words of a format belong to what is seen, so they are part of the text, to be read or rejected
like any other. Left out is only what says nothing: the yen sign, brackets and signs of negative
numbers, rounding, the grouping of digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import groupby

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]'
    r"|\[(?P<bracket>[^\]]*)\]|(?P<general>general|g/標準)|(?P<exponent>e[+-][0#?]+)"
    r"|(?P<digits>[0#?]+)|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<text>@)|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
_SPLIT = re.compile(r'((?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[])*);?', re.DOTALL)
_CONDITION = re.compile(r"^(<=?|>=?|=|<>)(-?[0-9.]+)$")
_HOLDS = {
    "<": Decimal.__lt__,
    "<=": Decimal.__le__,
    ">": Decimal.__gt__,
    ">=": Decimal.__ge__,
    "=": Decimal.__eq__,
    "<>": Decimal.__ne__,
}
# The parts of a format: for positive numbers, negative ones, zero; the fourth is for texts.
_NEGATIVE_PART, _ZERO, _TEXTS = 1, 2, 3
_COLOUR = re.compile(
    r"^(?:black|blue|cyan|green|magenta|red|white|yellow|colou?r *[0-9]+|[黒青水緑紫赤白黄]|色)"
)
_YEN = r"[¥￥\\円\s]*"
_NEGATIVE = re.compile(r"^[-−－△▲(（\s]*$")
_MINUS = "-−－△▲(（"
_NOTHING = re.compile(r"^[-−－ー―–\s]*$")
_FOREIGN = re.compile(r"[$€£₩]|USD|EUR|GBP|CNY|KRW|ドル|ユーロ|ポンド|ウォン")
# The yen sign of China's locale is its own currency.
_YUAN = re.compile(r"\[\$[^\]]*-(?:0?804|1004)\]")
# Words behind a number that is shown in thousands → how many commas they stand for.
_SCALES = {"千円": 1, "千": 1, "百万円": 2, "百万": 2}


@dataclass(frozen=True)
class Shown:
    """`is_sure`: whether the text can be taken for what the cell holds."""

    text: str
    is_sure: bool = True


@dataclass(frozen=True)
class _Section:
    """One part of a format. `before` and `after`: its words around the digits; `pieces`: digits
    and words by turns; `scale`: how often it divides by a thousand."""

    before: str
    after: str
    pieces: tuple[tuple[bool, str], ...]
    scale: int
    percents: int
    has_digits: bool
    is_coloured: bool
    condition: tuple[str, Decimal] | None

    @property
    def zeros(self) -> int:
        """How many digits it shows at least."""
        return sum(piece.count("0") for is_digits, piece in self.pieces if is_digits)

    @property
    def is_pattern(self) -> bool:
        """Whether digits fill places: 00000, 000-0000."""
        return sum(is_digits for is_digits, _ in self.pieces) > 1 or self.zeros > 1


def is_plain(code: str) -> bool:
    """Whether cells of a format show the number that they hold, in any sign."""
    sections = _sections(code)
    if _YUAN.search(code) or any(_FOREIGN.search(each.before + each.after) for each in sections):
        return False
    return all(_is_plain(section, place) for place, section in enumerate(sections[:_TEXTS]))


def shows_yen(code: str) -> bool:
    """Whether a format says that its numbers are yen, and not thousands of them."""
    words = [f"{each.before}{each.after}" for each in _sections(code)]
    return any(re.search(r"[¥￥]|(?<![千万億])円", each) for each in words)


def show_by_code(plain: str, code: str) -> Shown:
    """A plain number as its format shows it, with all its decimals."""
    value = Decimal(plain)
    section, place = _section_of(value, _sections(code))
    if section is None:
        return Shown(plain, False)
    words = f"{section.before}{section.after}"
    if foreign := _FOREIGN.search(words + ("CNY" if _YUAN.search(code) else "")):
        return Shown(f"{plain} {foreign[0]}")
    if _is_plain(section, place):
        return Shown(plain)
    if not section.has_digits:
        return Shown(words.strip() or plain, bool(words.strip()))
    if place == _NEGATIVE_PART and value < 0:
        return _negative(value, section)
    return _positive(value, section)


def _negative(value: Decimal, section: _Section) -> Shown:
    """In the part for negative numbers the sign is a word of its own."""
    signed = section.before.translate(dict.fromkeys(map(ord, _MINUS)))
    is_signed = signed != section.before or section.is_coloured
    shown = _positive(-value, section)
    return Shown(shown.text, is_signed and shown.is_sure)


def _positive(value: Decimal, section: _Section) -> Shown:
    if section.is_pattern and value == value.to_integral_value() and value >= 0:
        return Shown(_filled(f"{value:f}", section).strip())
    if sum(is_digits for is_digits, _ in section.pieces) > 1:
        return Shown(f"{value:f}", False)
    seen = value * 100**section.percents / Decimal(1000) ** section.scale
    number = f"{seen.normalize():f}"
    before, after = section.before.strip(), section.after.strip()
    text = f"{before}{number}{after}"
    if not section.scale:
        return Shown(text)
    unit = re.sub(_YEN[:-1] + "+$", "", after) if after not in _SCALES else after
    return Shown(text, not before and _SCALES.get(unit) == section.scale)


def _filled(digits: str, section: _Section) -> str:
    """The digits set into their places; spare ones stand before the first."""
    places = "".join(piece for is_digits, piece in section.pieces if is_digits)
    spare, rest = digits[: max(len(digits) - len(places), 0)], digits[-len(places) :]
    rest = rest.rjust(len(places), " ")
    shown, at = section.before + spare, 0
    for is_digits, piece in section.pieces:
        if not is_digits:
            shown += piece
            continue
        for place in piece:
            shown += ("0" if place == "0" else "") if rest[at] == " " else rest[at]
            at += 1
    return shown + section.after


def _is_plain(section: _Section, place: int) -> bool:
    words = f"{section.before}{section.after}"
    if not section.has_digits:
        return place == _ZERO and _NOTHING.match(re.sub(_YEN, "", words)) is not None
    if section.scale or section.percents or section.is_pattern:
        return False
    if place == _NEGATIVE_PART and section.condition is None:
        sign = re.sub(_YEN, "", section.before)
        is_signed = bool(sign) or section.is_coloured
        return is_signed and bool(_NEGATIVE.match(sign)) and _is_yen(section.after.strip("-)） "))
    return _is_yen(words)


def _is_yen(words: str) -> bool:
    return re.fullmatch(_YEN, words) is not None


def _section_of(value: Decimal, sections: tuple[_Section, ...]) -> tuple[_Section | None, int]:
    """The part of a format that shows a number, and its place; None for ####."""
    if any(each.condition for each in sections):
        for place, section in enumerate(sections[:_TEXTS]):
            if section.condition is None or _HOLDS[section.condition[0]](
                value, section.condition[1]
            ):
                return section, 0 if section.condition or value >= 0 else place
        return None, 0
    wanted = _NEGATIVE_PART if value < 0 else _ZERO if value == 0 else 0
    place = wanted if wanted < len(sections) else 0
    return sections[place], place


@cache
def _sections(code: str) -> tuple[_Section, ...]:
    found = [each[1] for each in _SPLIT.finditer(code)]
    found = found[:-1] if len(found) > 1 and not code.endswith(";") else found
    return tuple(_parsed(each) for each in found) or (_parsed("General"),)


def _parsed(text: str) -> _Section:
    tokens = [(each.lastgroup or "", each[each.lastgroup or 0]) for each in _TOKEN.finditer(text)]
    brackets = [word for kind, word in tokens if kind == "bracket"]
    conditions = [found for word in brackets if (found := _CONDITION.match(word))]
    kinds = [kind for kind, _ in tokens]
    is_number = [kind in ("digits", "general", "text") for kind in kinds]
    first = is_number.index(True) if any(is_number) else len(tokens)
    last = len(tokens) - 1 - is_number[::-1].index(True) if any(is_number) else len(tokens)
    commas = 0
    while last + 1 + commas < len(kinds) and kinds[last + 1 + commas] == "comma":
        commas += 1
    return _Section(
        before=_words(tokens[:first]),
        after=_words(tokens[last + 1 :]),
        pieces=_pieces(tokens[first : last + 1]),
        scale=commas,
        percents=kinds.count("percent"),
        has_digits=any(is_number),
        is_coloured=any(_COLOUR.match(word.lower()) for word in brackets),
        condition=(conditions[0][1], Decimal(conditions[0][2])) if conditions else None,
    )


def _words(tokens: list[tuple[str, str]]) -> str:
    kinds = ("quoted", "escaped", "currency", "sign", "percent")
    return "".join(word for kind, word in tokens if kind in kinds)


def _pieces(tokens: list[tuple[str, str]]) -> tuple[tuple[bool, str], ...]:
    """Digits and the words between them. Decimals, fractions and exponents are no places."""
    kinds = [kind for kind, _ in tokens]
    is_fraction = ("sign", "/") in tokens
    if {"point", "general", "exponent", "text"} & set(kinds) or is_fraction:
        return ((True, "0"),)
    told = [
        (kind == "digits", word)
        for kind, word in tokens
        if kind in ("digits", "quoted", "escaped", "sign")
    ]
    joined = [
        (is_digits, "".join(word for _, word in group))
        for is_digits, group in groupby(told, key=lambda each: each[0])
    ]
    if all(is_digits or not word.strip() for is_digits, word in joined):
        return ((True, "".join(word for is_digits, word in joined if is_digits)),)
    return tuple(joined)
