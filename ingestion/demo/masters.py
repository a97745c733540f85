"""The back office's masters: partners, reps, price list, agreements, commission terms."""

from __future__ import annotations

from datetime import date

import polars as pl

from .billing import known_payouts
from .enablement import known_complaints
from .office import channel_costs, clauses, market_benchmarks
from .world import World

# What only grows: of these, new rows are sent, and nothing while there are none.
_LISTS = ("trainings", "complaints", "payouts", "channel_costs")

_PARTNERS = [
    "partner_id",
    "partner_name",
    "is_gaikoin",
    "partner_kind",
    "alliance_kind",
    "parent_partner_id",
    "rank",
    "is_individual",
    "legal_regime",
    "corporate_number",
    "invoice_number",
    "prefecture",
    "address",
    "phone",
    "email",
    "bank_account",
    "joined_on",
    "ended_on",
]
_TERMS = [
    "term_id",
    "agreement_id",
    "agreement_version",
    "scenario",
    "product_id",
    "stage",
    "required_evidence",
    "basis",
    "base_amount",
    "fixed_yen",
    "rate",
    "recurring_months",
    "requires_collection",
    "tier_measure",
    "tier_window",
    "tier_mode",
    "cap_window_yen",
    "maturation_days",
    "clawback_method",
    "clawback_months",
    "payee",
    "proposed_by",
    "approved_by",
    "approved_on",
]


def changed_masters(world: World, day: date, before: date | None) -> dict[str, pl.DataFrame]:
    """What the back office sends: the masters that changed, whole, and of lists what is new."""
    masters = master_tables(world, day)
    seen = master_tables(world, before) if before else {}
    sent = {}
    for name, table in masters.items():
        known = seen.get(name, table.clear())
        new = table.join(known, on=table.columns, how="anti", nulls_equal=True)
        rows = new if name in _LISTS else table
        if rows.height and not table.equals(known):
            sent[name] = rows
    return sent


def master_tables(world: World, day: date) -> dict[str, pl.DataFrame]:
    """The masters on `day`, whole: few rows, so the back office exports all of them."""
    agreements = world.agreements.filter(pl.col("effective_from") <= day)
    keys = agreements.select("agreement_id", agreement_version="version")
    terms = world.terms.join(
        keys, on=["agreement_id", "agreement_version"], how="semi", maintain_order="left"
    )
    ended = pl.when(pl.col("ended_on") <= day).then("ended_on").alias("ended_on")
    return {
        "partners": _partners(world, day).select(*_PARTNERS),
        "partner_reps": world.reps.filter(pl.col("started_on") <= day)
        .join(
            world.partners.select("partner_ix", "partner_id"),
            on="partner_ix",
            maintain_order="left",
        )
        .select("rep_id", "partner_id", "rep_name", "email", "phone", "started_on", ended),
        "products": world.products.drop(
            "product_ix", "term_months", "ease", "hazard", "popularity"
        ),
        "agreements": agreements.drop("partner_ix", "partner_kind", "rank"),
        "commission_terms": terms.select(*_TERMS),
        "agreement_clauses": clauses(agreements),
        "trainings": _trainings(world, day),
        "complaints": known_complaints(world).filter(pl.col("received_on") <= day),
        "channel_costs": channel_costs(world, day),
        "market_benchmarks": market_benchmarks(),
        "payouts": known_payouts(world, day),
        "commission_tiers": _of(world.tiers, terms),
        "clawback_steps": _of(world.steps, terms),
    }


def _partners(world: World, day: date) -> pl.DataFrame:
    """Partners that have joined by `day`, with the account known on it."""
    made = world.changes.filter(pl.col("changed_on") <= day).sort("changed_on")
    newest = made.unique("partner_ix", keep="last", maintain_order=True).drop("changed_on")
    joined = world.partners.filter(pl.col("joined_on") <= day)
    return joined.update(newest, on="partner_ix", how="left", maintain_order="left")


def _trainings(world: World, day: date) -> pl.DataFrame:
    return world.trainings.filter(pl.col("completed_on") <= day).select(
        pl.format("TR-{}", pl.col("training_ix").cast(pl.String).str.zfill(5)).alias("training_id"),
        "rep_id",
        "course",
        "completed_on",
        "score",
        "passed",
        "expires_on",
    )


def _of(rows: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Bands or steps of these terms."""
    return rows.join(terms, on="term_id", how="semi", maintain_order="left")
