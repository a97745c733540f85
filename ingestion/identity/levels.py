"""Pairs of records → a level per field (see `comparisons`), in pieces that fit in memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from ingestion.identity.comparisons import CLOSE, ELSE, EXACT, FIELDS, MOST_RARE, PART, READINGS

Rows = npt.NDArray[np.uint32]
Truths = npt.NDArray[np.bool_]
# Fields that an address mostly tells, too; equal ones beside an equal street are not as rare.
WIDER = ("postal_code", "city", "prefecture")
THERE = "_there"
# A contact where the companies are not both known: another one speaks against a pair.
PERSON = "person"
_BESIDES = (
    *READINGS,
    "company_form",
    "branch",
    "email_local",
    "email_domain",
    "email_digits",
    "email_head",
    "email_is_whole",
    "house",
    "street",
)
_RAREST, _FEW = 4, 0.01
# Records beyond the table that are thought not to share a value: two rows alone would else say
# that everybody has it.
OTHERS = 1_000
_CHUNK = 500_000


def prepare(
    keys: pl.DataFrame, fields: list[str], counted: pl.Series | None = None
) -> pl.DataFrame:
    """The columns that comparisons read, with the rarity of every value as `<field>_rarity`.

    Values are counted in the rows `counted` (default all); one that is not there counts once.
    """
    if counted is None:
        counted = pl.Series([True]).new_from_index(0, keys.height)
    table = keys.with_columns(counted.alias("counted"))
    records = int(counted.sum()) + OTHERS
    rarity = (records / _times()).log(2).floor().clip(0, MOST_RARE - EXACT)
    frame = table.select(
        *fields,
        *(name for name in _BESIDES if name in keys.columns),
        *((EXACT + rarity.over(field)).cast(pl.UInt8).alias(f"{field}_rarity") for field in fields),
    )
    silent = [name for name in READINGS if name not in frame.columns]
    frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in silent)
    if "company" in fields:
        frame = frame.with_columns(_words(table.select("company_words", "counted"), records))
    return frame


def _times() -> pl.Expr:
    return pl.col("counted").sum().clip(1)


def equal_pairs(frame: pl.DataFrame, field: str) -> npt.NDArray[np.float64]:
    """How many pairs of the whole table have equal values, by rarity from EXACT on."""
    values = frame.lazy().filter(pl.col(field).is_not_null()).group_by(field)
    count = pl.len().cast(pl.Float64)  # a common value's pairs outgrow 32 bits
    counted = values.agg(pl.col(f"{field}_rarity").first(), pairs=count * (count - 1) / 2)
    found = counted.group_by(f"{field}_rarity").agg(pl.col("pairs").sum()).collect()
    places = found[f"{field}_rarity"].to_numpy() - EXACT
    return np.bincount(places, found["pairs"].to_numpy(), MOST_RARE - EXACT + 1).astype(np.float64)


def levels(frame: pl.DataFrame, pairs: pl.DataFrame, fields: list[str]) -> pl.DataFrame:
    """Levels (UInt8) per field for pairs (left, right) of row numbers of `frame`.

    Fields of WIDER have a second column, named with THERE, for pairs whose streets agree; equal
    values are CLOSE in it. So has the contact, named PERSON.
    """
    empty = _apart(pl.DataFrame(schema=dict.fromkeys(fields, pl.UInt8)))
    return pl.concat([empty, *_chunks(frame, pairs, fields)])


def _chunks(frame: pl.DataFrame, pairs: pl.DataFrame, fields: list[str]) -> Iterator[pl.DataFrame]:
    for part in pairs.iter_slices(_CHUNK):
        yield _apart(pl.DataFrame([_level(frame, part, field) for field in fields]))


def _level(frame: pl.DataFrame, pairs: pl.DataFrame, field: str) -> pl.Series:
    """Compared where both sides say something, 0 elsewhere; a pair that a rule has settled is not
    looked at again."""
    found = np.zeros(pairs.height, np.uint8)
    said = frame[field].is_not_null().to_numpy()
    left, right = (pairs[side].to_numpy() for side in ("left", "right"))
    place = np.flatnonzero(said[left] & said[right])
    for conditions, level in FIELDS[field]():
        held = place
        for condition in conditions:
            held = held[_holds(frame, left[held], right[held], condition)]
        rarity = frame[f"{field}_rarity"][left[held]] if level == EXACT else None
        found[held] = level if rarity is None else rarity.to_numpy()
        settled = np.zeros(pairs.height, np.bool_)
        settled[held] = True
        place = place[~settled[place]]
    found[place] = ELSE
    return pl.Series(field, found)


def _holds(frame: pl.DataFrame, left: Rows, right: Rows, condition: pl.Expr) -> Truths:
    """Of pairs of rows; what cannot be told does not hold."""
    names = sorted({name.removesuffix("_right") for name in condition.meta.root_names()})
    ours, theirs = frame.select(names)[left], frame.select(names)[right]
    # polars' set operations fail on lists in several chunks
    sides = pl.concat([ours, theirs.select(pl.all().name.suffix("_right"))], how="horizontal")
    answer = sides.rechunk().select(condition.fill_null(False).alias("holds"))["holds"]
    truths: Truths = answer.to_numpy()
    return truths


def _apart(alike: pl.DataFrame) -> pl.DataFrame:
    """Columns for what means something else beside another field."""
    wider = [name for name in WIDER if name in alike.columns and "address" in alike.columns]
    told = pl.col("address") >= PART
    none = pl.lit(0, pl.UInt8)
    alike = alike.with_columns(
        *(pl.when(told).then(none).otherwise(name).alias(name) for name in wider),
        *(
            pl.when(told)
            .then(pl.col(name).clip(upper_bound=CLOSE))
            .otherwise(none)
            .alias(name + THERE)
            for name in wider
        ),
    )
    if not {"company", "contact"} <= set(alike.columns):
        return alike
    alone = pl.col("company") == 0
    return alike.with_columns(
        contact=pl.when(alone).then(none).otherwise("contact"),
        **{PERSON: pl.when(alone).then("contact").otherwise(none)},
    )


def _words(names: pl.DataFrame, records: int) -> list[pl.Series]:
    """`company_rarest`: a name's rarest words; `company_telling`: those of them few others have."""
    numbered = names.select("counted", word="company_words").with_row_index("row")
    words = numbered.drop_nulls().with_columns(pl.col("word").str.split(" ")).explode("word")
    ordered = words.unique().with_columns(count=_times().over("word")).sort("count", "word")
    few = pl.col("count") <= records * _FEW
    chosen = ordered.group_by("row").agg(
        company_rarest=pl.col("word").head(_RAREST),
        company_telling=pl.col("word").filter(few).head(_RAREST),
    )
    found = numbered.select("row").join(chosen, on="row", how="left", maintain_order="left")
    return [found["company_rarest"], found["company_telling"]]
