"""Rows without the separators behind their last filled cell, as Excel saves them: from a block of
16 rows in which the last columns are empty it leaves these out.

One short row says nothing: it may have lost any separator, or its end. A run of them does, under
a known header with two columns of a form. Had a column before the last usual one (`Dialect.tail`)
gone, its place would hold what stands in the columns behind it, and these are nearly always empty;
here it is filled, all forms hold, and nothing stands behind it.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ingestion.delimited import kinds
from ingestion.delimited.dialects import Dialect
from ingestion.delimited.records import count_cells, fate_of
from ingestion.tables import unique_names

# So many whole rows tell which columns are usual, and which are nearly always empty.
_MIN_WHOLE, _MIN_USUAL, _MAX_EMPTY = 8, 0.8, 0.2
_MIN_FORMS = 2
# A run: so many short rows of one width in a row, nearly all of which fit.
_MIN_RUN, _MIN_FIT = 8, 0.9


def find_tail(rows: Sequence[Sequence[str]], witnesses: Sequence[kinds.Witness]) -> int | None:
    """The last usual column of whole rows where all behind it are nearly always empty, and it and
    those before it have columns of a form; else None."""
    if len(rows) < _MIN_WHOLE:
        return None
    shares = [sum(map(bool, cells)) / len(rows) for cells in zip(*rows, strict=True)]
    last = max((place for place, share in enumerate(shares) if share >= _MIN_USUAL), default=-1)
    forms = [one for one in witnesses if one.kind != "code" and one.place <= last]
    behind = shares[last + 1 :]
    is_told = bool(behind) and max(behind) <= _MAX_EMPTY and len(forms) >= _MIN_FORMS
    return last if is_told else None


def complete(records: pl.DataFrame, dialect: Dialect) -> pl.DataFrame:
    """`records` in which the short rows of a run became rows, their empty cells added."""
    is_ragged = records["fate"] == "ragged_row"
    if dialect.tail is None or is_ragged.sum() < _MIN_RUN:
        return records
    short = _look_at(records.filter(is_ragged), is_ragged.arg_true(), dialect, dialect.tail)
    # what follows a gap or another header may be another table, up to the next whole row
    breaks = records["fate"] == "ignored"
    breaks = breaks.scatter(short.filter("alien")["place"], True)
    is_certain = breaks | (records["fate"] == "row")
    apart = breaks.zip_with(is_certain, breaks.clear().extend_constant(None, len(breaks)))
    apart = apart.fill_null(strategy="forward").fill_null(True)
    short = short.with_columns(apart=apart.gather(short["place"]))
    # a run ends where another record comes between, or its width changes
    step = (pl.col("place").diff() != 1) | (pl.col("width").diff() != 0)
    run = step.fill_null(True).cum_sum()
    is_run = (pl.len().over(run) >= _MIN_RUN) & (pl.col("fits").mean().over(run) >= _MIN_FIT)
    short = short.filter(is_run & pl.col("fits") & ~pl.col("apart"))
    return records.with_columns(
        text=records["text"].scatter(short["place"], short["text"]),
        fate=records["fate"].scatter(short["place"], "row"),
    )


def _look_at(ragged: pl.DataFrame, places: pl.Series, dialect: Dialect, tail: int) -> pl.DataFrame:
    """Columns place (among all records), width, text (with the missing delimiters), fits (the
    columns up to the last usual one hold, and nothing stands behind it) and alien (as another
    header would be)."""
    width, mark = count_cells(dialect).cast(pl.Int64), pl.lit(dialect.mark)
    missing = pl.max_horizontal(dialect.width - width, 0)
    short = ragged.select(
        place=places.cast(pl.Int64),
        width=width,
        text=pl.col("text") + mark.repeat_by(missing).list.join(""),
    )
    fates = short.select(fate_of(dialect)).to_series()
    empty = [""] * dialect.width
    cells = [(dialect.cells(text) or empty)[: dialect.width] for text in short["text"]]
    alien = [kinds.is_alien(row, dialect.witnesses) for row in cells]
    names = unique_names(dialect.header)
    rows = pl.DataFrame([row[: len(names)] for row in cells], schema=names, orient="row")
    never_empty = [names[place] for place in {*dialect.always, tail} if place <= tail]
    filled = rows.select(pl.all_horizontal(pl.col(*never_empty) != "")).to_series()
    bare = rows.select(pl.all_horizontal(pl.col(*names[tail + 1 :]) == "")).to_series()
    broken = kinds.find_broken(rows, dialect.witnesses).select(pl.any_horizontal(pl.all()))
    is_short = short["width"].is_between(tail + 1, dialect.width - 1)
    fits = (fates == "row") & is_short & filled & bare & ~broken.to_series()
    return short.with_columns(fits=fits, alien=pl.Series(alien, dtype=pl.Boolean))
