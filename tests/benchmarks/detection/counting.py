"""Flags beside labels: how many of each scheme were found, how many of each rule's were right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tests.benchmarks.detection.worlds import Judged

# Rules that may find a scheme whose name is not the rule's own.
RULES_OF: Mapping[str, Sequence[str]] = {
    "contract_without_consent": ("consent_missing",),
    "backdated_contract": ("impossible_timeline",),
    "undisclosed_seller": ("undisclosed_sub_agent",),
    "double_lead": ("duplicate_lead_same_partner", "duplicate_lead_across_partners"),
    "duplicate_lead": ("duplicate_lead_same_partner", "duplicate_lead_across_partners"),
}
PLACES = ("contract_id", "lead_id")


def found_labels(judged: Judged) -> pl.DataFrame:
    """The wrong labels with `is_found`: a rule of the scheme flagged the record or its partner."""
    wrong = judged.truth.filter("is_wrong").with_row_index("label")
    pairs = _named(wrong)
    flags = judged.flags.select("rule_id", "subject_kind", "partner_id", *PLACES)
    hits = [
        pairs.join(flags, on=["rule_id", place], how="inner").select("label") for place in PLACES
    ]
    wide = flags.filter(pl.col("subject_kind").is_in(["partner", "rep"]))
    hits.append(pairs.join(wide, on=["rule_id", "partner_id"], how="inner").select("label"))
    found = pl.concat(hits).unique()["label"]
    return wrong.with_columns(is_found=pl.col("label").is_in(found.implode()))


def right_flags(judged: Judged) -> pl.DataFrame:
    """The flags with `is_right`: the record, or for partner rules the partner, is so labelled."""
    wrong = _named(judged.truth.filter("is_wrong"))
    flags = judged.flags.with_row_index("flag")
    on = [flags.join(wrong, on=["rule_id", place], how="semi").select("flag") for place in PLACES]
    wide = flags.filter(pl.col("subject_kind").is_in(["partner", "rep"]))
    on.append(wide.join(wrong, on=["rule_id", "partner_id"], how="semi").select("flag"))
    right = pl.concat(on).unique()["flag"]
    return flags.with_columns(is_right=pl.col("flag").is_in(right.implode()))


def _named(labels: pl.DataFrame) -> pl.DataFrame:
    """One row a label and rule that may find it: `rule_id` beside the label's columns."""
    rules = pl.DataFrame(
        {"scheme": list(RULES_OF), "rule_id": [list(rules) for rules in RULES_OF.values()]},
        schema={"scheme": pl.String, "rule_id": pl.List(pl.String)},
    )
    own = pl.concat_list("scheme")
    return (
        labels.join(rules, on="scheme", how="left")
        .with_columns(pl.col("rule_id").fill_null(own))
        .explode("rule_id")
    )
