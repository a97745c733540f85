"""Flags beside labels: how many of each scheme were found, how many of each rule's were right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tests.benchmarks.detection.worlds import Judged

# Rules beside the one of its own name that find a scheme.
FOUND_BY: Mapping[str, Sequence[str]] = {
    "downstream_collapse": ("agreement_collapse",),
    "too_good_conversion": ("too_fast_conversion",),
}
# What else a scheme makes true: rules that are right to flag its records, but do not find it.
# `stray_customer` is nobody's scheme, and breaks the agreement all the same.
ALSO_BREAKS: Mapping[str, Sequence[str]] = {
    "attribution_flip": ("consent_missing",),
    "cancel_and_rejoin": ("duplicate_lead_same_partner", "low_persistency"),
    "closing_spike_then_cancel": ("low_persistency",),
    "complaint_rate": ("low_persistency",),
    "impossible_timeline": ("consent_inconsistent",),
    "low_persistency": ("churn_after_clawback",),
    "product_twisting": ("churn_after_clawback", "low_persistency"),
    "ring": ("self_dealing", "shared_payer"),
    "shared_payer": ("self_dealing",),
    # fourteen names typed in one evening
    "similar_contact_farm": ("submission_velocity",),
    # contracts of next to nothing, all at one price, each with a lead of days before
    "threshold_hugging": ("repeated_amount", "too_good_conversion", "too_fast_conversion"),
    "stray_customer": ("out_of_territory",),
    "undisclosed_sub_agent": ("untrained_seller",),
}
PLACES = ("contract_id", "lead_id")


def found_labels(judged: Judged) -> pl.DataFrame:
    """The wrong labels with `is_found`: a rule of the scheme flagged the record or its partner."""
    wrong = judged.truth.filter("is_wrong").with_row_index("label")
    pairs = _named(wrong, FOUND_BY)
    flags = judged.flags.select("rule_id", "subject_kind", "partner_id", *PLACES)
    hits = [
        pairs.join(flags, on=["rule_id", place], how="inner").select("label") for place in PLACES
    ]
    wide = flags.filter(pl.col("subject_kind").is_in(["partner", "rep"]))
    hits.append(pairs.join(wide, on=["rule_id", "partner_id"], how="inner").select("label"))
    found = pl.concat(hits).unique()["label"]
    return wrong.with_columns(is_found=pl.col("label").is_in(found.implode()))


def right_flags(judged: Judged) -> pl.DataFrame:
    """The flags with `is_right`: the record, or for partner rules the partner, is so labelled, or
    with a scheme that breaks this rule, too."""
    every = {
        scheme: (*FOUND_BY.get(scheme, ()), *ALSO_BREAKS.get(scheme, ()))
        for scheme in {*FOUND_BY, *ALSO_BREAKS}
    }
    breaks = pl.col("is_wrong") | (pl.col("scheme") == "stray_customer")
    wrong = _named(judged.truth.filter(breaks), every)
    flags = judged.flags.with_row_index("flag")
    on = [flags.join(wrong, on=["rule_id", place], how="semi").select("flag") for place in PLACES]
    wide = flags.filter(pl.col("subject_kind").is_in(["partner", "rep"]))
    on.append(wide.join(wrong, on=["rule_id", "partner_id"], how="semi").select("flag"))
    right = pl.concat(on).unique()["flag"]
    return flags.with_columns(is_right=pl.col("flag").is_in(right.implode()))


def _named(labels: pl.DataFrame, others: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """One row a label and rule: `rule_id`, the scheme's name or one of `others`, beside the label's
    columns."""
    rules = pl.DataFrame(
        {"scheme": list(others), "rule_id": [list(rules) for rules in others.values()]},
        schema={"scheme": pl.String, "rule_id": pl.List(pl.String)},
    )
    own = pl.concat_list("scheme")
    more = pl.col("rule_id").fill_null([])
    return (
        labels.join(rules, on="scheme", how="left")
        .with_columns(rule_id=own.list.concat(more))
        .explode("rule_id")
    )
