"""Agreements, terms, bands and steps no clerk could pay by (DOMAIN §5, "refused at the door").

Here stands what depends on several columns or rows; limits of one column are in `bounds.py`. Rows
of several files are judged as they stand at the end of the night: bands may come before their term
or after it. Frames of "standing" rows hold one row a key, the one in force (`standing`).
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ingestion.columns import Entity
from ingestion.entities import STAGES
from ingestion.tables import PROBLEM_SCHEMA, problems

_BEFORE_ONBOARDING = STAGES[: STAGES.index("onboarding")]
_BURIED = pl.col("is_deleted").fill_null(False)
_HAS_TIERS = pl.col("tier_measure").fill_null("none") != "none"
_IS_STEPPED = pl.col("clawback_method").fill_null("none") == "stepped"
_JAPAN = pl.duration(hours=9)

# What an entity agrees on holds from its first column to its second, that day included.
_SPANS = {
    "agreements": ("effective_from", "effective_to"),
    "sharing_terms": ("agreed_from", "agreed_to"),
}

Tests = Mapping[tuple[str, str], pl.Expr]


def standing(versions: pl.DataFrame, entity: Entity) -> pl.DataFrame:
    """The version in force of every key, tombstones left out (DOMAIN §5, "Versions")."""
    night_began = (pl.col("_known_at") + _JAPAN).dt.truncate("1d") - _JAPAN
    version_at = pl.coalesce("updated_at", night_began)
    newest = versions.sort(version_at, "_known_at", "_file_name", "_row_number")
    return newest.unique(entity.key, keep="last", maintain_order=True).filter(~_BURIED)


def ends_before_start(rows: pl.DataFrame, entity: Entity) -> pl.DataFrame:
    """Failures (`PROBLEM_SCHEMA`) of rows that would never be in force; none of other entities."""
    if entity.name not in _SPANS:
        return pl.DataFrame(schema=PROBLEM_SCHEMA)
    start, end = _SPANS[entity.name]
    is_empty = pl.col(end) < pl.col(start)
    return _failures(rows.filter(~_BURIED), {(end, "ends_before_start"): is_empty})


def senseless_terms(terms: pl.DataFrame) -> pl.DataFrame:
    """Failures (`PROBLEM_SCHEMA`) of commission_terms rows by what they say themselves; a row may
    fail in several ways."""
    is_rate = pl.col("basis") == "rate"
    is_clawed_back = pl.col("clawback_method").fill_null("none") != "none"
    has_evidence = pl.col("required_evidence").is_not_null()
    early = pl.col("stage").is_in(_BEFORE_ONBOARDING)
    linear = pl.col("clawback_method") == "linear"
    by_amount = pl.col("tier_measure") == "amount"
    has_no_base = pl.col("base_amount").is_null()
    # an empty mode is marginal, as the engine reads it
    marginal = pl.col("tier_mode").fill_null("marginal") == "marginal"
    bad = {
        ("base_amount", "rate_without_base"): is_rate & has_no_base,
        ("base_amount", "amount_tiers_without_base"): ~is_rate & by_amount & has_no_base,
        ("base_amount", "event_base_too_early"): early & (pl.col("base_amount") == "event"),
        ("stage", "lead_term_not_plain"): (pl.col("stage") == "lead")
        & (is_rate | has_evidence | is_clawed_back),
        ("clawback_months", "linear_without_months"): linear & pl.col("clawback_months").is_null(),
        ("tier_measure", "fixed_amount_tiers"): by_amount & marginal & ~is_rate,
        ("cap_event_yen", "zero_cap"): pl.col("cap_event_yen") == 0,
        ("cap_window_yen", "zero_cap"): pl.col("cap_window_yen") == 0,
    }
    return _failures(terms.filter(~_BURIED), bad)


def drafted_over(terms: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Failures of what-if drafts under the id of a term in force (`before`: what stood until now).

    It would correct that term into a draft and take back every yen it has paid.
    """
    in_force = before.filter(pl.col("scenario").is_null())
    rows = terms.filter(~_BURIED).join(in_force, on="term_id", how="semi", maintain_order="left")
    return _failures(
        rows, {("scenario", "draft_of_term_in_force"): pl.col("scenario").is_not_null()}
    )


def unpriced_terms(terms: pl.DataFrame, bands: pl.DataFrame) -> pl.DataFrame:
    """Failures of tiered terms by the standing bands: none at all, or priced unlike the basis."""
    priced = bands.group_by("term_id").agg(
        _has_fixed=pl.col("fixed_yen").is_not_null().any(),
        _has_rate=pl.col("rate").is_not_null().any(),
    )
    joined = terms.filter(~_BURIED).join(priced, on="term_id", how="left", maintain_order="left")
    unlike = pl.when(pl.col("basis") == "rate").then("_has_fixed").otherwise("_has_rate")
    bad = {
        ("tier_measure", "tiers_without_bands"): _HAS_TIERS & pl.col("_has_rate").is_null(),
        ("basis", "band_price_mismatch"): _HAS_TIERS & unlike.fill_null(False),
    }
    return _failures(joined, bad)


def senseless_tiers(tiers: pl.DataFrame, bands: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Failures of commission_tiers rows by the standing `bands`, theirs included, and `terms`.

    A tombstone fails too if what it leaves of a tiered term would pay nothing from 0 on.
    """
    first = bands.group_by("term_id").agg(_first=pl.col("from_value").min())
    tiered = terms.select("term_id", "basis", _is_tiered=_HAS_TIERS)
    rows = tiers.join(first, on="term_id", how="left", maintain_order="left")
    rows = rows.join(tiered, on="term_id", how="left", maintain_order="left")
    is_fixed, is_rate = pl.col("basis") == "fixed", pl.col("basis") == "rate"
    has_fixed, has_rate = pl.col("fixed_yen").is_not_null(), pl.col("rate").is_not_null()
    bad = {
        ("from_value", "first_tier_not_zero"): (pl.col("_first") != 0).fill_null(True)
        & (~_BURIED | pl.col("_is_tiered")),
        ("fixed_yen", "band_price_mismatch"): ~_BURIED & is_fixed & (~has_fixed | has_rate),
        ("rate", "band_price_mismatch"): ~_BURIED & is_rate & (~has_rate | has_fixed),
    }
    return _failures(rows, bad)


def overlapping(rows: pl.DataFrame, entity: Entity, code: str) -> pl.DataFrame:
    """Failures of rows of one file that give one key several contents, all as of the same time.

    Nobody can tell which of them is meant; the same content twice is a mere repetition.
    """
    same = [*entity.key, "updated_at"]
    content = pl.struct(*(name.name for name in entity.columns), "_extra")
    alive = rows.filter(~_BURIED)
    clashing = content.n_unique().over(same) > 1
    return _failures(alive, {(entity.key[-1], code): clashing})


def steps_without_rate(steps: pl.DataFrame) -> pl.DataFrame:
    """Failures of clawback_steps rows that do not say what is kept."""
    no_rate = pl.col("keep_rate").is_null()
    return _failures(steps.filter(~_BURIED), {("keep_rate", "step_without_rate"): no_rate})


def stepless_terms(terms: pl.DataFrame, steps: pl.DataFrame) -> pl.DataFrame:
    """Failures of stepped terms without a standing step: nothing says what a cancellation keeps."""
    stepless = terms.filter(_IS_STEPPED & ~_BURIED).join(
        steps, on="term_id", how="anti", maintain_order="left"
    )
    return _failures(stepless, {("clawback_method", "stepped_without_steps"): pl.lit(True)})


def last_steps(buried: pl.DataFrame, steps: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Failures of tombstones of clawback_steps that leave a standing stepped term no step."""
    found = buried.filter(_BURIED).join(
        terms.filter(_IS_STEPPED), on="term_id", how="semi", maintain_order="left"
    )
    bare = found.join(steps, on="term_id", how="anti", maintain_order="left")
    return _failures(bare, {("from_month", "stepped_without_steps"): pl.lit(True)})


def idle_steps(steps: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Warnings of clawback_steps rows whose term, if any stands, is not stepped."""
    stepped = terms.filter(_IS_STEPPED)
    idle = steps.filter(~_BURIED).join(stepped, on="term_id", how="anti", maintain_order="left")
    return _failures(idle, {("term_id", "step_without_term"): pl.lit(True)})


def _failures(rows: pl.DataFrame, bad: Tests) -> pl.DataFrame:
    found = [
        problems(rows, column, pl.when(test).then(pl.lit(code)))
        for (column, code), test in bad.items()
    ]
    return pl.concat([pl.DataFrame(schema=PROBLEM_SCHEMA), *found])
