"""Whether a rule hits as much as it used to: a rule that suddenly hits nothing, or everything, has
probably lost an input, and accuses nobody before somebody has looked.

The z-score over a rule's own nights is that of elementary's volume anomalies; its spread is never
taken for less than chance alone would make it.
"""

from __future__ import annotations

import polars as pl

# Nights of one rule version that make a history.
LEAST_NIGHTS = 7
# Standard deviations that are no chance, and the least factor over the highest share so far.
MOST_DEVIATIONS, LEAST_FACTOR = 4.0, 2.0
# Where this many hits were to be expected, none is no chance (probability below 1 %).
LEAST_EXPECTED = 5.0
# A rule that accuses more than this share of everybody, and so many, measures something else; in
# eight simulated companies that were looked at no rule hit more than a sixth.
MOST_SHARE, LEAST_MANY = 1 / 3, 20
NOTHING, TOO_MUCH = "hits_nothing", "hits_too_much"
_RULE = ["rule_id", "rule_version"]
ALARM_SCHEMA = {
    "rule_id": pl.String(),
    "alarm": pl.String(),
    "hit_count": pl.Int64(),
    "usual_count": pl.Float64(),
}


def out_of_line(
    outcomes: pl.DataFrame, history: pl.DataFrame, waived: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The rules that are out of line (`ALARM_SCHEMA`), by rule.

    `outcomes`: the `rule_outcomes` of a night. `history`: those of earlier nights, of which only
    rows without an alarm count: those of the same version, or until it has `LEAST_NIGHTS` those of
    the version before it. `waived` (rule_id, rule_version, is_accepted): versions whose bound a
    person has set, so that the version before says nothing of them, or whose hits a person has
    accepted: then not even a third of all is too much. `usual_count`: the hits that the subjects of
    this night would have had at the share of the earlier ones, null without such nights.
    """
    tonight = _with_share(outcomes).join(_waived(waived), on=_RULE, how="left")
    usual = _usual(_with_share(history.filter(pl.col("alarm").is_null())))
    own = usual.drop("latest")
    before = _version_before(tonight, usual)
    with_own = tonight.join(own, on=_RULE, how="inner")
    others = tonight.join(own, on=_RULE, how="anti").join(before, on="rule_id", how="left")
    compared = pl.concat([with_own, others.select(with_own.columns)]).with_columns(
        usual_count=pl.col("mean") * pl.col("judged")
    )
    alarm = (
        pl.when(_hits_nothing())
        .then(pl.lit(NOTHING))
        .when(_hits_too_much() | (pl.col("mean").is_null() & _hits_most()))
        .then(pl.lit(TOO_MUCH))
    )
    told = compared.with_columns(alarm=alarm)
    return told.filter(pl.col("alarm").is_not_null()).select(*ALARM_SCHEMA).sort("rule_id")


def _with_share(outcomes: pl.DataFrame) -> pl.DataFrame:
    judged = pl.col("hit_count") + pl.col("clear_count")
    told = outcomes.filter(judged > 0).with_columns(judged=judged)
    return told.with_columns(share=pl.col("hit_count") / pl.col("judged"))


def _waived(waived: pl.DataFrame | None) -> pl.DataFrame:
    """rule_id, rule_version, is_accepted; one row a version."""
    if waived is None:
        waived = pl.DataFrame(schema=dict.fromkeys(_RULE, pl.String) | {"is_accepted": pl.Boolean})
    return waived.group_by(_RULE).agg(pl.col("is_accepted").any())


def _usual(nights: pl.DataFrame) -> pl.DataFrame:
    """One row a version with a history."""
    return (
        nights.group_by(_RULE)
        .agg(
            nights=pl.len(),
            latest=pl.col("known_at").max(),
            mean=pl.col("share").mean(),
            spread=pl.col("share").std(),
            highest=pl.col("share").max(),
            fewest=pl.col("hit_count").min(),
        )
        .filter(pl.col("nights") >= LEAST_NIGHTS)
    )


def _version_before(tonight: pl.DataFrame, usual: pl.DataFrame) -> pl.DataFrame:
    """What was usual by the last other version with a history, of rules that nobody has waived."""
    unwaived = tonight.filter(pl.col("is_accepted").is_null()).select(*_RULE)
    others = usual.join(unwaived, on="rule_id", suffix="_tonight").filter(
        pl.col("rule_version") != pl.col("rule_version_tonight")
    )
    last = others.sort("latest", "rule_version").unique("rule_id", keep="last")
    return last.drop("latest", "rule_version", "rule_version_tonight")


def _hits_nothing() -> pl.Expr:
    return (
        (pl.col("hit_count") == 0)
        & (pl.col("fewest") > 0)
        & (pl.col("usual_count") >= LEAST_EXPECTED)
    )


def _hits_too_much() -> pl.Expr:
    chance = (pl.col("mean") * (1 - pl.col("mean")) / pl.col("judged")).sqrt()
    spread = pl.max_horizontal("spread", chance, 1 / pl.col("judged"))
    is_far = (pl.col("share") - pl.col("mean")) / spread > MOST_DEVIATIONS
    is_new = _hits_most() & (pl.col("highest") <= MOST_SHARE)
    return is_far & ((pl.col("share") > LEAST_FACTOR * pl.col("highest")) | is_new)


def _hits_most() -> pl.Expr:
    is_accepted = pl.col("is_accepted").fill_null(False)
    is_most = (pl.col("share") > MOST_SHARE) & (pl.col("hit_count") >= LEAST_MANY)
    return is_most & ~is_accepted
