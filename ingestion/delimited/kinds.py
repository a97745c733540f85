"""What cells look like: the evidence that a row is a header, a row, or a row out of joint.

Only forms are looked at, never meanings: a column whose cells are nearly all dates is a witness,
and a row that has something else there, together with another oddity, has lost its columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import polars as pl

from ingestion.tables import fold

# In the order in which they are tried; understood alike by Python's and Rust's engines.
_DAY = r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?"
KINDS = {
    "date": _DAY,
    "timestamp": rf"{_DAY}[T ]{_CLOCK} ?(?:Z|[+-]\d{{2}}:?\d{{2}})?",
    "time": rf"{_CLOCK}(?: ?[AaPp][Mm])?",
    "number": r"[-+△▲(]?[¥￥$€£]?[0-9][0-9,]*(?:\.[0-9]+)?[%円)]?",
    "hyphenated": r"\+?[0-9]+(?:-[0-9]+)+",
    "url": r"https?://[^\s\"']+",
    "email": r"[^\s@\"',;]+@[^\s@\"',;]+\.[^\s@\"',;]+",
    "code": r"[A-Za-z]{1,8}[-_]?[0-9]+",
}
# What an own id may look like besides, after words that all of them have. Too wide for proof of
# anything but where a row begins.
_LABEL = r"[A-Za-z]{0,8}[-_－]?[0-9０-９]+(?:[-_－][A-Za-z0-9０-９]+)*"
_LABEL_WORDS = re.compile(r"[^\x00-\x7f０-９－]*")
# How else the same may be written: a cell like this is not out of place, only hard to read.
_LOOSE = {
    "date": (
        r"(?:令和|平成|昭和|大正|西暦|[RHSTrhst])?\s*(?:\d{1,4}|元)\s*[-/.年]\s*\d{1,2}\s*[-/.月]"
        r"\s*\d{1,4}日?(?:\s*\(.\))?(?:[T\s]+\d{1,2}[:時]\d{1,2}[^,;]*)?|\d{4,8}"
        r"|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}|\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{2,4}"
    ),
    "time": (
        r"(?:午前|午後)?\s*\d{1,2}\s*[:：時]\s*\d{1,2}(?:[:：分]\s*\d{0,2}秒?)?"
        r"(?:\s*[APap]\.?[Mm]\.?)?"
    ),
    "number": (
        r"[\d\s.,，．+\-−△▲()（）¥￥$€£%％~〜円千万億税抜込約別件個本台枚名人]*\d"
        r"[^A-Za-z:/@]{0,3}"
    ),
    "hyphenated": r"[^A-Za-z,;:@/]*\d[^A-Za-z,;:@/]*",
    "url": r"[\w.-]+\.[A-Za-z]{2,}\S*",
    "email": r".*[@＠].*",
}
_LOOSE["timestamp"] = _LOOSE["date"]
_LOOSE["code"] = r"\S*\d\S*"
_FORMS = {kind: re.compile(form) for kind, form in KINDS.items()}
_FIRM = r".*(?:(?:株式|有限|合同|合資|合名)会社.+|.(?:株式|有限|合同|合資|合名)会社|[㈱㈲].*)"
_DATA = re.compile(
    "|".join(f"(?:{form})" for form in (*(KINDS[kind] for kind in KINDS if kind != "code"), _FIRM))
)
# Words for what is not there stand in columns of any form, and are no header.
_NOTHING = "なし|無し|無|不明|未定|未確認|確認中|未登録|未取得|非公開|[Nn]/?[Aa]|none|null|NULL"
_SOMEBODY = re.compile("様$|御中$")
_MIN_ALIKE = 0.95
_MIN_FILLED = 0.5
# From so many rows on a column says something about other rows.
MIN_ROWS = 4
_MANY_ROWS = 20
MAX_WITNESSES = 6
# So many names at the left of a row that has no data are another header.
_MIN_NAMES = 3
_MIN_LABELS = 2
_UNIT = "\x1f"
# What 1,234 is cut into where nothing protects its comma; columns of words, by their names.
_THOUSANDS = r"^[-+△▲(]?[¥￥$€£]?[0-9]{1,3}$", r"^[0-9]{3}(?:\.[0-9]+)?[)円]?$"
_WORDS = re.compile(
    "備考|メモ|摘要|特記|コメント|名$|住所|担当|部署|memo|note|remark|comment|name|address"
)
_GROUPED = re.compile(r"(?:^|,)[-+△▲(]?[¥￥$€£]?[0-9]{1,3}((?:,[0-9]{3})+)(?![0-9])")
_MIN_GROUPED, _GROUPED_SHARE = 2, 0.1


@dataclass(frozen=True)
class Witness:
    """A column whose cells have one form, after `words` that all of them have."""

    place: int
    kind: str
    words: str = ""

    @property
    def form(self) -> str:
        return re.escape(self.words) + (_LABEL if self.kind == "label" else KINDS[self.kind])

    @property
    def allowed(self) -> str:
        """What may stand in the column: its form, or words for nothing."""
        return f"{self.form}|{_NOTHING}"


def is_data(cell: str) -> bool:
    """Whether a cell can hardly be a column's name: a number, date, time, address of the web, or
    a company."""
    return _DATA.fullmatch(cell.strip()) is not None


def is_value(cell: str) -> bool:
    """Whether a cell is data or names somebody: 山田様."""
    return is_data(cell) or _SOMEBODY.search(cell.strip()) is not None


def find_witnesses(rows: Sequence[Sequence[str]]) -> tuple[Witness, ...]:
    """The columns of equally wide rows that have one form."""
    return tuple(
        witness
        for place, cells in enumerate(zip(*rows, strict=True))
        if (witness := _witness(place, cells)) is not None
    )


def _witness(place: int, cells: Sequence[str]) -> Witness | None:
    filled = [cell for cell in cells if cell.strip()]
    if not filled or len(filled) < _MIN_FILLED * len(cells):
        return None
    for kind, form in _FORMS.items():
        unlike = (cell for cell in filled if not form.fullmatch(cell))
        spare = max(int((1 - _MIN_ALIKE) * len(filled)), int(len(filled) > MIN_ROWS))
        if next(islice(unlike, spare, None), None) is None:
            return Witness(place, kind)
    return None


def find_label(rows: Sequence[Sequence[str]]) -> Witness | None:
    """The first column of equally wide rows if its cells look like ids of any kind, all different;
    one in many may look otherwise."""
    cells = [row[0] for row in rows if row[0].strip()]
    if len(cells) < max(_MIN_FILLED * len(rows), _MIN_LABELS) or len(set(cells)) < len(cells):
        return None
    found = Counter(match[0] for cell in cells if (match := _LABEL_WORDS.match(cell)))
    label = Witness(0, "label", found.most_common(1)[0][0])
    unlike = sum(1 for cell in cells if not re.fullmatch(label.form, cell))
    return label if unlike <= int(len(cells) > MIN_ROWS) else None


def find_always(rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """Places of the columns that are never empty (once in many: the spoilt row may be one)."""
    spare = int(len(rows) >= _MANY_ROWS)
    return tuple(
        place
        for place, cells in enumerate(zip(*rows, strict=True))
        if sum(1 for cell in cells if not cell) <= spare
    )


def find_cut_thousands(header: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """Places of columns of words right of a column of numbers: 1 | 234 there may be one 1,234
    whose row lost its last cell, for what stands there is a number in no other row, or never
    should be."""
    found = []
    for place in range(1, len(header)):
        left = [row[place - 1] for row in rows if row[place - 1].strip()]
        right = [row[place] for row in rows if row[place].strip()]
        is_number = _witness(0, left) == Witness(0, "number")
        wordy = len(rows) >= MIN_ROWS and right and not any(map(_FORMS["number"].fullmatch, right))
        if is_number and (wordy or _WORDS.search(fold(header[place]))):
            found.append(place)
    return tuple(found[:MAX_WITNESSES])


def groups_thousands(records: Sequence[str], width: int) -> bool:
    """Whether rows have too many cells because 1,234 is written without quotes, as a habit."""
    grouped = 0
    for text in records:
        surplus = text.count(",") + 1 - width
        grouped += 0 < surplus <= sum(one[1].count(",") for one in _GROUPED.finditer(text))
    return grouped >= max(_MIN_GROUPED, _GROUPED_SHARE * len(records))


def is_alien(cells: Sequence[str], witnesses: Sequence[Witness]) -> bool:
    """Whether a row looks like a header: no data in it, and every filled witness speaks against."""
    filled = [witness for witness in witnesses if cells[witness.place].strip()]
    return (
        bool(filled)
        and not any(re.fullmatch(witness.allowed, cells[witness.place]) for witness in filled)
        and not any(is_data(cell) for cell in cells)
    )


def spread(witnesses: Sequence[Witness]) -> tuple[Witness, ...]:
    """At most `MAX_WITNESSES`, the first and the last among them: each costs time on every row."""
    if len(witnesses) <= MAX_WITNESSES:
        return tuple(witnesses)
    step = (len(witnesses) - 1) / (MAX_WITNESSES - 1)
    return tuple(witnesses[round(step * place)] for place in range(MAX_WITNESSES))


def find_broken(rows: pl.DataFrame, witnesses: Sequence[Witness]) -> pl.DataFrame:
    """For each witness, named by its place, whether a row breaks it; nothing where all are codes,
    which are too common to say something."""
    if all(witness.kind == "code" for witness in witnesses):
        return pl.DataFrame()
    return rows.select(_broken(rows, witness).alias(str(witness.place)) for witness in witnesses)


def doubts(
    rows: pl.DataFrame,
    witnesses: Sequence[Witness],
    broken: pl.DataFrame,
    always: Sequence[int] = (),
    thousands: Sequence[int] = (),
) -> pl.Series:
    """One a row, null where nothing is odd; `broken` as `find_broken` gives it.

    `shifted_row`: cells stand in wrong columns, for a witness is broken and a column empty that
    never was (`always`: their places), or two are broken and one holds another kind of thing, or
    the thousands of a number may stand in one of `thousands` (places); one doubtful cell alone is
    the business of whoever types it. `header_row`: different names fill the columns from the left
    and every witness is broken. `alien_row`: the same of a row with gaps; `lone_row`: the same
    where only one witness could say so.
    """
    nothing = pl.Series("doubt", [None], dtype=pl.String).new_from_index(0, rows.height)
    if thousands and rows.height:
        cut = rows.select(pl.any_horizontal(_is_cut(rows, place) for place in thousands))
        nothing = nothing.scatter(cut.to_series().arg_true(), "shifted_row")
    if not broken.width or rows.is_empty():
        return nothing
    suspects = broken.select(pl.any_horizontal(pl.all())).to_series().arg_true()
    if suspects.is_empty():
        return nothing
    judged = _judge(rows[suspects], witnesses, always)
    return nothing.scatter(suspects, judged.zip_with(judged.is_not_null(), nothing[suspects]))


def _is_cut(rows: pl.DataFrame, place: int) -> pl.Expr:
    """Whether the cells left of a place and at it may be one number."""
    left, right = (pl.col(rows.columns[each]) for each in (place - 1, place))
    head, tail = _THOUSANDS
    return right.str.contains(tail) & left.str.contains(head)


def _judge(rows: pl.DataFrame, witnesses: Sequence[Witness], always: Sequence[int]) -> pl.Series:
    """The doubts of rows that break at least one witness."""
    told = [witness for witness in witnesses if witness.kind != "code"]
    filled = _count(pl.col(rows.columns[witness.place]) != "" for witness in witnesses)
    broken = _count(_broken(rows, witness) for witness in witnesses)
    strange = _count(_is_strange(rows, witness) for witness in told)
    missing = _count(pl.col(rows.columns[place]) == "" for place in always)
    names = pl.concat_list(pl.all()).list.eval(pl.element().filter(pl.element() != ""))
    data = pl.any_horizontal(pl.all().str.strip_chars().str.contains(f"^(?:{_DATA.pattern})$"))
    labels = (names.list.len() == names.list.n_unique()) & data.not_()
    alien = (broken == filled) & labels
    line = pl.concat_str(pl.all(), separator=_UNIT).str.strip_chars_end(_UNIT)
    # names from the first column on, and none missing between them
    heads = line.str.count_matches(_UNIT, literal=True) + 1 == names.list.len()
    full = names.list.len() >= min(rows.width, _MIN_NAMES)
    return rows.select(
        pl.when(alien & heads & full)
        .then(pl.lit("header_row"))
        .when(alien & ((filled > 1) | (names.list.len() == 1)))
        .then(pl.lit("alien_row"))
        .when((missing > 0) | ((strange > 0) & (_count(_broken(rows, one) for one in told) > 1)))
        .then(pl.lit("shifted_row"))
        .when(alien)
        .then(pl.lit("lone_row"))
        .alias("doubt")
    ).to_series()


def _count(tests: Iterable[pl.Expr]) -> pl.Expr:
    return pl.sum_horizontal(pl.lit(0, pl.Int64), *(test.cast(pl.Int64) for test in tests))


def _broken(rows: pl.DataFrame, witness: Witness) -> pl.Expr:
    cell = pl.col(rows.columns[witness.place])
    return (cell != "") & cell.str.contains(f"^(?:{witness.allowed})$").not_()


def _is_strange(rows: pl.DataFrame, witness: Witness) -> pl.Expr:
    """Broken by something that is no other way to write the same."""
    cell = pl.col(rows.columns[witness.place]).str.strip_chars()
    return _broken(rows, witness) & cell.str.contains(f"^(?:{_LOOSE[witness.kind]})$").not_()
