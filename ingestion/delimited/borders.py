"""Records whose neighbour does not fit, and remarks around the rows.

Text whose quotes were lost breaks at its line ends, and the first or the last piece can look like
a whole row with a cut value. So a record that is not a row costs its neighbours too when it may be
a piece of them: `torn_row`. It is no piece of the row before when it begins like a record (see
`Dialect.start`) or when that ends with a cell of a form, nor of the row after when that begins
with one, nor where a quoted cell stands at their border and the quotes of the neighbour are in
order.

Under a known header that most records fit, it is none when it has many cells. Were a line of n
cells a piece of the row beside it, the torn cell would hold n - 1 delimiters, at whichever column
it was torn: the cells that the row has too many are the ones that the line has too few. So a row
with one cell too few or too many costs only itself.
"""

from __future__ import annotations

import polars as pl

from ingestion.delimited.dialects import Dialect

_NOTE = (
    r"^\s*(?:以上|[※＊*].*|(?:注|備考|出力日時?|作成日時?|出典)\s*[:：)）].*|[-=—―ー]{3,}"
    r"|(?i:generated (?:by|on|at)\b.*|end of (?:file|report)|eof))\s*$"
)
_COMMENT = r"^#(?:\s|$)"
# Text of several lines hardly has more delimiters than this, nor than half of the columns.
_MOST_DELIMITERS = 2


def mark_torn(records: pl.DataFrame, dialect: Dialect) -> pl.DataFrame:
    """`records` whose rows next to a problem became `torn_row`, unless their border is certain."""
    if dialect.width == 1:
        return _mark_mixed_ends(records, dialect)
    fate, text, q = pl.col("fate"), pl.col("text"), dialect.quote
    starts = text.str.contains(dialect.start) if dialect.start else text.is_null()
    # the first cell may be the end of a torn one, unless it has a form itself
    begins = starts & pl.lit(dialect.first is not None and dialect.first.place == 0)
    # an empty first cell is no end of a record whose own first cell was whole
    begins |= text.str.starts_with(dialect.delimiter) & begins.shift(1, fill_value=False)
    opens = text.str.starts_with(q) if q else text.is_null()
    closes = text.str.ends_with(q) if q else text.is_null()
    # a stray quote may be the one that stands at the border
    stray = fate.is_in(["unbalanced_quotes", "swallowed_rows", "doubtful_quotes"])
    opens &= stray.shift(1, fill_value=False).not_()
    closes &= stray.shift(-1, fill_value=False).not_()
    ends = text.str.contains(dialect.end) if dialect.end else text.is_null()
    problem = fate.is_in(["row", "ignored"]).not_() & _is_many_cells(dialect).not_()
    filled = (
        records.with_row_index("_place")
        .filter(fate != "ignored")
        .with_columns(
            torn=(fate == "row")
            & (
                (problem.shift(1, fill_value=False) & (begins | opens).not_())
                | (
                    problem.shift(-1, fill_value=False)
                    & starts.shift(-1, fill_value=True).not_()
                    & (closes | ends).not_()
                )
            )
        )
    )
    torn = filled.filter("torn")["_place"]
    place = pl.int_range(pl.len())
    return records.with_columns(
        fate=pl.when(place.is_in(torn.implode())).then(pl.lit("torn_row")).otherwise("fate")
    )


def _is_many_cells(dialect: Dialect) -> pl.Expr:
    """Whether a line has so many cells outside its quotes that it is no piece of a row."""
    text = pl.col("text")
    bare = text.str.replace_all(dialect.quoted, dialect.quote) if dialect.quote else text
    delimiters = bare.str.count_matches(dialect.delimiter, literal=True)
    is_one_line = text.str.contains("[\r\n]").not_() & (pl.col("fate") != "row_too_long")
    is_sound = pl.lit(dialect.is_known and dialect.is_fitting)
    return is_sound & is_one_line & (delimiters > max(_MOST_DELIMITERS, dialect.width // 2))


def _mark_mixed_ends(records: pl.DataFrame, dialect: Dialect) -> pl.DataFrame:
    """In a file of one column only line ends part the rows: next to an unusual one they may be
    pieces of a cell."""
    usual = pl.col("end") == dialect.line_end
    rows = (pl.col("fate") == "row") & (usual & usual.shift(1, fill_value=True)).not_()
    return records.with_columns(fate=pl.when(rows).then(pl.lit("torn_row")).otherwise("fate"))


def ignore_remarks(records: pl.DataFrame, dialect: Dialect, is_last: bool) -> pl.DataFrame:
    """`records` in which comments, and closing remarks when `is_last`, became `ignored`.

    Remarks count only after the last row, for in the middle they may be pieces of a cell; so may
    comments (`# …`) unless the file begins with some.
    """
    text = pl.col("text").str.strip_chars(" \t" + dialect.delimiter + dialect.quote)
    ragged = pl.col("fate") == "ragged_row"
    closing = pl.int_range(pl.len()) > pl.col("fate").eq("row").arg_true().max().fill_null(-1)
    note = ragged & closing & pl.lit(is_last) & text.str.contains(_NOTE)
    has_comments = any(note.startswith("#") for note in dialect.notes)
    comment = ragged & text.str.contains(_COMMENT) & pl.lit(has_comments)
    return records.with_columns(
        fate=pl.when(note | comment).then(pl.lit("ignored")).otherwise("fate")
    )
