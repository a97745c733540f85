"""What stands around the name in a header: 初期費用（税抜・千円）, 割引率[%], ※企業名（必須）.

Headers come folded (`tables.fold`), so brackets and signs of full width are ASCII already, and ①
is 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingestion.yen import UNIT, UNITS

OPEN, CLOSE = r"(\[{<【〔〈《「『", r")\]}>】〕〉》」』"
_SIGNS = r"/:;,、・|_*※\-‐–—−~="
_BEFORE_TAX = (
    r"(?:消費)?税(?:抜き?|別|ぬき)|外税|(?:excl(?:uding|\.)?|without|before)tax"
    r"|tax-?excl(?:uded|\.)?"
)
_TAXED = r"(?:消費)?税(?:込み?|こみ)|内税"
_WITH_TAX = rf"{_TAXED}|込み?|(?:incl(?:uding|\.)?|with)tax|tax-?incl(?:uded|\.)?"
_RATE_OF_TAX = r"(?:税率)?(?:10|8)%"
_YEN = r"¥|\\|yen|jpy"
_PERCENT = r"%|パーセント|percent|pct"
# How a form asks for the item: nothing about what it is.
_ASKED = (
    r"(?:入力|記入)?(?:必須|任意)(?:項目|入力|記入)?|required|optional|[半全]角(?:英数字?|数字|文字)?"
    r"|ハイフン(?:あり|有り?|なし|無し?|不要)"
)
# How the item is written, in brackets: nothing about what it is.
_FORMAT = (
    r"y{2,4}[年/.-]?m{1,2}[月/.-]?d{1,2}日?(?:hh?:mm(?::ss)?)?(?:形式)?|西暦|和暦|年月日|日付(?:形式)?"
    r"|(?:記入|入力)?例[:;は]?[^円税千万$€]+$|確定|[0-9]{1,2}(?:~[0-9]{1,2})?(?:桁|文字)(?:以内|まで)?"
    r"|数字(?:のみ)?|文字列|テキスト"
)
_SAID = re.compile(
    rf"(?:単位|unit)?[{_SIGNS}]*(?:(?P<unit>{UNIT}|{_YEN})|(?P<before_tax>{_BEFORE_TAX})"
    rf"|{_RATE_OF_TAX}(?=[{_SIGNS}]*(?:{_WITH_TAX}|{_BEFORE_TAX}))"
    rf"|(?P<with_tax>{_WITH_TAX})(?:{_RATE_OF_TAX})?|(?P<percent>{_PERCENT})|(?:{_ASKED})"
    rf"|(?:{_FORMAT}))(?:単位|表示|価格|金額|額)?[{_SIGNS}と]*"
)
# What says nothing beside some names only: a price by the month of what is by the month.
_BESIDE = (
    (
        re.compile("月"),
        re.compile(
            rf"(?<=円)[/あたりごと毎]*(?:1[ヶかカ])?月(?:額|あたり)?(?![^{_SIGNS}])|^月額?$"
        ),
    ),
    (re.compile("電話|tel"), re.compile(r"^固定(?:電話)?$")),
    (re.compile("[名称]$"), re.compile(r"^(?:正式(?:名称?)?|略称(?:不可)?)$")),
)
_GROUP = rf"[{OPEN}](?P<inside>[^{OPEN}{CLOSE}]+)[{CLOSE}]"
_BEHIND = re.compile(rf"{_GROUP}$")
_AHEAD = re.compile(rf"^{_GROUP}")
# Without brackets: 初期費用/税込, 月額_円, 金額千円, 税抜金額.
_BARE_BEHIND = re.compile(
    rf"[{_SIGNS}]*(?P<inside>{UNIT}|{_YEN}|{_BEFORE_TAX}|{_TAXED}|{_PERCENT})$"
)
_BARE_AHEAD = re.compile(rf"^(?P<inside>{_BEFORE_TAX}|{_TAXED})[{_SIGNS}の]*")
_ASKED_BEHIND = re.compile(rf"[{_SIGNS}]*(?P<inside>{_ASKED})$")
_ASKED_AHEAD = re.compile(rf"^[{_SIGNS}]*(?P<inside>{_ASKED})[{_SIGNS}]*")
# Around the whole name: 【企業名】, "企業名"; before it: ※企業名, 2.企業名; behind: 企業名:
_QUOTES = "\"'“”‘’"
_WRAPPED = re.compile(
    rf"^(?:[{OPEN}](?P<inside>[^{OPEN}{CLOSE}]+)[{CLOSE}]|[{_QUOTES}](?P<quoted>[^{_QUOTES}]+)[{_QUOTES}])$"
)
_MARKS = r"※*★☆●○◎■□◆◇▼▶・"
_NUMBERED = r"\([0-9]{1,2}\)|[0-9]{1,2}[.):、]|[0-9]{1,2}(?=[^\x00-\x7f])"
_MARKED_AHEAD = re.compile(rf"^(?:[{_MARKS}]+|{_NUMBERED})(?=.)")
_MARKED_BEHIND = re.compile(rf"(?<=.)[{_MARKS}:;]+$")
# 企業名/Company, Company(企業名): a name in Japanese and one in Latin letters.
_JAPANESE, _LATIN = r"[^\x00-\x7f]+", r"[a-z][a-z_.-]*"
_BOTH = re.compile(
    rf"^(?:(?P<ja>{_JAPANESE})[{_SIGNS}(\[]?(?P<en>{_LATIN})"
    rf"|(?P<latin>{_LATIN})[{_SIGNS}(\[]?(?P<japanese>{_JAPANESE}))[)\]]?$"
)
# Longer texts are no headers.
_LONGEST = 100


@dataclass(frozen=True)
class Decoration:
    """`unit`: yen per unit where one is stated. `before_tax` and `with_tax`: which of the two is
    said, or both. `percent`: whether the numbers are parts of a hundred."""

    unit: int | None = None
    before_tax: bool = False
    with_tax: bool = False
    percent: bool = False

    @property
    def is_about_money(self) -> bool:
        return self.unit is not None or self.before_tax or self.with_tax


def undecorated(folded: str) -> list[tuple[str, Decoration]]:
    """The header with ever less of what stands around its name, what was taken off beside it.

    Brackets that say anything else stay, so that 初期費用(ドル) and 月額(予定) are not 初期費用 and
    月額. The header as it is comes first. What asks for the item (必須), numbers it or wraps it
    whole says nothing.
    """
    found, seen = [(folded, Decoration())], Decoration()
    while len(folded) <= _LONGEST:
        taken = _take_one(folded)
        merged = _both(seen, taken[1]) if taken else None
        if taken is None or merged is None:
            break
        folded, seen = taken[0], merged
        found.append((folded, seen))
    return found


def _take_one(folded: str) -> tuple[str, Decoration] | None:
    """The header without one note, and what that says; None when there is none."""
    for form in (_BEHIND, _AHEAD, _BARE_BEHIND, _BARE_AHEAD, _ASKED_BEHIND, _ASKED_AHEAD):
        note = form.search(folded)
        if note is None or note[0] == folded:
            continue
        rest = folded[note.end() :] if note.start() == 0 else folded[: note.start()]
        said = _read(_without_the_usual(note["inside"], rest))
        if said:
            return rest, said
    if whole := _WRAPPED.search(folded):
        return whole["inside"] or whole["quoted"], Decoration()
    for form in (_MARKED_AHEAD, _MARKED_BEHIND):
        bare = form.sub("", folded, count=1)
        if bare != folded:
            return bare, Decoration()
    return None


def _without_the_usual(inside: str, rest: str) -> str:
    """A note without what goes without saying beside a name."""
    for name, words in _BESIDE:
        if name.search(rest):
            inside = words.sub("", inside)
    return inside


def note_of(cell: str) -> Decoration | None:
    """What a cell (folded) says that is no name but a note, brackets or not; None for others."""
    inside = re.sub(rf"^[{OPEN}{_MARKS}]+|[{CLOSE}]+$", "", cell)
    inside = re.sub(r"^(?:表示|金額)[はの:]?", "", inside)
    return _read(inside) if inside and len(inside) <= _LONGEST else None


def in_both_languages(folded: str) -> tuple[str, str] | None:
    """The two names of a header that gives one in Japanese and one in Latin letters."""
    found = _BOTH.search(folded) if len(folded) <= _LONGEST else None
    if found is None:
        return None
    return found["ja"] or found["japanese"], found["en"] or found["latin"]


def _read(inside: str) -> Decoration | None:
    """What a note says, None when it says anything else too."""
    found, place = Decoration(), 0
    while place < len(inside):
        said = _SAID.match(inside, place)
        if said is None:
            return None
        unit = UNITS.get(said["unit"], 1) if said["unit"] else None
        merged = _both(
            found,
            Decoration(
                unit,
                said["before_tax"] is not None,
                said["with_tax"] is not None,
                said["percent"] is not None,
            ),
        )
        if merged is None:
            return None
        found, place = merged, said.end()
    return found


def _both(first: Decoration, second: Decoration) -> Decoration | None:
    """What two notes say together; None when they name two units."""
    if first.unit and second.unit and first.unit != second.unit:
        return None
    return Decoration(
        first.unit or second.unit,
        first.before_tax or second.before_tax,
        first.with_tax or second.with_tax,
        first.percent or second.percent,
    )
