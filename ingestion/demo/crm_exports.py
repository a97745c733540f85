"""What the CRM shows on a day: the deals as known then, and its incremental exports."""

from __future__ import annotations

from datetime import date

import polars as pl

from .world import World

CUSTOMER = (
    "company_name",
    "company_name_kana",
    "corporate_number",
    "contact_name",
    "email",
    "phone",
    "postal_code",
    "prefecture",
    "address",
)
# Leads and contracts come as the CRM's Japanese reports, the rest under canonical names.
_REPORT_LEADS = {
    "lead_id": "リード ID",
    "registered_at": "作成日",
    "campaign": "リードソース",
    "lead_status": "リード状況",
    "company_name": "会社名",
    "phone": "電話",
    "email": "メール",
    "postal_code": "郵便番号",
    "prefecture": "都道府県",
    "updated_at": "最終更新日",
}
_REPORT_CONTRACTS = {
    "contract_id": "商談 ID",
    "contracted_on": "完了予定日",
    "contract_status": "フェーズ",
    "initial_yen": "金額",
    "company_name": "取引先名",
    "phone": "電話",
    "email": "メール",
    "updated_at": "最終更新日",
}


def crm_tables(world: World, day: date, since: date | None) -> dict[str, pl.DataFrame]:
    """Entity → rows of a numbered world as known on `day`, changed after `since` (None = all)."""
    tables = {
        "leads": _leads(world, day).rename(_REPORT_LEADS),
        "contracts": _contracts(world, day).rename(_REPORT_CONTRACTS),
        "contract_events": _events(world),
        "evidence": _evidence(world),
    }
    return {entity: changed(table, day, since) for entity, table in tables.items()}


def contracts_known(world: World, day: date) -> pl.DataFrame:
    """Contracts entered by `day`, their later days hidden; `known_on` is the last change."""
    frame = world.contracts.filter(pl.col("entered_on") <= day)
    known = {
        "contracted_on": pl.col("contracted_on") <= day,
        "deal_lost_on": pl.col("deal_lost_on") <= day,
        "cancelled_on": (pl.col("cancel_known_on") <= day)
        & ~(pl.col("reinstated_on") <= day).fill_null(False),
    }
    hidden = frame.with_columns(
        *(pl.when(seen).then(column).alias(column) for column, seen in known.items()),
        is_corrected=pl.col("corrected_on").is_null() | (pl.col("corrected_on") <= day),
        known_on=pl.max_horizontal(
            "entered_on",
            *(
                pl.when(pl.col(column) <= day).then(column)
                for column in (
                    "contracted_on",
                    "deal_lost_on",
                    "cancel_known_on",
                    "reinstated_on",
                    "corrected_on",
                    "handed_on",
                )
            ),
        ),
    )
    hidden = as_held(hidden, day)
    signed = pl.col("contracted_on").is_not_null()
    cancelled = (pl.col("cancelled_on") <= day).fill_null(False)
    return hidden.with_columns(
        starts_on=pl.when(signed).then("starts_on"),
        cancel_reason=pl.when(pl.col("cancelled_on").is_not_null()).then("cancel_reason"),
        initial_yen=pl.when("is_corrected").then("initial_yen").otherwise("entered_yen"),
        contract_status=pl.when(cancelled)
        .then(pl.lit("cancelled"))
        .when(signed)
        .then(pl.lit("active"))
        .when(pl.col("deal_lost_on").is_not_null())
        .then(pl.lit("lost"))
        .otherwise(pl.lit("agreed")),
    )


def as_held(frame: pl.DataFrame, day: date) -> pl.DataFrame:
    """Leads or contracts with the partner they stood under on `day`: none before `handed_on`."""
    later = pl.col("handed_on") > day
    shown = pl.when(later).then(None).otherwise
    return frame.with_columns(
        *(shown(name).alias(name) for name in ("partner_id", "rep_id", "partner_ref")),
        partner_ix=pl.when(later).then(-1).otherwise("partner_ix"),
        channel=pl.when(later).then(pl.lit("marketing")).otherwise("channel"),
    )


def _leads(world: World, day: date) -> pl.DataFrame:
    frame = world.leads.filter(pl.col("in_crm") & (pl.col("registered_at").dt.date() <= day))
    steps = ("decided_on", "meeting_on", "lost_on", "deleted_on", "handed_on")
    frame = (
        as_held(frame, day)
        .with_columns(pl.when(pl.col(step) <= day).then(step).alias(step) for step in steps)
        .with_columns(known_on=pl.max_horizontal(pl.col("registered_at").dt.date(), *steps))
    )
    decided = pl.col("decided_on").is_not_null()
    rejected = decided & pl.col("is_rejected")
    status = (
        pl.when(pl.col("lost_on").is_not_null())
        .then(pl.lit("lost"))
        .when(rejected)
        .then(pl.lit("rejected"))
        .when(pl.col("meeting_on").is_not_null())
        .then(pl.lit("meeting"))
        .when(decided)
        .then(pl.lit("accepted"))
        .otherwise(pl.lit("new"))
    )
    partner = pl.col("partner_ix") >= 0
    return frame.join(world.customers, on="customer_ix", maintain_order="left").select(
        "lead_id",
        pl.when("has_ref").then("partner_ref").alias("partner_ref"),
        pl.col("registered_at").dt.strftime("%Y/%m/%d %H:%M:%S"),
        "channel",
        "partner_id",
        "rep_id",
        "campaign",
        "product_id",
        lead_status=status,
        reject_reason=pl.when(rejected).then("reject_reason"),
        meeting_on=_slashed("meeting_on"),
        **{column: pl.col(column) for column in CUSTOMER},
        legal_basis=pl.when(partner).then(pl.lit("consent")),
        consent_on=pl.when(partner).then(pl.col("registered_at").dt.strftime("%Y/%m/%d")),
        is_deleted=pl.col("deleted_on").is_not_null(),
        updated_at=_stamp("known_on"),
        known_on="known_on",
    )


def _contracts(world: World, day: date) -> pl.DataFrame:
    frame = (
        contracts_known(world, day)
        .filter("in_crm")
        .join(world.customers, on="customer_ix", maintain_order="left")
    )
    return frame.select(
        "contract_id",
        "lead_id",
        pl.when("has_ref").then("partner_ref").alias("partner_ref"),
        "channel",
        "partner_id",
        "rep_id",
        "product_id",
        _slashed("agreed_on"),
        _slashed("contracted_on"),
        _slashed("starts_on"),
        "term_months",
        "initial_yen",
        "monthly_yen",
        "discount_rate",
        "payer_account",
        "contract_status",
        _slashed("cancelled_on"),
        "cancel_reason",
        *CUSTOMER,
        updated_at=_stamp("known_on"),
        known_on="known_on",
    )


def _events(world: World) -> pl.DataFrame:
    return world.events.filter("in_crm").select(
        "event_id",
        "contract_id",
        "stage",
        "occurred_on",
        "amount_yen",
        "monthly_yen",
        "term_months",
        "product_id",
        "performed_by",
        updated_at=_stamp("entered_on"),
        known_on="entered_on",
    )


def _evidence(world: World) -> pl.DataFrame:
    signers = world.customers.select("customer_ix", contact="contact_name")
    frame = world.evidence.filter(pl.col("in_crm") & ~pl.col("by_partner"))
    return frame.join(signers, on="customer_ix", maintain_order="left").select(
        "evidence_id",
        "contract_id",
        evidence_kind="kind",
        signed_on="signed_on",
        signer_name=pl.coalesce("signer_name", "contact"),
        received_at=pl.col("received_at").dt.strftime("%Y-%m-%dT%H:%M:%S+09:00"),
        document_sha256="document_sha256",
        known_on="entered_on",
    )


def changed(table: pl.DataFrame, day: date, since: date | None) -> pl.DataFrame:
    """The rows with `known_on` in (since, day], without that column."""
    wanted = pl.col("known_on") <= day
    if since is not None:
        wanted &= pl.col("known_on") > since
    return table.filter(wanted).drop("known_on")


def _slashed(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime("%Y/%m/%d").alias(column)


def _stamp(column: str) -> pl.Expr:
    """Half past six in the evening of that day, Tokyo."""
    return pl.col(column).dt.strftime("%Y/%m/%d 18:30:00")
