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
from ingestion.delimited.records import count_cells
from ingestion.reasons import FileRefused
from ingestion.yen import SCALED_UNIT

_NOTE = (
    r"^\s*(?:以上|[※＊*].*|(?:注|備考|出力日時?|作成日時?|出典)\s*[:：)）].*|[-=—―ー]{3,}"
    r"|(?i:generated (?:by|on|at)\b.*|copyright\b.*|[©Ⓒ].*|end of (?:file|report)|eof))\s*$"
)
# The same, and what speaks of a unit or of tax, in the only filled cell of a row that spreadsheets
# padded to the width of the table.
_PADDED_NOTE = rf"{_NOTE}|単位|{SCALED_UNIT.pattern}|税[込抜別]"
_COMMENT = r"^#(?:\s|$)"
_WIDE_COMMA = "，"
# Text of several lines hardly has more delimiters than this, nor than half of the columns.
_MOST_DELIMITERS = 2


def mark_torn(records: pl.DataFrame, dialect: Dialect) -> pl.DataFrame:
    """`records` whose rows next to a problem became `torn_row`, unless their border is certain."""
    if dialect.width == 1:
        return _mark_mixed_ends(records, dialect)
    fate, text, q = pl.col("fate"), pl.col("text"), dialect.quote
    starts = text.str.contains(dialect.start) if dialect.start else text.is_null()
    starts |= _is_wide_row(dialect)
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
    # delimiters in further cells in such quotes part nothing, if these are quotes
    inner = f"{mark}[^{mark}]*{mark}"
    (left, right), (least, fewest) = (
        [one.str.count_matches(dialect.mark, literal=True).cast(pl.Int64) for one in sides]
        for sides in (
            (before, after),
            [one.str.replace_all(inner, mark) for one in (before, after)],
        )
    )
    opener = pl.when(left.is_not_null()).then(place)
    spans = (
        records.select("number", left=left, least=least, first=opener, last=place)
        .with_columns(pl.col("first", "left", "least").forward_fill().shift(1))
        .with_columns(records.select(right=right, fewest=fewest))
        .with_columns(lines=pl.col("number") - pl.col("number").gather(pl.col("first")))
        .filter(
            pl.lit(dialect.width - 1).is_between(
                pl.col("least") + pl.col("fewest"), pl.col("left") + pl.col("right")
            )
        )
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
    delimiters = count_cells(dialect) - 1
    is_one_line = text.str.contains("[\r\n]").not_() & (pl.col("fate") != "row_too_long")
    is_sound = pl.lit(dialect.is_known and dialect.is_fitting)
    return is_sound & is_one_line & (delimiters > max(_MOST_DELIMITERS, dialect.width // 2))


def _is_wide_row(dialect: Dialect) -> pl.Expr:
    """Whether a line is a row but for its delimiters, which are full-width commas."""
    text = pl.col("text")
    if dialect.start is None:
        return text.is_null()
    plain = text.str.replace_all(_WIDE_COMMA, dialect.mark, literal=True)
    is_row = plain.str.count_matches(dialect.mark, literal=True) == dialect.width - 1
    return text.str.contains(_WIDE_COMMA, literal=True) & is_row & plain.str.contains(dialect.start)


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
    fate, place = records["fate"], pl.int_range(records.height, eager=True)
    is_row, is_ragged = fate == "row", fate == "ragged_row"
    text = records["text"].str.strip_chars(" \t" + dialect.delimiter + dialect.quote)
    said = _says(records, dialect, "any")
    unit = said & (is_ragged | is_row)
    is_lone = ~text.str.contains(dialect.mark, literal=True) & (dialect.width > 1)
    padded = _matches(text, is_row & is_lone, _PADDED_NOTE)
    last = (is_row & ~(unit | padded)).arg_true().max()
    closing = place > (-1 if last is None else last)
    remark = padded | _matches(text, is_ragged, _NOTE)
    # after an unusual line end it may be a piece of the last row
    remark &= (records["end"] == dialect.line_end).shift(1, fill_value=True)
    # whoever signs below a remark that stands apart says nothing of the last row
    apart = (remark & closing & (text == "").shift(1, fill_value=False)).arg_true().min()
    signed = is_ragged & is_lone & (place > (records.height if apart is None else apart))
    note = closing & (unit | remark | signed) & is_last
    if said.any():
        _refuse_unit(records.filter(unit & ~note), dialect)
    if any(early.startswith("#") for early in dialect.notes):
        note |= _matches(text, is_ragged, _COMMENT)
    return records.with_columns(fate=fate.scatter(note.arg_true(), "note"))


def _matches(texts: pl.Series, among: pl.Series, form: str) -> pl.Series:
    """Which of the texts have a form, `among` those that are asked about."""
    places = among.arg_true()
    found = places.filter(texts.gather(places).str.contains(form))
    return among.clear().extend_constant(False, len(among)).scatter(found, True)


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
