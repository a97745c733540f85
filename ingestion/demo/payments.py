"""A settlement month's end: the bank paid the closed statements, one short and one too much."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from .files import write_crm

_SHORT, _OVER = 0, 1  # whose transfer is wrong: the first and the second payee by name
_PERCENT = {_SHORT: 90, _OVER: 110}


def pay_statements(inbox: Path, statements: pl.DataFrame, until: date) -> pl.DataFrame:
    """Drop the bank's payments of these statements up to a day into the inbox; returns them.

    `statements` has `statement_id`, `partner_id`, `due_on`, `amount_due_yen`; each is paid on the
    day it is due, and where nothing is due nothing is. Takes the place of the clerk's own sheet of
    that delivery. With fewer than three payees on the last day all are paid to the yen.
    """
    due = statements.filter((pl.col("amount_due_yen") > 0) & (pl.col("due_on") <= until)).sort(
        "due_on", "partner_id", "statement_id"
    )
    is_last = pl.col("due_on") == pl.col("due_on").max()
    place = pl.when(is_last.sum() > len(_PERCENT)).then(is_last.cum_sum() - 1)
    percent = (
        pl.when(is_last).then(place).replace_strict(_PERCENT, default=100, return_dtype=pl.Int64)
    )
    payments = due.select(
        payout_id=pl.format("PO-{}", "statement_id"),
        partner_id="partner_id",
        statement_id="statement_id",
        paid_on="due_on",
        amount_yen=pl.col("amount_due_yen") * percent // 100,
    )
    write_crm(inbox / "crm" / "backoffice" / f"payouts__{until:%Y-%m-%d}.csv", payments, until)
    return payments
