"""What two versions of a rule found in one night, side by side: flags gained and lost, verdicts."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from expectations.scoring import wilson

# Verdicts that close a flag. The first two find it right, the next two wrong, as in
# `rule_performance`; what stays unproven speaks neither for the rule nor against it.
RIGHT, WRONG = ("confirmed", "policy_breach"), ("false_positive", "data_error")
CLOSING = (*RIGHT, *WRONG, "suspicious_unproven")
OPEN = "open"
FATES = (*CLOSING, OPEN)


@dataclass(frozen=True)
class Pair:
    """Flags (`FLAG_SCHEMA`) and undetermined subjects of one night, by the old and the new rule."""

    old: pl.DataFrame
    new: pl.DataFrame
    undetermined: tuple[int, int]


def compare(pair: Pair, verdicts: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """One row a flag of either rule, by flag_id: is_old, is_new, verdict, posted_yen, its scope.

    `verdicts`: `int_decisions_latest`; one counts that covers the evidence, and decides: what it
    cannot do to money (void_reason) but for want of a second person does not make it wrong.
    `lines`: `int_ledger_line_scopes`. `verdict` is null for a flag that nobody has decided.
    """
    sides = [
        pair.old.with_columns(is_old=True, is_new=False),
        pair.new.with_columns(is_old=False, is_new=True),
    ]
    both = (
        pl.concat(sides)
        .group_by("flag_id")
        .agg(
            pl.col("is_old", "is_new").any(),
            pl.exclude("flag_id", "is_old", "is_new").first(),
        )
    )
    decided = verdicts.filter(
        pl.col("verdict").is_in(CLOSING), pl.col("void_reason").ne_missing("needs_second")
    ).select("flag_id", "verdict", evidence_digest="seen_digest")
    yen = lines.group_by("scope", "scope_id").agg(posted_yen=pl.col("posted_yen").sum())
    return (
        both.with_columns(scope=_scope())
        .with_columns(scope_id=_scope_id())
        .join(decided, on=["flag_id", "evidence_digest"], how="left")
        .join(yen, on=["scope", "scope_id"], how="left")
        .with_columns(pl.col("posted_yen").fill_null(0))
        .select(*COLUMNS)
        .sort("flag_id")
    )


COLUMNS = (
    "flag_id",
    "subject_id",
    "partner_id",
    "observed_value",
    "is_old",
    "is_new",
    "verdict",
    "posted_yen",
    "scope",
    "scope_id",
)


def moved_yen(flags: pl.DataFrame, lines: pl.DataFrame) -> tuple[int, int]:
    """(gained, lost) posted yen in reach of one rule's flags and of none of the other's.

    A line in reach of several flags counts once.
    """
    reached = [
        lines.join(flags.filter(side), on=["scope", "scope_id"], how="semi").unique("line_key")
        for side in ("is_old", "is_new")
    ]
    old, new = reached
    gained, lost = (
        int(one.join(other, on="line_key", how="anti")["posted_yen"].sum())
        for one, other in ((new, old), (old, new))
    )
    return gained, lost


def once(flags: pl.DataFrame) -> pl.DataFrame:
    """Flags of nights, oldest first: each once, hit if any night hits it, with its last verdict."""
    return flags.group_by("flag_id", maintain_order=True).agg(
        pl.col("is_old", "is_new").any(), pl.col("verdict").drop_nulls().last()
    )


def tally(flags: pl.DataFrame) -> pl.DataFrame:
    """One row: hits of both rules, flags gained and lost by verdict, precision with its interval.

    Precision is that of `rule_performance`: right ÷ (right + wrong), 95 % by Wilson.
    """
    old, new = pl.col("is_old"), pl.col("is_new")
    sides = {"old": old, "new": new}
    moves = {"gained": new & ~old, "lost": old & ~new}
    fate = pl.col("verdict").fill_null(OPEN)
    counted = flags.select(
        *(side.sum().alias(f"{name}_hits") for name, side in sides.items()),
        *(move.sum().alias(name) for name, move in moves.items()),
        *(
            (move & (fate == each)).sum().alias(f"{name}_{each}")
            for name, move in moves.items()
            for each in FATES
        ),
        *((side & fate.is_in(RIGHT)).sum().alias(f"{name}_right") for name, side in sides.items()),
        *(
            (side & fate.is_in((*RIGHT, *WRONG))).sum().alias(f"{name}_judged")
            for name, side in sides.items()
        ),
    ).cast(pl.Int64)
    return counted.with_columns(each for name in sides for each in _precision(name))


def _precision(side: str) -> list[pl.Expr]:
    right, judged = f"{side}_right", f"{side}_judged"
    low, high = wilson(right, judged)
    share = pl.when(pl.col(judged) > 0).then(pl.col(right) / pl.col(judged))
    named = {"precision": share, "low": low, "high": high}
    return [number.alias(f"{side}_{name}") for name, number in named.items()]


def _scope() -> pl.Expr:
    """What part of the ledger a flag concerns, as dbt's macro `flag_scope` has it."""
    hold = pl.col("hold_scope")
    return pl.when(hold != "none").then(hold).otherwise("subject_kind")


def _scope_id() -> pl.Expr:
    scope = pl.col("scope")
    deal = pl.when(scope == "lead").then("lead_id").when(scope == "contract").then("contract_id")
    return deal.when(scope == "rep").then("subject_id").otherwise("partner_id")
