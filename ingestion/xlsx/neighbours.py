"""Another table beside, above, below or inside the one of a sheet: refused, never mixed in or lost.

Known headers tell it anywhere. Under the table, so do rows that hold words where every other row
has digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import polars as pl

from ingestion.header_words import identifier_headers
from ingestion.reasons import FileRefused
from ingestion.tables import fold, folded
from ingestion.units import is_unit_row
from ingestion.xlsx.heads import is_known
from ingestion.xlsx.layout import Layout
from ingestion.xlsx.page import Page

_FEWEST_HEADERS = 2
# Columns in which a row shows whether it begins with a word.
_LEADING = 2
_LONGEST_HEADER = 120
# A header in the middle of rows has so many names from the left on, and so many of them stand
# where there are digits in all other rows (nearly: in these shares, filled and with digits).
_FEWEST_NAMES, _FEWEST_CONFLICTS = 3, 2
_MOSTLY, _NEARLY_ALL = 0.5, 0.9


def refuse_neighbours(layout: Layout, rows: pl.DataFrame, known: frozenset[str]) -> None:
    """Two tables side by side, parted by an empty column.

    They are two where both have the same header, the second begins with an identifier, or one has
    rows that the other has not.
    """
    blocks = _blocks(layout.columns)
    if len(blocks) == 1:
        return
    hits = [_known_names(layout, block, known) for block in blocks]
    tables = [place for place, found in enumerate(hits) if len(found) >= _FEWEST_HEADERS]
    if not tables:
        return
    filled = rows.select(
        pl.any_horizontal(pl.col(str(column)) != "" for column in block).alias(str(place))
        for place, block in enumerate(blocks)
    )
    first, *others = tables
    for place in others:
        names = [fold(layout.head.names.get(column, "")) for column in blocks[place]]
        if names[0] in identifier_headers():
            raise FileRefused("several_tables", layout.head.names[blocks[place][0]])
    named = [name for place in tables for name in hits[place]]
    apart = filled.select(pl.all_horizontal(map(str, tables)).not_().any()).item()
    if others and (len(set(named)) < len(named) or apart):
        raise FileRefused("several_tables")
    for place, block in enumerate(blocks):
        if place not in tables and hits[place] and len(block) > 1:
            _refuse_shorter(filled[str(place)], filled[str(first)])


def _refuse_shorter(filled: pl.Series, of_table: pl.Series) -> None:
    """A block that is full down to some row, and empty below."""
    last = filled.arg_true().max()
    ends_early = last is not None and filled.sum() == int(str(last)) + 1 < of_table.sum()
    if ends_early and filled.sum() > 1:
        raise FileRefused("several_tables")


def _blocks(columns: Sequence[int]) -> list[list[int]]:
    """The columns in runs without a gap."""
    blocks = [[columns[0]]] if columns else []
    for before, column in pairwise(columns):
        if column == before + 1:
            blocks[-1].append(column)
        else:
            blocks.append([column])
    return blocks


def _known_names(layout: Layout, block: Sequence[int], known: frozenset[str]) -> set[str]:
    names = {layout.head.names.get(column, "") for column in block}
    return {name for name in names if is_known(name, known)}


def refuse_other_headers(
    page: Page, layout: Layout, kept: pl.DataFrame, known: frozenset[str]
) -> None:
    """Another table anywhere: a row that consists of known headers, for the most part."""
    above = page.cells.filter(pl.col("row") < layout.head.first)
    for cells in (_led_by_words(layout, kept), layout.beside, above):
        found = _header_rows(cells, known) if cells.height else []
        if found:
            raise FileRefused("several_tables", f"{found[0]} 行目 / row {found[0]}")


def _led_by_words(layout: Layout, kept: pl.DataFrame) -> pl.DataFrame:
    """Cells of the rows that may be headers: those that begin with a word, or further right. Nearly
    all rows of data begin with a number."""
    leading = [pl.col(str(column)) for column in layout.columns[:_LEADING]]
    words = ((cell != "") & cell.str.contains(r"\d").not_() for cell in leading)
    begins_later = pl.all_horizontal(cell == "" for cell in leading)
    rows = kept.filter(pl.any_horizontal(*words, begins_later))["row"]
    body = layout.body
    return body.clear() if rows.is_empty() else body.filter(pl.col("row").is_in(rows.implode()))


def _header_rows(cells: pl.DataFrame, known: frozenset[str]) -> list[int]:
    text = pl.col("text")
    short = (text.str.len_bytes() <= _LONGEST_HEADER) & (text != "")
    words = cells["text"].unique().to_frame().filter(short & text.str.contains(r"\d").not_())
    headers = words.filter(folded(text).is_in(list(known)))["text"]
    if len(headers) < _FEWEST_HEADERS:
        return []
    hits = cells.filter(text.is_in(headers.implode()))
    found = hits.group_by("row").agg(text.n_unique().alias("hits"))
    found = found.filter(pl.col("hits") >= _FEWEST_HEADERS)
    filled = cells.group_by("row").len("filled")
    found = found.join(filled, on="row").filter(pl.col("hits") * 2 > pl.col("filled"))
    return found["row"].sort().to_list()


def aliens_of(layout: Layout, kept: pl.DataFrame, known: frozenset[str]) -> list[int]:
    """Rows of words where all others have digits: they are no records.

    Raises FileRefused where such a row is the header of other rows below it.
    """
    columns = [str(column) for column in layout.columns]
    words = _rows_of_words(kept, columns)
    if words.is_empty() or words.height * 2 > kept.height:
        return []
    numbered = _numbered_columns(kept.join(words, on="row", how="anti"), columns)
    apart = set(kept.filter(pl.col("row").cast(pl.Int64).diff() > 1)["row"])
    aliens = []
    for row, *cells in words.iter_rows():
        names = [place for place, cell in enumerate(cells) if cell]
        conflicts = sum(columns[place] in numbered for place in names)
        is_apart = row in apart
        if conflicts < (1 if is_apart else _FEWEST_CONFLICTS):
            continue
        hits = sum(is_known(cells[place], known) for place in names)
        starts = names == list(range(len(names))) and len(names) >= _FEWEST_NAMES
        is_head = (is_apart or starts) and _heads(kept, row, [columns[place] for place in names])
        if is_head or hits >= _FEWEST_HEADERS:
            raise FileRefused("several_tables", f"{row} 行目 / row {row}")
        aliens.append(row)
    return aliens


def _rows_of_words(kept: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Rows with two cells or more, all different, no digit in any, and no units; as `kept`."""
    for name in columns:
        kept = kept.filter(pl.col(name).str.contains(r"\d").not_())
        if kept.is_empty():
            return kept
    kept = kept.filter(is_unit_row(kept.drop("row")).not_())
    names = pl.concat_list(columns).list.eval(pl.element().filter(pl.element() != ""))
    return kept.filter((names.list.len() > 1) & (names.list.len() == names.list.n_unique()))


def _numbered_columns(rows: pl.DataFrame, columns: list[str]) -> set[str]:
    """Columns whose cells are mostly filled and nearly all have a digit."""
    if rows.is_empty():
        return set()
    filled = rows.select((pl.col(name) != "").sum() for name in columns).row(0)
    digits = rows.select(pl.col(name).str.contains(r"\d").sum() for name in columns).row(0)
    return {
        name
        for name, some, found in zip(columns, filled, digits, strict=True)
        if some and some >= _MOSTLY * rows.height and found >= _NEARLY_ALL * some
    }


def _heads(kept: pl.DataFrame, row: int, columns: list[str]) -> bool:
    """Whether the row below has cells, with a digit in one, under these columns only."""
    below = kept.filter(pl.col("row") == row + 1).drop("row")
    if below.is_empty():
        return False
    filled = {name: cell for name, cell in below.row(0, named=True).items() if cell}
    has_digit = any(sign.isdigit() for cell in filled.values() for sign in cell)
    return has_digit and filled.keys() <= set(columns)
