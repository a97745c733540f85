"""The door of the vendor's own systems: `inbox/crm/<system>/`, any entity but decisions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from ingestion.columns import Entity
from ingestion.crm.pulled import Pulled
from ingestion.delimited.profiles import ProfileError, load_profile
from ingestion.deliveries import Delivery, Sender
from ingestion.entities import ENTITIES
from ingestion.files import Arrival, find_arrivals, printable
from ingestion.reasons import reason
from ingestion.sharing import unknown_fields
from ingestion.terms import senseless_terms, senseless_tiers
from ingestion.versions import scan_rows

# How the files of a system's folder are written, where that is to be declared.
PROFILE = "profile.yml"
_ENTITIES = tuple(entity for entity in ENTITIES.values() if entity.name != "decisions")


def senders(inbox: Path) -> Iterator[Sender]:
    """One for each system that has a folder."""
    for folder in sorted(path for path in (inbox / "crm").glob("*") if path.is_dir()):
        yield _sender(inbox, folder.name)


def arrivals(inbox: Path, settle_seconds: float) -> Iterator[tuple[Sender, Arrival]]:
    """The files of every system with its profile; refused are all where that is not understood."""
    for sender in senders(inbox):
        path, profile, refusal = sender.folder / PROFILE, None, None
        try:
            profile = load_profile(path) if path.exists() else None
        except ProfileError as error:
            refusal = reason("bad_profile", f"{sender.source}/{PROFILE}: {error}")
        for arrival in find_arrivals(sender.folder, settle_seconds):
            if arrival.name != PROFILE:
                yield sender, replace(arrival, profile=profile, refusal=arrival.refusal or refusal)


def pulled_arrivals(pulled: Pulled, inbox: Path) -> Iterator[tuple[Sender, Arrival]]:
    """What came by API, as if it had come as a file."""
    for file in pulled.files:
        yield _sender(inbox, file.system), Arrival(file.path, file.name)


def skipped(pulled: Pulled, inbox: Path) -> list[Delivery]:
    """A refused delivery for each system that could not be read by API."""
    return [
        Delivery(_sender(inbox, failure.system), "api", None, "refused", failure.reason)
        for failure in pulled.failures
    ]


def judge(deliveries: list[Delivery], raw: Path) -> list[Delivery]:
    """Reject terms and bands that cannot be paid by, and agreements about unknown columns."""
    judged = [_without_senseless_rows(delivery) for delivery in deliveries]
    if not any(_holds(delivery, "commission_tiers") for delivery in judged):
        return judged
    terms = _known(judged, ENTITIES["commission_terms"], raw)
    tiers = _known(judged, ENTITIES["commission_tiers"], raw)
    return [
        delivery.without(_senseless(delivery, tiers, terms))
        if _holds(delivery, "commission_tiers")
        else delivery
        for delivery in judged
    ]


def _sender(inbox: Path, name: str) -> Sender:
    return Sender(f"crm/{printable(name)}", inbox / "crm" / name, entities=_ENTITIES)


def loaded_rows(deliveries: list[Delivery], entity: Entity) -> list[pl.LazyFrame]:
    """Rows of an entity that were just read, one frame a file."""
    return [
        pl.scan_parquet(delivery.spool.path) if delivery.spool else delivery.rows.lazy()
        for delivery in deliveries
        if _holds(delivery, entity.name)
    ]


def _without_senseless_rows(delivery: Delivery) -> Delivery:
    """A delivery without the rows that no other row could save."""
    if _holds(delivery, "commission_terms"):
        return delivery.without(senseless_terms(delivery.rows))
    if _holds(delivery, "sharing_terms"):
        return delivery.without(unknown_fields(delivery.rows))
    return delivery


def _senseless(delivery: Delivery, tiers: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """The bands of other files count for where a term's bands start, and are not judged."""
    origin = ["_batch_id", "_source", "_file_name"]
    here = delivery.rows.select(*origin, _is_new=pl.lit(True)).unique()
    marked = tiers.join(here, on=origin, how="left", maintain_order="left")
    return senseless_tiers(marked.with_columns(pl.col("_is_new").fill_null(False)), terms)


def _known(deliveries: list[Delivery], entity: Entity, raw: Path) -> pl.DataFrame:
    frames = [scan_rows(raw, entity), *loaded_rows(deliveries, entity)]
    return pl.concat(frames, how="diagonal").collect()


def _holds(delivery: Delivery, entity_name: str) -> bool:
    return delivery.is_loaded and delivery.entity is ENTITIES[entity_name]
