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

from ingestion import units
from ingestion.delimited.dialects import MAX_RECORD_LINES, Dialect
from ingestion.reasons import FileRefused

_NOTE = (
    r"^\s*(?:以上|[※＊*].*|(?:注|備考|出力日時?|作成日時?|出典)\s*[:：)）].*|[-=—―ー]{3,}"
    r"|(?i:generated (?:by|on|at)\b.*|end of (?:file|report)|eof))\s*$"
)
# The same, and what speaks of a unit or of tax, in the only filled cell of a row that spreadsheets
# padded to the width of the table.
_PADDED_NOTE = rf"{_NOTE}|単位|{units.SCALED_UNIT.pattern}|税[込抜別]"
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
    begins |= text.str.starts_with(dialect.mark) & begins.shift(1, fill_value=False)
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


def mark_foreign(records: pl.DataFrame, dialect: Dialect) -> pl.DataFrame:
    """`records` in which the pieces of a cell in quotes of another kind became `swallowed_rows`.

    Such quotes are text here, so that each line of 'one, two' stands for itself, and may have the
    right width. It is such a cell when one record opens it, a later one closes it, nothing does
    between, and the cells before and after it make a row of the right width with it: an apostrophe
    that Excel put before a number opens nothing then.
    """
    for mark in dialect.foreign_quotes if dialect.quote and dialect.width > 1 else "":
        if records["text"].str.contains(mark, literal=True).sum() > 1:
            records = _mark_foreign(records, dialect, mark)
    return records


def _mark_foreign(records: pl.DataFrame, dialect: Dialect, mark: str) -> pl.DataFrame:
    d, q = dialect.between, dialect.quote
    text = pl.col("text").str.replace_all(dialect.quoted, q)
    inside = f"(?:[^{mark}]|{mark}{mark}|{mark}[^{mark}{dialect.mark}])*"
    before = text.str.extract(f"^((?:.*{d})?) *{mark}{inside}$")
    # a mark at the start of a cell would open it
    after = text.str.extract(
        f"^(?:[^{mark}]|[^{mark}{dialect.mark} ]{mark})*?{mark} *((?:{d}.*)?)$"
    )
    place = pl.int_range(pl.len(), dtype=pl.Int64)
    left, right = (
        side.str.count_matches(dialect.mark, literal=True).cast(pl.Int64)
        for side in (before, after)
    )
    opener = pl.when(left.is_not_null()).then(place)
    spans = (
        records.select("number", left=left, right=right, first=opener, last=place)
        .with_columns(pl.col("first", "left").forward_fill().shift(1))
        .with_columns(lines=pl.col("number") - pl.col("number").gather(pl.col("first")))
        .filter(pl.col("left") + pl.col("right") + 1 == dialect.width)
        .filter(pl.col("lines") < MAX_RECORD_LINES)
    )
    edges = pl.concat(
        [
            spans.select(at="first", step=pl.lit(1)),
            spans.select(at=pl.col("last") + 1, step=pl.lit(-1)),
        ]
    )
    steps = edges.group_by("at").agg(pl.col("step").sum())
    depth = pl.Series("depth", [0], pl.Int64).new_from_index(0, records.height + 1)
    depth = depth.scatter(steps["at"], steps["step"]).cum_sum().head(-1)
    swallowed = pl.lit(depth > 0) & pl.col("fate").is_in(["row", "torn_row"])
    return records.with_columns(
        fate=pl.when(swallowed).then(pl.lit("swallowed_rows")).otherwise("fate")
    )


def _is_many_cells(dialect: Dialect) -> pl.Expr:
    """Whether a line has so many cells outside its quotes that it is no piece of a row."""
    text = pl.col("text")
    bare = text.str.replace_all(dialect.quoted, dialect.quote) if dialect.quote else text
    delimiters = bare.str.count_matches(dialect.mark, literal=True)
    is_one_line = text.str.contains("[\r\n]").not_() & (pl.col("fate") != "row_too_long")
    is_sound = pl.lit(dialect.is_known and dialect.is_fitting)
    return is_sound & is_one_line & (delimiters > max(_MOST_DELIMITERS, dialect.width // 2))


def _mark_mixed_ends(records: pl.DataFrame, dialect: Dialect) -> pl.DataFrame:
    """In a file of one column only line ends part the rows: next to an unusual one they may be
    pieces of a cell."""
    usual = pl.col("end") == dialect.line_end
    rows = (pl.col("fate") == "row") & (usual & usual.shift(1, fill_value=True)).not_()
    return records.with_columns(fate=pl.when(rows).then(pl.lit("torn_row")).otherwise("fate"))


def find_notes(records: pl.DataFrame, dialect: Dialect, is_last: bool) -> pl.DataFrame:
    """`records` in which comments, and closing remarks when `is_last`, became `note`.

    Remarks count only after the last row, for in the middle they may be pieces of a cell; so may
    comments (`# …`) unless the file begins with some. Raises FileRefused (`unclear_unit`) for a
    unit that stands between rows: whose it is nobody can tell, and passed over it makes amounts
    wrong by a factor.
    """
    text = pl.col("text").str.strip_chars(" \t" + dialect.delimiter + dialect.quote)
    ragged = pl.col("fate") == "ragged_row"
    said = _says(records, dialect, "any")
    unit = pl.lit(said) & (ragged | (pl.col("fate") == "row"))
    is_lone = text.str.contains(dialect.mark, literal=True).not_() & pl.lit(dialect.width > 1)
    padded = (pl.col("fate") == "row") & is_lone & text.str.contains(_PADDED_NOTE)
    row = (pl.col("fate") == "row") & (unit | padded).not_()
    closing = pl.int_range(pl.len()) > row.arg_true().max().fill_null(-1)
    remark = padded | (ragged & text.str.contains(_NOTE))
    # after an unusual line end it may be a piece of the last row
    remark &= (pl.col("end") == dialect.line_end).shift(1, fill_value=True)
    note = closing & pl.lit(is_last) & (unit | remark)
    has_comments = any(note.startswith("#") for note in dialect.notes)
    comment = ragged & text.str.contains(_COMMENT) & pl.lit(has_comments)
    if said.any():
        _refuse_unit(records.filter(unit & note.not_()), dialect)
    fate = pl.when(note | comment).then(pl.lit("note")).otherwise("fate")
    return records.with_columns(fate=fate)


def _refuse_unit(between: pl.DataFrame, dialect: Dialect) -> None:
    """Raise FileRefused where a record between the rows states another unit than yen."""
    lost = between.filter(_says(between, dialect, "scaled"))
    if lost.height:
        number, text = lost.select("number", "text").row(0)
        raise FileRefused("unclear_unit", f"{text.strip()} ({number} 行目 / line {number})")


def _says(records: pl.DataFrame, dialect: Dialect, says: str) -> pl.Series:
    """Which records are about units; see `units.is_unit_line`."""
    lines = records["text"]
    found = lines.str.contains(units.MENTIONED) & (lines.str.len_bytes() < units.LONGEST_LINE)
    places = found.arg_true()
    if places.is_empty():
        return found
    plain = lines.gather(places).str.replace_all(dialect.quote or "\x01", "", literal=True)
    plain = plain.str.replace_all(dialect.mark, "\x01", literal=True)
    return found.scatter(places, units.is_unit_line(plain, says))
