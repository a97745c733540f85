"""The door of the vendor's own systems: `inbox/crm/<system>/`, any entity but decisions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from ingestion.columns import Entity
from ingestion.deliveries import Delivery, Sender
from ingestion.entities import ENTITIES
from ingestion.files import printable
from ingestion.terms import senseless_terms, senseless_tiers
from ingestion.versions import scan_rows

_ENTITIES = tuple(entity for entity in ENTITIES.values() if entity.name != "decisions")


def senders(inbox: Path) -> Iterator[Sender]:
    """One for each system that has a folder."""
    for folder in sorted(path for path in (inbox / "crm").glob("*") if path.is_dir()):
        yield Sender(f"crm/{printable(folder.name)}", folder, entities=_ENTITIES)


def judge(deliveries: list[Delivery], raw: Path) -> list[Delivery]:
    """Reject terms and bands that cannot be paid by; everything else passes."""
    judged = [
        delivery.without(senseless_terms(delivery.rows))
        if _holds(delivery, "commission_terms")
        else delivery
        for delivery in deliveries
    ]
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


def loaded_rows(deliveries: list[Delivery], entity: Entity) -> list[pl.DataFrame]:
    return [delivery.rows for delivery in deliveries if _holds(delivery, entity.name)]


def _senseless(delivery: Delivery, tiers: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """The bands of other files count for where a term's bands start, and are not judged."""
    origin = ["_batch_id", "_source", "_file_name"]
    here = delivery.rows.select(*origin, _is_new=pl.lit(True)).unique()
    marked = tiers.join(here, on=origin, how="left", maintain_order="left")
    return senseless_tiers(marked.with_columns(pl.col("_is_new").fill_null(False)), terms)


def _known(deliveries: list[Delivery], entity: Entity, raw: Path) -> pl.DataFrame:
    stored = scan_rows(raw, entity).collect()
    return pl.concat([stored, *loaded_rows(deliveries, entity)], how="diagonal")


def _holds(delivery: Delivery, entity_name: str) -> bool:
    return delivery.is_loaded and delivery.entity is ENTITIES[entity_name]
