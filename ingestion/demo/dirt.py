"""What goes wrong in real folders: bad cells, copied rows, late, doubled and broken files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from .partner_files import PartnerFile
from .uploads import Style

# (every so-many-th file, from which on); primes, so that flaws seldom meet in one file.
_FLAWS = {
    "repeated_row": (7, 1),
    "impossible_day": (17, 2),
    "undecided_day": (19, 3),
    "unknown_product": (29, 4),
    "foreign_row": (23, 5),
    "ragged": (31, 6),
    "late": (13, 7),
}


def spoil(files: list[PartnerFile]) -> list[PartnerFile]:
    """The same files with their flaws; order and dates are kept but for the late ones."""
    leads = [place for place, file in enumerate(files) if file.is_leads]
    nth = {place: k for k, place in enumerate(leads)}
    return [
        _spoiled(file, nth[place]) if place in nth else file for place, file in enumerate(files)
    ]


def broken_files(
    files: list[PartnerFile], first_night: date, second_night: date
) -> list[PartnerFile]:
    """The same file sent twice, one cut short, one of another encoding, one with headers only."""
    leads = [file for file in files if file.is_leads and file.released_on <= first_night]
    texts = [file for file in leads if file.style.encoding != "xlsx"]
    books = [file for file in leads if file.style.encoding == "xlsx"]
    again, empty = texts[-1], texts[-2]
    month = f"{first_night:%Y-%m}"
    broken = [
        again.renamed(f"leads__{month}_resent.csv", second_night),
        replace(
            empty,
            name=f"leads__{month}_empty.csv",
            table=empty.table.clear(),
            released_on=second_night,
        ),
        replace(
            texts[0],
            name=f"leads__{month}_scan.csv",
            raw=b"%PDF-1.4\n\x81\xff\x00\xfe scan",
            released_on=second_night,
        ),
    ]
    if books:
        cut = replace(
            books[-1],
            name=f"leads__{month}_cut.xlsx",
            raw=b"PK\x03\x04 not a workbook",
            released_on=second_night,
        )
        broken.append(cut)
    return broken


def _spoiled(file: PartnerFile, k: int) -> PartnerFile:
    flaws = {flaw for flaw, (every, place) in _FLAWS.items() if k % every == place}
    table = file.table
    for flaw, cells in _bad_cells(file).items():
        if flaw in flaws:
            table = _one_more(table, cells)
    is_text = file.style.encoding != "xlsx"
    return replace(
        file,
        table=pl.concat([table, table[:1]]) if "repeated_row" in flaws else table,
        ragged=("合計見込,,確認中,3件",) if "ragged" in flaws and is_text else (),
        released_on=_a_month_later(file.released_on) if "late" in flaws else file.released_on,
    )


def _bad_cells(file: PartnerFile) -> dict[str, dict[str, str | None]]:
    """Flaw → the cells that make a copied row bad."""
    number, day, product = file.style.lead[0], file.style.lead[1], file.style.lead[3]
    stranger = "PT-001" if file.partner_id != "PT-001" else "PT-002"
    foreign = {number: "A-BAD-4", "代理店コード": stranger, "二次代理店コード": None}
    days: dict[str, dict[str, str | None]] = {
        "impossible_day": {number: "A-BAD-1", day: _impossible(file.style)},
        "undecided_day": {number: "A-BAD-2", day: "未定"},
    }
    # A workbook's own dates cannot be impossible.
    return (days if file.style.dates != "cell" else {}) | {
        "unknown_product": {number: "A-BAD-3", product: "P-99"},
        "foreign_row": foreign,
    }


def _one_more(table: pl.DataFrame, cells: dict[str, str | None]) -> pl.DataFrame:
    """The last row again with some cells changed."""
    changes = [pl.lit(text, pl.String).alias(column) for column, text in cells.items()]
    return pl.concat([table, table[-1:].with_columns(changes)])


def _impossible(style: Style) -> str:
    """30 February, in the partner's hand."""
    texts = {
        "iso": "2026-02-30",
        "slash": "2026/2/30",
        "kanji": "2026年2月30日",
        "wareki": "令和8年2月30日",
    }
    return texts.get(style.dates, "R8.2.30")


def _a_month_later(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 28)


def with_test_rows(table: pl.DataFrame, day: date) -> pl.DataFrame:
    """An incremental CRM export of leads with two rows somebody tried the forms with."""
    trials = table.tail(2).with_columns(
        pl.Series("リード ID", [f"L-9{day:%m%d}1", f"L-9{day:%m%d}2"][: table.height]),
        pl.Series("作成日", ["2026/02/30 10:00:00", "未定"][: table.height]),
    )
    return pl.concat([table, trials.select(table.columns)])
