"""A settlement month's end: the bank paid the closed statements, one short and one too much."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from .files import write_crm

_SHORT, _OVER = 0, 1  # whose transfer is wrong: the first and the second payee by name
_PERCENT = {_SHORT: 90, _OVER: 110}


def pay_statements(inbox: Path, statements: pl.DataFrame, paid_on: date) -> pl.DataFrame:
    """Drop the back office's list of payments of these statements into the inbox; returns it.

    `statements` has `statement_id`, `partner_id`, `amount_due_yen`; where nothing is due nothing is
    paid. With fewer than three payees all are paid to the yen.
    """
    due = statements.filter(pl.col("amount_due_yen") > 0).sort("partner_id", "statement_id")
    slips = _PERCENT if due.height > len(_PERCENT) else {}
    place = pl.int_range(pl.len())
    percent = place.replace_strict(slips, default=100, return_dtype=pl.Int64)
    payments = due.select(
        payout_id=pl.format("PO-{}-{}", pl.lit(f"{paid_on:%Y%m%d}"), "statement_id"),
        partner_id="partner_id",
        statement_id="statement_id",
        paid_on=pl.lit(paid_on),
        amount_yen=pl.col("amount_due_yen") * percent // 100,
    )
    name = f"payouts_of_statements__{paid_on:%Y-%m-%d}.csv"
    write_crm(inbox / "crm" / "backoffice" / name, payments, paid_on)
    return payments
