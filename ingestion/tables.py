"""A table as it stands in a file: text cells under a header, and the rows that do not fit it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from ingestion.reasons import Reason

PROBLEM_SCHEMA: dict[str, pl.DataType] = {
    "row_number": pl.Int64(),
    "column_name": pl.String(),
    "value": pl.String(),
    "reason_code": pl.String(),
}
MAX_COLUMNS = 2_000
HEADER_SEARCH_ROWS = 20
# Polluted files can hold megabytes in one cell; a message never repeats more than this.
MAX_SHOWN = 500
# A first cell that says: this line sums the others.
TOTAL_WORDS = (
    r"[【(（]?(?:(?:総合|総|合|小|累|当月|今月|[0-9０-９]{1,2}月)?[\s　]*計(?:金額|額)?"
    r"|(?:請求|支払|売上)合計|集計|(?:grand |sub)?(?:total|ｔｏｔａｌ))[】)）]?"
    r"(?:[(（](?:税[抜込別]|[0-9０-９,，]+件)[)）])?"
)
_TOTALS = rf"^\s*(?:{TOTAL_WORDS})\s*[:：]?\s*$"


@dataclass(frozen=True)
class Table:
    """What one file holds.

    `header`: the cells of the header row as written. `rows`: one text column per header cell
    (named like it, made unique; an empty cell is an empty string). `numbers`: the 1-based line
    (CSV) or row (workbook) of each row. `problems`: rows that cannot be read, as
    `PROBLEM_SCHEMA`; `unread`: their cells, where they can be told apart, as `rows` after a
    `row_number`. `warnings`: as problems, for cells that are kept and deserve a word. `ignored`:
    blank, totals and repeated header rows. `dialect`: how the text was split, and by which
    evidence. `refusal`: set when the file as a whole cannot be read; then header and rows are
    empty.
    """

    header: tuple[str, ...] = ()
    rows: pl.DataFrame = field(default_factory=pl.DataFrame)
    problems: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PROBLEM_SCHEMA))
    unread: pl.DataFrame = field(default_factory=pl.DataFrame)
    warnings: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PROBLEM_SCHEMA))
    numbers: pl.Series = field(default_factory=lambda: pl.Series("row_number", [], pl.Int64))
    notes: tuple[str, ...] = ()
    encoding: str | None = None
    ignored: int = 0
    is_workbook: bool = False
    dialect: str | None = None
    refusal: Reason | None = None


def problems(rows: pl.DataFrame, column: str, code: pl.Expr) -> pl.DataFrame:
    """Problems (`PROBLEM_SCHEMA`) of typed rows: those for which `code` is not null."""
    found = rows.select(
        pl.col("_row_number").alias("row_number"),
        pl.lit(column).alias("column_name"),
        pl.col(column).cast(pl.String).alias("value"),
        code.cast(pl.String).alias("reason_code"),
    )
    return found.filter(pl.col("reason_code").is_not_null())


def fold(text: str) -> str:
    """The form in which headers and enumeration values are compared: NFKC, lower, no spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def folded(expr: pl.Expr) -> pl.Expr:
    """`fold` for a column."""
    return expr.str.normalize("NFKC").str.replace_all(r"\s+", "").str.to_lowercase()


def unique_names(header: Sequence[str]) -> list[str]:
    """Column names of `Table.rows`: the header cells, numbered where empty or repeated."""
    names: list[str] = []
    taken: set[str] = set()
    for place, cell in enumerate(header, start=1):
        name = cell.strip() or f"column_{place}"
        if name in taken:
            name = f"{name}_{place}"
        while name in taken:
            name += "_"
        taken.add(name)
        names.append(name)
    return names


def find_header(candidates: Sequence[Sequence[str]], known: frozenset[str]) -> int | None:
    """Place of the row most of whose cells are known headers; None when no row has two of them.

    Where none has, what stands around names (※企業名, 【企業名】) is left out of account.
    """
    for read in (_as_it_is, _bare):
        scores = [_score([read(cell) for cell in cells], known) for cells in candidates]
        best = max(scores, default=0)
        if best > 1:
            return scores.index(best)
    return None


def _as_it_is(cell: str) -> str:
    return fold(cell)


def _bare(cell: str) -> str:
    from ingestion.decorations import undecorated  # which knows tables

    return undecorated(fold(cell))[-1][0]


def _score(folded_cells: Sequence[str], known: frozenset[str]) -> int:
    filled = [cell for cell in folded_cells if cell]
    hits = len(set(filled) & known)
    return hits if hits * 3 >= len(filled) else 0


def is_total(first_cell: pl.Expr) -> pl.Expr:
    return first_cell.str.normalize("NFKC").str.to_lowercase().str.contains(_TOTALS)
