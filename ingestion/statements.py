"""Frozen statements (支払通知書): what a close keeps of the warehouse, in the close's own batch.

The tables lie beside `closes.parquet` in `lake/closes/batch=<close id>/`: one rename commits the
close and what it froze. Rows come from `marts.partner_statements` and
`marts.partner_statement_lines`; their columns and these schemas are compared by a test. Whom a
statement names is kept beside them (`statement_parties`, personal): a later name is a new version.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

_TEXT, _WHOLE, _DAY = pl.String(), pl.Int64(), pl.Date()
_FROZEN: dict[str, pl.DataType] = {"close_id": _TEXT, "known_at": pl.Datetime("us")}
STATEMENT_SCHEMA: dict[str, pl.DataType] = {
    "statement_id": _TEXT,
    "version": _WHOLE,
    "partner_id": _TEXT,
    "period": _TEXT,
    "closing_on": _DAY,
    "gross_yen": _WHOLE,
    "uplift_yen": _WHOLE,
    "cap_yen": _WHOLE,
    "clawback_yen": _WHOLE,
    "penalty_yen": _WHOLE,
    "held_yen": _WHOLE,
    "immature_yen": _WHOLE,
    "needs_legal_yen": _WHOLE,
    "carried_in_yen": _WHOLE,
    "carried_in_exempt_yen": _WHOLE,
    "net_yen": _WHOLE,
    "carried_out_yen": _WHOLE,
    "taxable_yen": _WHOLE,
    "tax_yen": _WHOLE,
    "invoice_number": _TEXT,
    "is_invoice_registered": pl.Boolean(),
    "deductible_ppm": _WHOLE,
    "deductible_tax_yen": _WHOLE,
    "withholding_yen": _WHOLE,
    "withholding_base_yen": _WHOLE,
    "withholding_deduction_yen": _WHOLE,
    "withholding_ppm": _WHOLE,
    "withheld_before_yen": _WHOLE,
    "amount_due_yen": _WHOLE,
    "due_on": _DAY,
    "content_sha256": _TEXT,
} | _FROZEN
STATEMENT_LINE_SCHEMA: dict[str, pl.DataType] = {
    "statement_line_id": _TEXT,
    "statement_id": _TEXT,
    "version": _WHOLE,
    "partner_id": _TEXT,
    "period": _TEXT,
    "line_number": _WHOLE,
    "posting_id": _TEXT,
    "line_key": _TEXT,
    "role": _TEXT,
    "component": _TEXT,
    "component_ja": _TEXT,
    "deal_id": _TEXT,
    "partner_ref": _TEXT,
    "stage": _TEXT,
    "stage_ja": _TEXT,
    "term_id": _TEXT,
    "agreement_id": _TEXT,
    "agreement_version": _WHOLE,
    "earn_period": _TEXT,
    "post_period": _TEXT,
    "achieved_on": _DAY,
    "reason_code": _TEXT,
    "reason_ja": _TEXT,
    "status": _TEXT,
    "amount_yen": _WHOLE,
} | _FROZEN
# Who is told, by whom, and where the yen go, as they stood when the version was made.
PARTY_SCHEMA: dict[str, pl.DataType] = {
    "statement_id": _TEXT,
    "version": _WHOLE,
    "partner_id": _TEXT,
    "period": _TEXT,
    "partner_name": _TEXT,
    "partner_address": _TEXT,
    "bank_account": _TEXT,
    "is_individual": pl.Boolean(),
    "vendor_name": _TEXT,
    "vendor_postal_code": _TEXT,
    "vendor_address": _TEXT,
    "vendor_department": _TEXT,
    "vendor_invoice_number": _TEXT,
} | _FROZEN
# What a close's batch holds beside the close itself.
STATEMENT_TABLES = {
    "statements": STATEMENT_SCHEMA,
    "statement_lines": STATEMENT_LINE_SCHEMA,
    "statement_parties": PARTY_SCHEMA,
}


def frozen(
    rows: pl.DataFrame, schema: dict[str, pl.DataType], close: Mapping[str, object]
) -> pl.DataFrame:
    """Rows of a mart as their close keeps them (`schema`); drafts only.

    `rows`: of one mart, of the closed period and partner. `close`: at least `close_id` and
    `known_at`. What an earlier close has frozen is left out, so that nothing is paid twice.
    """
    drafts = rows.filter(~pl.col("is_frozen")).drop("close_id", strict=False)
    marked = drafts.with_columns(pl.lit(close[name]).alias(name) for name in _FROZEN)
    return marked.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
