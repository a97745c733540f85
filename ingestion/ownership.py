"""Whose record is it: a partner speaks only about itself and its sub-agents (DOMAIN §3)."""

from __future__ import annotations

import polars as pl

from ingestion.deliveries import Delivery
from ingestion.tables import PROBLEM_SCHEMA


def latest_parents(partners: pl.DataFrame) -> pl.DataFrame:
    """partner_id → parent_partner_id by the latest partner rows; deleted partners are gone."""
    return (
        partners.sort(pl.coalesce("updated_at", "_known_at"), "_known_at", maintain_order=True)
        .unique("partner_id", keep="last", maintain_order=True)
        .filter(pl.col("is_deleted").fill_null(False).not_())
        .select("partner_id", "parent_partner_id")
    )


def family_of(partner_id: str, parents: pl.DataFrame) -> frozenset[str]:
    """A partner with its children and grandchildren."""
    family = pl.Series([partner_id])
    for _ in range(2):
        children = parents.filter(pl.col("parent_partner_id").is_in(family.implode()))
        family = pl.concat([family, children["partner_id"]]).unique()
    return frozenset(family)


def contracts_of(family: frozenset[str], contracts: pl.DataFrame) -> pl.Series:
    """Ids by which a family may name a contract: the CRM's, its reference there, its uploads'."""
    members = list(family)
    in_crm = contracts.filter(
        pl.col("_uploader_id").is_null() & pl.col("partner_id").is_in(members)
    )
    uploaded = contracts.filter(pl.col("_uploader_id").is_in(members))
    ids = [in_crm["contract_id"], in_crm["partner_ref"], uploaded["contract_id"]]
    return pl.concat([series.rename("contract_id") for series in ids]).drop_nulls().unique()


def foreign_rows(
    delivery: Delivery, family: frozenset[str], contracts: pl.DataFrame
) -> pl.DataFrame:
    """Failures (`PROBLEM_SCHEMA`) of the rows that are about somebody else's record."""
    if "partner_id" in delivery.rows.columns:
        foreign = pl.col("partner_id").is_in(list(family)).not_()
        return _failures(
            delivery.rows, "partner_id", pl.when(foreign).then(pl.lit("not_your_record"))
        )
    if "contract_id" not in delivery.rows.columns:
        return pl.DataFrame(schema=PROBLEM_SCHEMA)
    own = contracts_of(family, contracts)
    in_crm = contracts.filter(pl.col("_uploader_id").is_null())["contract_id"].unique()
    contract = pl.col("contract_id")
    code = (
        # without a contract a row can only be a tombstone, and its key is the uploader's own
        pl.when(contract.is_null() | contract.is_in(own.implode()))
        .then(None)
        .when(contract.is_in(in_crm.implode()).fill_null(False))
        .then(pl.lit("not_your_record"))
        .otherwise(pl.lit("unknown_contract"))
    )
    return _failures(delivery.rows, "contract_id", code)


def _failures(rows: pl.DataFrame, column: str, code: pl.Expr) -> pl.DataFrame:
    return (
        rows.select(
            row_number="_row_number",
            column_name=pl.lit(column),
            value=pl.col(column),
            reason_code=code,
        )
        .filter(pl.col("reason_code").is_not_null())
        .cast(PROBLEM_SCHEMA)  # type: ignore[arg-type]
    )
