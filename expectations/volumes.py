"""Whether a rule hits as much as it used to: a rule that suddenly hits nothing, or everything, has
probably lost an input, and accuses nobody before somebody has looked.

The z-score over a rule's own nights is that of elementary's volume anomalies; its spread is never
taken for less than chance alone would make it.
"""

from __future__ import annotations

import polars as pl

# Nights of the same rule version that make a history.
LEAST_NIGHTS = 7
# Standard deviations that are no chance, and the least factor over the highest share so far.
MOST_DEVIATIONS, LEAST_FACTOR = 4.0, 2.0
# Where this many hits were to be expected, none is no chance (probability below 1 %).
LEAST_EXPECTED = 5.0
NOTHING, TOO_MUCH = "hits_nothing", "hits_too_much"
ALARM_SCHEMA = {
    "rule_id": pl.String(),
    "alarm": pl.String(),
    "hit_count": pl.Int64(),
    "usual_count": pl.Float64(),
}


def out_of_line(outcomes: pl.DataFrame, history: pl.DataFrame) -> pl.DataFrame:
    """The rules that are out of line with their own nights (`ALARM_SCHEMA`), by rule.

    `outcomes`: the `rule_outcomes` of a night. `history`: those of earlier nights, of which only
    rows without an alarm and of the same version count. `usual_count`: the hits that the subjects
    of this night would have had at the share of the earlier ones.
    """
    judged = pl.col("hit_count") + pl.col("clear_count")
    share = pl.col("hit_count") / judged
    tonight = outcomes.filter(judged > 0).with_columns(judged=judged, share=share)
    usual = (
        history.filter(judged > 0, pl.col("alarm").is_null())
        .with_columns(share=share)
        .group_by("rule_id", "rule_version")
        .agg(
            nights=pl.len(),
            mean=pl.col("share").mean(),
            spread=pl.col("share").std(),
            highest=pl.col("share").max(),
            fewest=pl.col("hit_count").min(),
        )
        .filter(pl.col("nights") >= LEAST_NIGHTS)
    )
    compared = tonight.join(usual, on=["rule_id", "rule_version"]).with_columns(
        usual_count=pl.col("mean") * pl.col("judged")
    )
    alarm = pl.when(_hits_nothing()).then(pl.lit(NOTHING)).when(_hits_too_much())
    told = compared.with_columns(alarm=alarm.then(pl.lit(TOO_MUCH)))
    return told.filter(pl.col("alarm").is_not_null()).select(*ALARM_SCHEMA).sort("rule_id")


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
    return is_far & (pl.col("share") > LEAST_FACTOR * pl.col("highest"))
