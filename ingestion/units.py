"""Notes and rows about the unit of amounts: 単位：千円 around a table, 千円 under its header."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from ingestion.reasons import FileRefused
from ingestion.tables import Table, fold, folded, unique_names
from ingestion.yen import SCALED_UNIT, UNIT, UNITS

if TYPE_CHECKING:
    from ingestion.decorations import Decoration

# After 単位, before it, in brackets, or alone on a line.
_STATED = re.compile(
    rf"(?:単位|unit)[:;は=]?[(\[]?({UNIT})(?![a-z0-9])|(?<![0-9])({UNIT})単位|[(\[【]({UNIT})[)\]】]"
    rf"|^[※*・]?({UNIT})$"
)
# Yen that are named, not counted: 月額のみ円, and not 12,000円.
_BARE_YEN = re.compile(r"(?<![0-9千万百億])円")
# The same in a note of its own: 月額は円 beside another note that says 千円.
_SAYS_YEN = re.compile(r"(?<![0-9千万百億])円(?![一-龠々])")
# Words of a note about money of which nothing may be guessed.
_DOUBTFUL = re.compile(
    r"(?:単位|unit)[:;は=(\[]|(?<![0-9,])1,?000(?:,?000)?円単位"
    r"|千円|万円|億円|千圓|仟円|百万|thousand|million|ドル|dollar|usd|[$€£]"
)
# 千円未満切捨て names a limit, and 株式会社千円堂 somebody; neither is the unit of anything. A note
# about how amounts are shown is left whole: 千円未満を切り捨てて表示 stands under tables of 千円.
_LIMIT = re.compile(rf"(?:{SCALED_UNIT.pattern})(?:未満|以下|以上|以内|超)")
_SHOWN = re.compile("表[示記]|記載")
_FIRM = r"(?:株式会社|有限会社|合同会社|合資会社|合名会社|\([株有同]\))"
_NO_NAME = "(?!単位|表|記|税|建)"
_NAMED = re.compile(
    rf"{_FIRM}(?:{SCALED_UNIT.pattern}){_NO_NAME}[一-龠々ぁ-んァ-ヶー]"
    rf"|(?<!\S)(?:{SCALED_UNIT.pattern}){_NO_NAME}[一-龠々ァ-ヶー]{{1,8}}(?:{_FIRM}|御中|様)"
)
# 千円単位で四捨五入 says how yen were rounded, or that they are thousands.
_ROUNDED = re.compile(
    rf"(?:{SCALED_UNIT.pattern})単位[にでのへ]?(?:未満を?)?(?:切|四捨五入|端数|丸め|まとめ)"
)
# A note that holds for some amounts only; what a note that holds for all of them may be about.
_EXCEPT = re.compile("のみ|だけ|以外|除[くきい]|ただし|但し|一部|に限|場合")
_SUBJECT = re.compile(r"([^※*・:、。,;()\[\]\x01]+)(?:は|が|については?)\x01")
_ALL = re.compile(
    "(?:[本各全]|この|以下の|下記の|上記の|表中の|表の|すべての|全ての|記載)*"
    "(?:金額|価格|数字|数値|額|表示|表記|単位|表|すべて|全て|いずれも)(?:欄|列|項目)?"
)
# How a note that stands in no cell is told from the others: nobody sees what it is about.
OUTSIDE = (
    "シート名",
    "図形",
    "コメント",
    "ヘッダー・フッター",
    "入力時メッセージ",
    "別シート",
    "ファイル名",
)
_OUTSIDE = re.compile(rf"^(?:{'|'.join(OUTSIDE)})「")
# Units of other things than money: a note that speaks only of these says nothing about yen.
_OTHER = re.compile(r"(?:単位|unit)[:;は=]?[(\[]?(?:件|社|人|名|個|台|日|時間|ヶ月|か月|%)+[)\]]?$")
# A cell (folded) that is the unit of an amount and nothing else, and one that could stand beside it
# in a row of units.
_CURRENCY = "円|圓|yen|jpy|ドル|dollars?|usd|ユーロ|eur|[$€£¥]"
_LEAD = r"[※*・]?[(\[【]?(?:表示)?(?:金額)?[はの]?(?:単位|units?)?[:;は=]?[(\[【]?"
_TAX = "(?:消費)?税(?:抜き?|別|込み?)"
_END = rf"(?:単位)?(?:[,、・/(]?{_TAX}[)]?)?[)\]】]*"
_CORE = (
    rf"[百千万億仟k]*(?:{_CURRENCY})|[百千万億仟k]+|[×x*]1,?000(?:,?000)?円?|1,?000(?:,?000)?円単位"
)
_MONEY = f"{_LEAD}(?:{_TAX}[,、・/]?)?(?P<core>{_CORE}){_END}"
THING = (
    r"[(\[【]?(?:単位[:;]?)?(?:件|社|人|名|個|台|点|回|本|枚|式|年|月|日|時間|[ヶかカケ箇]月|%|税抜|税別"
    r"|なし|[-―ー－—])?[)\]】]*"
)
# Words in brackets alone: （日付）, (自社番号).
_BRACKETED = r"[(\[【][^)\]】]*[)\]】]"
_PLAIN = f"(?:{_MONEY.replace('?P<core>', '')}|[※(\\[【]*{_TAX}[)\\]】]*)"
# Cells of a row are put together with this.
_BETWEEN = "\x01"
_CELL = f"(?:{_PLAIN}|{THING})"
_ROW = f"{_BETWEEN}*(?:{_CELL}{_BETWEEN}+)*{_PLAIN}(?:{_BETWEEN}+{_CELL})*{_BETWEEN}*"
# A line that starts like a statement about units, whatever it says.
_STATEMENT = (
    rf"{_BETWEEN}*[※*・(\[【]*(?:(?:表示|金額)?[はの]?(?:単位|units?)[:;は=]|(?:in)?(?:thousand|million))"
    rf"[^{_BETWEEN}]*{_BETWEEN}*"
)
_ALONE = rf"(?:^|{_BETWEEN}|[(\[【])[百千万億仟k]+(?:$|{_BETWEEN}|[)\]】])"
_NOT_YEN = (
    rf"thousand|million|[百千万億仟k](?:{_CURRENCY})|税込|{_ALONE}|[×x*]1|1,?000,?0*円単位"
    rf"|{_CURRENCY.partition('|')[2]}"
)
# What any row of units mentions: to be looked for first, for it costs little.
MENTIONED = (
    f"(?i)単位|千|税[抜別込]|[×*x]1|unit|thousand|million|{_CURRENCY}|[＄￥Ｕ-Ｙｕ-ｙＪｊＥｅ]"
)
# Longer lines are about more than units.
LONGEST_LINE = 2_000
# The header over an amount says so.
AMOUNT = re.compile(
    "額|費|料|金|価|代|報酬|売上|収|予算|目標|実績|計|限|コスト|yen|amount|price|fee|cost|value|total|円"
)


def unit_of_notes(notes: Iterable[str], amounts: Sequence[str] = ()) -> str | None:
    """The unit that the notes of a table state for its amounts, None when they state none.

    `amounts`: the headers of these, where known: a note that names some of them, or anything else,
    is not theirs. Notes that stand `outside` the cells state nothing, but may not disagree.
    Raises FileRefused (`unclear_unit`) when notes speak of a unit that is not understood, of two,
    or of some amounts: others would be wrong by a factor, and nobody would see it.
    """
    stated: dict[str, str] = {}
    beside: dict[str, str] = {}
    for note in notes:
        said = _without_names(note)
        is_outside = _OUTSIDE.match(note) is not None
        here = _units_in(said, is_outside)
        if here is None or (here and not is_outside and not _is_about_all(said, amounts)):
            raise FileRefused("unclear_unit", note.strip())
        if not here and _SAYS_YEN.search(said):
            here, is_outside = {"円"}, True
        (beside if is_outside else stated).update(dict.fromkeys(here, note.strip()))
    settled = stated.keys() or _own_units(amounts) or {"円"}
    if len(stated) > 1 or beside.keys() - settled:
        told = dict.fromkeys([*stated.values(), *beside.values()])
        raise FileRefused("unclear_unit", " / ".join(told))
    return next(iter(stated), None)


def _units_in(said: str, is_outside: bool) -> set[str] | None:
    """The units that a note states, or only names where it is `outside`; None when in doubt."""
    here = {next(filter(None, found)) for found in _STATED.findall(said)}
    scaled = set(SCALED_UNIT.findall(said))
    here |= scaled if is_outside else set()
    named = {*scaled, *_BARE_YEN.findall(said)}
    if (here or named - {"円"}) and named - here:
        return None
    doubt = _ROUNDED.search(said) if here else _DOUBTFUL.search(said)
    return None if doubt and not _OTHER.search(said) else here


def outside(place: str, text: str) -> str:
    """A note for what stands in no cell of the sheet; `place` is one of `OUTSIDE`."""
    return f"{place}「{' '.join(text.split())}」"


def mentions_money(text: str) -> bool:
    """Whether a text may say something about the unit of amounts, or their tax."""
    said = fold(text)
    return bool(_DOUBTFUL.search(said) or _STATED.search(said) or "税込" in said)


def _without_names(note: str) -> str:
    """A note folded, without what only looks like a unit."""
    text = unicodedata.normalize("NFKC", note)
    said = fold(_NAMED.sub("", text)).strip(",;|")
    return said if _SHOWN.search(said) else _LIMIT.sub("", said)


def _is_about_all(said: str, amounts: Sequence[str]) -> bool:
    """Whether a note that states a unit leaves out none of the columns of amounts."""
    if not amounts:
        return True
    rest = _STATED.sub("\x01", said)
    if _EXCEPT.search(rest):
        return False
    names = {re.sub(r"[(\[【].*", "", fold(name)) for name in amounts}
    found = set()
    for name in sorted(names, key=len, reverse=True):
        form = rf"{re.escape(name)}(?=及び|並びに|[^一-龠々ァ-ヶーa-z0-9]|$)"
        rest, count = re.subn(form, "", rest) if name else (rest, 0)
        found |= {name} if count else set()
    subject = None if found else _SUBJECT.search(rest)
    return found == names or not (found or (subject and not _ALL.fullmatch(subject[1])))


def _own_units(amounts: Sequence[str]) -> set[str]:
    """The units in the headers of amounts, if every one has one."""
    units = [set(re.findall(UNIT, fold(name))) for name in amounts]
    return set().union(*units) if units and all(units) else set()


def with_units(header: Sequence[str], cells: Sequence[str]) -> tuple[str, ...] | None:
    """The header with the notes of the row below it: 税抜・千円 under 初期費用 makes it
    初期費用（税抜・千円）.

    None when that row is not about money. Raises FileRefused (`unclear_unit`) where it is and
    leaves any doubt: about a unit, about whose it is, or against a unit in the header.
    """
    from ingestion.decorations import note_of  # which knows units

    said = [fold(cell) for cell in cells]
    notes = {place: note for place, cell in enumerate(said) if cell and (note := note_of(cell))}
    odd = {
        place
        for place, cell in enumerate(said)
        if place not in notes and _is_odd(cell, header[place] if place < len(header) else "")
    }
    money = {place for place, note in notes.items() if note.is_about_money} | odd
    others = [cell for place, cell in enumerate(said) if cell and place not in money]
    is_whole = all(re.fullmatch(rf"{THING}|{_BRACKETED}", cell) for cell in others)
    shown = " ".join(filter(None, (cell.strip() for cell in cells)))
    is_yen = not odd and all(notes[place] == note_of("円") for place in money)
    if not money or (not is_whole and is_yen):
        return None
    if not is_whole and sum(bool(re.search(r"\d", cell)) for cell in others) > 1:
        return None  # a row whose amount is no number
    if odd or not is_whole or len(cells) != len(header):
        raise FileRefused("unclear_unit", shown)
    names = list(header)
    for place in money:
        name, unit = fold(names[place]), notes[place].unit
        own = {UNITS[each] for each in re.findall(UNIT, name)}
        if (unit and own - {unit}) or not AMOUNT.search(name):
            raise FileRefused("unclear_unit", f"{names[place].strip()} {shown}")
        words = _words_of(notes[place], own)
        names[place] += f"（{words}）" if words else ""
    return tuple(names)


def _is_odd(cell: str, name: str) -> bool:
    """Whether a cell is about money in a way that is not understood; 千 is also somebody's name."""
    core = _money(cell)
    return bool(core and (re.search(_CURRENCY, core) or AMOUNT.search(fold(name))))


def _words_of(note: Decoration, own: set[int]) -> str:
    """税抜・千円: what a note says of amounts, and their header does not."""
    unit = next((name for name, size in UNITS.items() if size == note.unit), "")
    told = ("税抜" * note.before_tax, "税込" * note.with_tax, "" if own else unit)
    return "・".join(filter(None, told))


def take_unit_row(table: Table) -> Table:
    """The table whose first row gave its units to the header, if it is one of units.

    Raises FileRefused (`unclear_unit`) for that, and where any other row is one.
    """
    first = table.problems["row_number"].min()
    header = None
    if table.rows.height and not (isinstance(first, int) and first < table.numbers[0]):
        header = with_units(table.header, table.rows.row(0))
    if header is not None:
        names = dict(zip(unique_names(table.header), unique_names(header), strict=True))
        renamed = pl.col("column_name").replace(names)
        table = replace(
            table,
            header=header,
            rows=table.rows[1:].rename(names),
            numbers=table.numbers[1:],
            unread=table.unread.rename(names, strict=False),
            problems=table.problems.with_columns(renamed),
            warnings=table.warnings.with_columns(renamed),
        )
    for frame in (table.rows, table.unread.drop("row_number", strict=False)):
        found = frame.filter(is_unit_row(frame, says="scaled"))
        if found.height:
            raise FileRefused("unclear_unit", " ".join(filter(None, found.row(0))))
    return table


def is_unit_row(frame: pl.DataFrame, says: str = "any") -> pl.Series:
    """Whether each row of text cells is about units; see `is_unit_line`."""
    nothing = pl.Series([False]).new_from_index(0, frame.height)
    if frame.is_empty():
        return nothing
    # a first cell with a digit, as nearly all have, is none
    places = frame.to_series(0).str.contains(r"\d").not_().arg_true()
    lines = frame[places].select(pl.concat_str(pl.all(), separator=_BETWEEN)).to_series()
    return nothing.scatter(places, is_unit_line(lines, says))


def is_unit_line(lines: pl.Series, says: str = "any") -> pl.Series:
    """Whether each line, its cells divided by 0x01, holds the unit of an amount and nothing but
    units, or one cell about units; only those with more than yen when it `says` "scaled"."""
    found = lines.str.contains(MENTIONED) & (lines.str.len_bytes() < LONGEST_LINE)
    places = found.arg_true()
    said = lines.gather(places).to_frame("line").select(folded(pl.col("line"))).to_series()
    holds = said.str.contains(f"^(?:{_ROW}|{_STATEMENT})$")
    if says == "scaled":
        holds &= said.str.contains(_NOT_YEN)
    return found.scatter(places, holds) if len(places) else found


def _money(cell: str) -> str:
    found = re.fullmatch(_MONEY, cell)
    return found["core"] if found else ""
