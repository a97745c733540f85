"""The door of the vendor's own systems: `inbox/crm/<system>/`, any entity but decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from ingestion.bulk.lane import BULK_ENTITIES
from ingestion.columns import Entity
from ingestion.crm.pulled import Pulled
from ingestion.delimited.profiles import ProfileError, load_profile
from ingestion.deliveries import Delivery, Sender, in_order, warned_of_equal_versions
from ingestion.entities import ENTITIES, OF_REVIEWERS
from ingestion.files import Arrival, find_arrivals, printable
from ingestion.hierarchy import circular_rows
from ingestion.reasons import reason
from ingestion.sharing import unknown_fields
from ingestion.tables import problems
from ingestion.terms import (
    drafted_over,
    ends_before_start,
    idle_steps,
    last_steps,
    overlapping,
    senseless_terms,
    senseless_tiers,
    standing,
    stepless_terms,
    steps_without_rate,
    unpriced_terms,
)
from ingestion.versions import scan_rows

# Two versions in one file are not told of: overlapping bands and steps are rejected, and what may
# come as a bulk file must have the same receipt whatever its size.
_UNTOLD = {"commission_tiers", "clawback_steps", *BULK_ENTITIES}
_PRICES = ("commission_terms", "commission_tiers", "clawback_steps")
# How the files of a system's folder are written, where that is to be declared.
PROFILE = "profile.yml"
_ENTITIES = tuple(entity for entity in ENTITIES.values() if entity.name not in OF_REVIEWERS)


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
    """Reject what cannot be paid by, circles of partners and agreements about unknown columns.

    First by what a row or file says itself, then by all that stands at the end of the night: bands
    and steps by their terms, terms by the bands and steps that are left.
    """
    told = [warned_of_equal_versions(delivery, _UNTOLD) for delivery in deliveries]
    judged = [_without_senseless_rows(delivery) for delivery in told]
    judged = _without_circles(judged, raw)
    if any(_holds(delivery, *_PRICES) for delivery in judged):
        judged = _with_sound_prices(judged, raw)
    return judged


def _sender(inbox: Path, name: str) -> Sender:
    return Sender(f"crm/{printable(name)}", inbox / "crm" / name, entities=_ENTITIES)


def loaded_rows(deliveries: list[Delivery], entity: Entity) -> list[pl.LazyFrame]:
    """Rows of an entity that were just read, one frame a file."""
    return [
        pl.scan_parquet(delivery.spool.path) if delivery.spool else delivery.rows.lazy()
        for delivery in deliveries
        if delivery.is_loaded and delivery.entity is entity
    ]


def _without_senseless_rows(delivery: Delivery) -> Delivery:
    """A delivery without the rows that no row of another file could save."""
    rows, entity = delivery.rows, delivery.entity
    if entity is None or not delivery.is_loaded or rows.is_empty():
        return delivery
    match entity.name:
        case "commission_terms":
            failures = senseless_terms(rows)
        case "commission_tiers":
            failures = overlapping(rows, entity, "overlapping_bands")
        case "clawback_steps":
            clashes = overlapping(rows, entity, "overlapping_steps")
            failures = pl.concat([clashes, steps_without_rate(rows)])
        case "sharing_terms":
            failures = pl.concat([unknown_fields(rows), ends_before_start(rows, entity)])
        case _:
            failures = ends_before_start(rows, entity)
    return delivery.without(failures)


def _with_sound_prices(deliveries: list[Delivery], raw: Path) -> list[Delivery]:
    tiers, steps, terms = (
        ENTITIES[name] for name in ("commission_tiers", "clawback_steps", "commission_terms")
    )

    def stand(judged: list[Delivery], entity: Entity) -> pl.DataFrame:
        return standing(_known(judged, entity, raw), entity)

    before, promised = stand([], terms), stand(deliveries, terms)
    told, kept = stand(deliveries, tiers), stand(deliveries, steps)
    judged = _each(deliveries, tiers, lambda rows: senseless_tiers(rows, told, promised))
    judged = _each(judged, steps, lambda rows: last_steps(rows, kept, promised))
    bands, left = stand(judged, tiers), stand(judged, steps)
    judged = _each(
        judged,
        terms,
        lambda rows: pl.concat(
            [unpriced_terms(rows, bands), stepless_terms(rows, left), drafted_over(rows, before)]
        ),
    )
    agreed = stand(judged, terms)
    return [
        _warned(delivery, idle_steps(delivery.rows, agreed))
        if _holds(delivery, steps.name)
        else delivery
        for delivery in judged
    ]


def _each(
    deliveries: list[Delivery], entity: Entity, failures: Callable[[pl.DataFrame], pl.DataFrame]
) -> list[Delivery]:
    """The deliveries, those of an entity without the rows that fail."""
    return [
        delivery.without(failures(delivery.rows)) if _holds(delivery, entity.name) else delivery
        for delivery in deliveries
    ]


def _without_circles(deliveries: list[Delivery], raw: Path) -> list[Delivery]:
    places = [place for place, delivery in enumerate(deliveries) if _holds(delivery, "partners")]
    if not places:
        return deliveries
    entity = ENTITIES["partners"]
    new = [deliveries[place].rows.with_columns(_place=pl.lit(place)) for place in places]
    versions = pl.concat([scan_rows(raw, entity).collect(), *new], how="diagonal")
    circular = circular_rows(versions.with_columns(_is_new=pl.col("_place").is_not_null()))
    failures = circular.select("_place").hstack(
        problems(circular, "parent_partner_id", pl.lit("partner_circle"))
    )
    return [
        delivery.without(failures.filter(pl.col("_place") == place).drop("_place"))
        for place, delivery in enumerate(deliveries)
    ]


def _warned(delivery: Delivery, warnings: pl.DataFrame) -> Delivery:
    return replace(delivery, warnings=in_order(delivery.warnings, warnings))


def _known(deliveries: list[Delivery], entity: Entity, raw: Path) -> pl.DataFrame:
    frames = [scan_rows(raw, entity), *loaded_rows(deliveries, entity)]
    return pl.concat(frames, how="diagonal").collect()


def _holds(delivery: Delivery, *entity_names: str) -> bool:
    """Whether it has rows of one of the entities; a bulk file's lie elsewhere."""
    return (
        delivery.is_loaded
        and delivery.entity is not None
        and delivery.entity.name in entity_names
        and not delivery.rows.is_empty()
    )
