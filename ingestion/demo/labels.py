"""Ground truth: which records are wrong, by which scheme, and which only look so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import polars as pl

from .world import LABEL_SCHEMA, World

# Early enough before the last day that the wrong record reaches the doors.
_SETTLING = timedelta(days=35)


def labelled(  # noqa: PLR0913 - one row of the truth, all by name
    world: World,
    scheme: str,
    subjects: pl.DataFrame,
    *,
    kind: str,
    wrong: bool = True,
    difficulty: int = 1,
    note: str = "",
) -> World:
    """Label `subjects`: a frame with `<kind>_ix`, `partner_ix`, `started_on`."""
    rows = subjects.select(
        scheme=pl.lit(scheme),
        is_wrong=pl.lit(wrong),
        subject_kind=pl.lit(kind),
        subject_ix=pl.col(f"{kind}_ix"),
        partner_ix=pl.col("partner_ix"),
        started_on=pl.col("started_on"),
        difficulty=pl.col("difficulty") if "difficulty" in subjects.columns else pl.lit(difficulty),
        note=pl.lit(note),
    ).cast(pl.Schema(LABEL_SCHEMA))
    return world.changed(labels=pl.concat([world.labels, rows]))


def signed_contracts(
    world: World, partner_ix: int | None = None, after: date | None = None
) -> pl.DataFrame:
    """Contracts with a lead, signed in time and not labelled yet; `started_on` = contracted_on."""
    taken = world.labels.filter(pl.col("subject_kind") == "contract")["subject_ix"]
    wanted = (
        pl.col("lead_ix").is_not_null()
        & (pl.col("contracted_on") >= (after or world.period.first_day))
        & (pl.col("contracted_on") <= world.period.last_day - _SETTLING)
        & (pl.col("partner_ix") >= 0)
        & ~pl.col("contract_ix").is_in(taken.implode())
    )
    if partner_ix is not None:
        wanted &= pl.col("partner_ix") == partner_ix
    return world.contracts.filter(wanted).with_columns(started_on=pl.col("contracted_on"))


def some(
    rng: np.random.Generator, frame: pl.DataFrame, share: float, at_least: int = 3
) -> pl.DataFrame:
    """A random share of the rows, in their order."""
    n = min(frame.height, max(at_least, round(frame.height * share)))
    return frame[np.sort(rng.permutation(frame.height)[:n])]


def where_in(column: str, values: pl.Series | Iterable[int]) -> pl.Expr:
    return pl.col(column).is_in(pl.Series(values).implode())


def overwrite(frame: pl.DataFrame, key: str, changes: pl.DataFrame) -> pl.DataFrame:
    """`frame` with the non-null values of `changes` (same key) put in; row order kept."""
    return frame.update(changes, on=key, how="left", maintain_order="left")


def next_number(frame: pl.DataFrame, key: str) -> int:
    """One more than the highest number in the column; 1 without any."""
    return int(frame.select(pl.col(key).max()).item() or 0) + 1


def renumbered(frame: pl.DataFrame, column: str, first: int) -> pl.DataFrame:
    return frame.with_columns(pl.int_range(first, first + pl.len()).alias(column))
