"""The door of the partners: `inbox/partners/<partner_id>/`, only about themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from ingestion.deliveries import Delivery, Sender, warned_of_equal_versions
from ingestion.entities import ENTITIES
from ingestion.files import find_arrivals, printable
from ingestion.ownership import Records, family_of, foreign_rows
from ingestion.reasons import reason
from ingestion.versions import IMPLIED_TIMES

_ENTITIES = tuple(entity for entity in ENTITIES.values() if entity.uploadable)
_REFERRED_TO = (ENTITIES["contracts"], ENTITIES["partner_reps"])
# The door says who sends, through which channel and when; a file may repeat it.
IMPLIED = frozenset({"partner_id", "channel", *IMPLIED_TIMES})


def senders(inbox: Path) -> Iterator[Sender]:
    """One for each folder, also for folders of nobody known."""
    for folder in sorted(path for path in (inbox / "partners").glob("*") if path.is_dir()):
        yield sender_of(folder, printable(folder.name))


def sender_of(folder: Path, partner_id: str) -> Sender:
    return Sender(f"partners/{partner_id}", folder, partner_id, _ENTITIES, IMPLIED)


def refuse_unknown(sender: Sender, settle_seconds: float) -> Iterator[Delivery]:
    """Receipts for the folder of no registered partner: nothing in it is opened."""
    for arrival in find_arrivals(sender.folder, settle_seconds):
        yield Delivery(sender, arrival.name, None, "refused", reason("unknown_partner"))


def fill_implied(delivery: Delivery) -> Delivery:
    """The uploader and the channel where the file does not say; the times follow later."""
    if not delivery.is_loaded:
        return delivery
    filled = {"partner_id": delivery.sender.uploader_id, "channel": "partner"}
    return replace(
        delivery,
        rows=delivery.rows.with_columns(
            pl.col(name).fill_null(pl.lit(value))
            for name, value in filled.items()
            if name in delivery.rows.columns
        ),
    )


def fill_times(rows: pl.DataFrame) -> pl.DataFrame:
    """Registration and receipt are this night's known_at where the file does not say."""
    return rows.with_columns(
        pl.coalesce(name, "_known_at").alias(name) for name in IMPLIED_TIMES if name in rows.columns
    )


def judge(deliveries: list[Delivery], parents: pl.DataFrame, records: Records) -> list[Delivery]:
    """Reject rows about other partners' records.

    `parents`: `ownership.latest_parents`. `records`: every contract and rep row known, those of
    these deliveries not needed.
    """
    filled = [fill_implied(delivery) for delivery in deliveries]
    families = {
        sender.uploader_id: family_of(sender.uploader_id, parents)
        for sender in {delivery.sender.source: delivery.sender for delivery in filled}.values()
        if sender.uploader_id is not None
    }
    # contracts and reps first: other rows may speak of some that came in the same night
    ordered = sorted(filled, key=lambda delivery: delivery.entity not in _REFERRED_TO)
    judged: list[Delivery] = []
    for delivery in ordered:
        family = families.get(delivery.sender.uploader_id or "")
        if delivery.is_loaded and family is not None:
            checked = delivery.without(foreign_rows(delivery, family, records))
            records = records.grown_by(checked)
            judged.append(warned_of_equal_versions(checked))
        else:
            judged.append(delivery)
    return judged
