"""The whole demonstration company, delivered in as many parts as there will be nights."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from .billing import known_collections
from .business_days import Numbers
from .crm_exports import changed, crm_tables
from .dirt import broken_files, spoil, with_test_rows
from .files import write_crm, write_partner_file
from .masters import changed_masters
from .numbering import labels_with_ids, numbered
from .partner_files import PartnerFile, monthly_files, paper_files, rep_file
from .partners import PARTNERS
from .schemes import Wanted
from .simulation import simulate
from .uploads import Uploader, choose_uploaders, claims_outside_crm, uploader_of
from .world import Period, World

CRM, BACK_OFFICE = "crm/salesforce", "crm/backoffice"


@dataclass(frozen=True)
class Delivery:
    """What arrives before a night: `files`, relative to `folder` as they will be to the inbox."""

    business_day: date
    files: tuple[Path, ...]
    folder: Path


def write_company(  # noqa: PLR0913 - the size and the clock of the company, all by name
    inbox: Path, truth: Path, *, seed: int = 7, leads: int = 24_000, months: int = 18,
    last_day: date = date(2026, 10, 31), nights: int = 3, partners: int = PARTNERS,
    level: int | None = None, schemes: Wanted = True,
) -> list[Delivery]:  # fmt: skip
    """Simulate once and stage every file under `inbox.parent/demo/<k>`, one folder a night.

    `truth` (CSV) gets the labels. The caller drops a delivery into the inbox by `deliver` before
    its night. Same arguments, same bytes. `schemes` says which are committed: all, none (a clean
    world) or those named; `level` how subtly, from 1 (blatant) to 4. Raises ValueError for a truth
    file inside the inbox or the staged folders, for an unknown scheme or level, and for sizes that
    hold no company (300 leads, 6 months, 1 night, 20 partners at least).
    """
    staged = inbox.parent / "demo"
    _check(inbox, staged, truth, (leads, months, nights, partners))
    shutil.rmtree(staged, ignore_errors=True)
    period = Period(_first_day(last_day, months), last_day)
    days = delivery_days(last_day, nights)
    honest_and_not = simulate(seed, leads, period, partners=partners, level=level, schemes=schemes)
    world, uploaders, carrier = _prepared(seed, honest_and_not, days[0])
    truth.parent.mkdir(parents=True, exist_ok=True)
    labels_with_ids(world).write_csv(truth)
    partner_files = _partner_files(world, uploaders, carrier, days)
    previous = (None, *days[:-1])
    return [
        _stage(world, staged / str(k), (before, day), partner_files)
        for k, (before, day) in enumerate(zip(previous, days, strict=True), start=1)
    ]


def deliver(delivery: Delivery, inbox: Path) -> int:
    """Copy a delivery into the inbox, file dates kept; returns how many files."""
    for name in delivery.files:
        target = inbox / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(delivery.folder / name, target)
    return len(delivery.files)


def delivery_days(last_day: date, nights: int) -> tuple[date, ...]:
    """The end of the month before, then evenly to the last day; a single night is the last day."""
    if nights == 1:
        return (last_day,)
    first = last_day.replace(day=1) - timedelta(1)
    span = (last_day - first).days
    return tuple(first + timedelta(span * k // (nights - 1)) for k in range(nights))


def _check(inbox: Path, staged: Path, truth: Path, sizes: tuple[int, int, int, int]) -> None:
    for folder in (inbox, staged):
        if truth.resolve().is_relative_to(folder.resolve()):
            raise ValueError(
                f"the truth must lie outside {folder.name}/, where doors could read it"
            )
    bounds = ((300, 500_000), (6, 60), (1, 28), (20, 2_000))
    if any(not least <= size <= most for size, (least, most) in zip(sizes, bounds, strict=True)):
        raise ValueError(
            f"leads, months, nights and partners must lie within {bounds}, not {sizes}"
        )


def _first_day(last_day: date, months: int) -> date:
    month = last_day.year * 12 + last_day.month - months
    return date(month // 12, month % 12 + 1, 1)


def _prepared(
    seed: int, world: World, first_night: date
) -> tuple[World, tuple[Uploader, ...], Numbers]:
    """A numbered world that knows who sends which record, and from when partners send papers."""
    rng = np.random.default_rng([seed, 1])
    uploaders = choose_uploaders(rng, world)
    carrier = uploader_of(world, uploaders)
    world = numbered(claims_outside_crm(rng, world, carrier))
    sends_papers = [uploader.partner_ix for uploader in uploaders if uploader.sends_papers]
    senders = pl.DataFrame({"partner_ix": world.partners["partner_ix"], "sender_ix": carrier})
    papers_from = pl.col("sender_ix").is_in(sends_papers) & (pl.col("entered_on") > first_night)
    evidence = world.evidence.join(senders, on="partner_ix", how="left", maintain_order="left")
    events = world.events.join(senders, on="partner_ix", how="left", maintain_order="left")
    in_files = pl.col("in_crm") & papers_from.fill_null(False)
    world = world.changed(evidence=evidence.with_columns(by_partner=in_files), events=events)
    return world, uploaders, carrier


def _partner_files(
    world: World, uploaders: tuple[Uploader, ...], carrier: Numbers, days: tuple[date, ...]
) -> list[PartnerFile]:
    files = spoil(monthly_files(world, uploaders, carrier))
    for after, until in pairwise(days):
        files += paper_files(world, uploaders, (after, until), f"{until:%Y-%m-%d}")
    if len(days) > 1:
        files += [*broken_files(files, days[0], days[1]), rep_file(world, uploaders[0], days[1])]
    return files


def _crm(world: World, span: tuple[date | None, date]) -> dict[str, pl.DataFrame]:
    before, day = span
    tables = crm_tables(world, day, before)
    # The bulk export of the first delivery is clean: what a clean fast path is for.
    return tables if before is None else tables | {"leads": with_test_rows(tables["leads"], day)}


def _stage(
    world: World, folder: Path, span: tuple[date | None, date], partner_files: list[PartnerFile]
) -> Delivery:
    """Write what became known after `span[0]` (None = ever) up to `span[1]`."""
    before, day = span
    written: list[Path] = []
    office = changed_masters(world, day, before)
    office["collections"] = changed(known_collections(world, day), day, before)
    for system, tables in ((BACK_OFFICE, office), (CRM, _crm(world, span))):
        for entity, table in tables.items():
            written.append(Path(system) / f"{entity}__{day:%Y-%m-%d}.csv")
            write_crm(folder / written[-1], table, day)
    for file in partner_files:
        if file.released_on <= day and (before is None or file.released_on > before):
            written.append(Path("partners") / file.partner_id / file.name)
            write_partner_file(folder / written[-1], file)
    return Delivery(business_day=day, files=tuple(sorted(written)), folder=folder)
