"""Whose record is it: a partner speaks only about itself and its sub-agents (DOMAIN §3)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from ingestion.deliveries import Delivery
from ingestion.entities import ENTITIES
from ingestion.tables import PROBLEM_SCHEMA, problems

CONTRACT_COLUMNS = ["contract_id", "partner_ref", "partner_id", "_uploader_id"]
REP_COLUMNS = ["rep_id", "partner_id", "_uploader_id"]


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


@dataclass(frozen=True)
class Records:
    """Contract and rep rows known so far, of both doors: `CONTRACT_COLUMNS` and `REP_COLUMNS`."""

    contracts: pl.DataFrame
    reps: pl.DataFrame

    def grown_by(self, delivery: Delivery) -> Records:
        """With the rows of a delivery: others of the same night may speak of them."""
        if delivery.entity is ENTITIES["contracts"]:
            added = delivery.rows.select(CONTRACT_COLUMNS)
            return replace(self, contracts=pl.concat([self.contracts, added]))
        if delivery.entity is ENTITIES["partner_reps"]:
            added = delivery.rows.select(REP_COLUMNS)
            return replace(self, reps=pl.concat([self.reps, added]))
        return self


def contracts_of(family: frozenset[str], contracts: pl.DataFrame) -> pl.Series:
    """Ids by which a family may name a contract: the CRM's, its reference there, its uploads'."""
    in_crm, uploaded = _of_family(family, contracts)
    ids = [in_crm["contract_id"], in_crm["partner_ref"], uploaded["contract_id"]]
    return pl.concat([series.rename("contract_id") for series in ids]).drop_nulls().unique()


def reps_of(family: frozenset[str], reps: pl.DataFrame) -> pl.Series:
    """Ids by which a family may name a rep: the CRM's, and its own uploads'."""
    in_crm, uploaded = _of_family(family, reps)
    return pl.concat([in_crm["rep_id"], uploaded["rep_id"]]).drop_nulls().unique()


def foreign_rows(delivery: Delivery, family: frozenset[str], records: Records) -> pl.DataFrame:
    """Failures (`PROBLEM_SCHEMA`) of the rows that are about somebody else's record.

    A row belongs to the partner it names; without a partner_id, to that of its rep or contract. An
    inquiry is asked by a rep of the partner, if it names one.
    """
    rows, names = delivery.rows, delivery.rows.columns
    found = [pl.DataFrame(schema=PROBLEM_SCHEMA)]
    if "partner_id" in names:
        foreign = pl.col("partner_id").is_in(list(family)).not_()
        code = pl.when(foreign).then(pl.lit("not_your_record"))
        found.append(problems(rows, "partner_id", code))
    elif "contract_id" in names:
        own = contracts_of(family, records.contracts)
        in_crm = records.contracts.filter(pl.col("_uploader_id").is_null())["contract_id"]
        found.append(_not_own(rows, "contract_id", own, in_crm, "unknown_contract"))
    if delivery.entity in (ENTITIES["trainings"], ENTITIES["inquiries"]):
        own = reps_of(family, records.reps)
        in_crm = records.reps.filter(pl.col("_uploader_id").is_null())["rep_id"]
        found.append(_not_own(rows, "rep_id", own, in_crm, "unknown_rep"))
    return pl.concat(found)


def _of_family(family: frozenset[str], rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(the CRM's rows about a family, the rows that it uploaded)."""
    members = list(family)
    about = pl.col("_uploader_id").is_null() & pl.col("partner_id").is_in(members)
    return rows.filter(about), rows.filter(pl.col("_uploader_id").is_in(members))


def _not_own(
    rows: pl.DataFrame, column: str, own: pl.Series, in_crm: pl.Series, unknown: str
) -> pl.DataFrame:
    """Failures of rows whose contract or rep is another's, or nobody's (`unknown`)."""
    named = pl.col(column)
    code = (
        # an empty one is a tombstone's, whose key is the uploader's own, or need not be given
        pl.when(named.is_null() | named.is_in(own.implode()))
        .then(None)
        .when(named.is_in(in_crm.unique().implode()).fill_null(False))
        .then(pl.lit("not_your_record"))
        .otherwise(pl.lit(unknown))
    )
    return problems(rows, column, code)
