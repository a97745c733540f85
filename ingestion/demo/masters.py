"""The back office's masters: partners, reps, price list, agreements, commission terms."""

from __future__ import annotations

from datetime import date

import polars as pl

from .world import World


def master_tables(world: World, day: date) -> dict[str, pl.DataFrame]:
    """The masters on `day`, whole: few rows, so the back office exports all of them."""
    agreements = world.agreements.filter(pl.col("effective_from") <= day)
    keys = agreements.select("agreement_id", agreement_version="version")
    terms = world.terms.join(
        keys, on=["agreement_id", "agreement_version"], how="semi", maintain_order="left"
    )
    ended = pl.when(pl.col("ended_on") <= day).then("ended_on").alias("ended_on")
    return {
        "partners": world.partners.filter(pl.col("joined_on") <= day).select(
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
        ),
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
        "commission_terms": terms.select(
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
        ),
        "commission_tiers": _of(world.tiers, terms),
        "clawback_steps": _of(world.steps, terms),
    }


def _of(rows: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Bands or steps of these terms."""
    return rows.join(terms, on="term_id", how="semi", maintain_order="left")
