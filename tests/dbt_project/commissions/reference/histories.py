"""Small random worlds: what a channel agreed, sold, corrected and cancelled over four nights.

Only what the doors let in (DOMAIN "Refused at the door"), and every id begins with the namespace,
so that many histories share one lake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from random import Random
from typing import Any

from . import agreed, reviewed
from .rows import Row

NIGHTS = (date(2026, 3, 31), date(2026, 4, 30), date(2026, 7, 31), date(2026, 10, 31))
PREFECTURES = ("東京都", "大阪府")
# Of renewals and upsells; a negative one is a refund, now and then more than a window's sales.
AMOUNTS = (None, 0, 77_777, 240_000, 1_000_003, -60_007, -60_007, -310_000)
MONTH_ENDS = (date(2025, 12, 31), date(2026, 1, 31), date(2026, 3, 31), date(2026, 5, 31))


def history(seed: int, namespace: str) -> list[Row]:
    """One world, in the order in which it became known."""
    world = World(Random(seed), namespace)
    world.is_crowded = world.chance(0.3)
    agreed.write_partners(world)
    agreed.write_agreements(world)
    for number in range(world.random.randint(0, 3)):
        _lead(world, f"L{number}")
    for number in range(world.random.randint(3, 10) + (4 if world.is_crowded else 0)):
        _contract(world, f"C{number}")
    _revise(world)
    reviewed.write_clauses(world)
    reviewed.write_reviews(world)
    return world.rows()


@dataclass
class World:
    """Rows by the place of the night that brings them, and the dice."""

    random: Random
    namespace: str
    nights: list[list[tuple[str, dict[str, Any], str | None]]] = field(
        default_factory=lambda: [[] for _ in NIGHTS]
    )
    partners: list[str] = field(default_factory=list)
    is_crowded: bool = False  # one partner sells one product, by tiers

    def id(self, name: str) -> str:
        return f"{self.namespace}{name}"

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def pick(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def seller(self) -> str:
        seller: str = self.partners[-1] if self.is_crowded else self.pick(*self.partners)
        return seller

    def product(self) -> str:
        return self.id("A" if self.is_crowded else self.pick("A", "B"))

    def add(self, night: int, entity: str, uploader: str | None = None, **values: Any) -> None:
        self.nights[night].append((entity, values, uploader))

    def day(self, begin: date, end: date) -> date:
        """A day in [begin, end]; month ends come often."""
        ends = [day for day in MONTH_ENDS if begin <= day <= end]
        if ends and self.chance(0.3):
            return self.random.choice(ends)
        return begin + timedelta(days=self.random.randint(0, max(0, (end - begin).days)))

    def instant(self, day: date) -> datetime:
        """UTC of some instant of that Japanese day, its first and last ones among them."""
        minutes = self.pick(0, 1, 8 * 60, 9 * 60, 12 * 60, 24 * 60 - 1)
        return datetime.combine(day, time()) + timedelta(hours=-9, minutes=minutes)

    def night_of(self, day: date, late: float = 0.25) -> int:
        """The first night that may know of `day`, or a later one."""
        first = next((n for n, night in enumerate(NIGHTS) if night >= day), len(NIGHTS) - 1)
        return self.random.randint(first, len(NIGHTS) - 1) if self.chance(late) else first

    def rows(self) -> list[Row]:
        told = [(NIGHTS[n], *row) for n, night in enumerate(self.nights) for row in night]
        return [
            Row(entity, values, known_on, order, uploader)
            for order, (known_on, entity, values, uploader) in enumerate(told)
        ]


def _lead(world: World, name: str) -> None:
    day = world.day(date(2025, 11, 1), date(2026, 10, 31))
    world.add(
        world.night_of(day),
        "leads",
        lead_id=world.id(name),
        registered_at=world.instant(day),
        channel="partner" if world.chance(0.9) else "marketing",
        partner_id=world.seller(),
        product_id=world.id(world.pick("A", "B")) if world.chance(0.8) else None,
        lead_status=world.pick("new", "accepted", "accepted", "meeting", "rejected"),
        prefecture=world.pick(*PREFECTURES, None),
    )


def _contract(world: World, name: str) -> None:
    agreed_on = world.day(date(2025, 10, 15), date(2026, 10, 20))
    is_sold = world.chance(0.9)
    sold_on = agreed_on + timedelta(days=world.pick(0, 0, 3, 20))
    gap = timedelta(days=world.pick(0, 5, 31))
    values = {
        "contract_id": world.id(name),
        "lead_id": world.id(world.pick("L0", "L1")) if world.chance(0.4) else None,
        "channel": "partner" if world.chance(0.93) else "sales",
        "partner_id": world.seller(),
        "product_id": world.product(),
        "agreed_on": agreed_on if world.chance(0.8) or not is_sold else None,
        "contracted_on": sold_on if is_sold else None,
        "starts_on": sold_on + gap if is_sold and world.chance(0.7) else None,
        "term_months": world.pick(None, 1, 6, 12, 24),
        "initial_yen": world.pick(None, 0, 33_333, 100_001, 150_007, 480_000),
        "monthly_yen": world.pick(None, 0, 9_999, 12_345, 50_000),
        "discount_rate": None,
        "contract_status": world.pick("agreed", "active", "cancelled"),
        "cancelled_on": None,
        "prefecture": world.pick(*PREFECTURES, "東京都", None),
    }
    night = world.night_of(sold_on if is_sold else agreed_on)
    world.add(night, "contracts", **values)
    _proofs(world, values, night)
    if is_sold:
        _life(world, values, sold_on, night)
        _fees(world, values, sold_on)


def _proofs(world: World, contract: dict[str, Any], night: int) -> None:
    for kind in ("consent_form", "onboarding_report", "consent_form"):
        if world.chance(0.35):
            continue
        day = contract["agreed_on"] or contract["contracted_on"]
        received = world.day(day, day + timedelta(days=world.pick(10, 60, 120)))
        known = world.night_of(received)
        # A partner's proof counts from the night that brings it, whatever it states.
        is_claim = world.chance(0.3) and known >= night
        world.add(
            known,
            "evidence",
            contract["partner_id"] if is_claim else None,
            evidence_id=world.id(f"V{world.random.getrandbits(40):x}"),
            contract_id=contract["contract_id"],
            evidence_kind=kind,
            received_at=world.instant(min(received, NIGHTS[known])),
        )


def _life(world: World, contract: dict[str, Any], sold_on: date, night: int) -> None:
    for stage, share in (("onboarding", 0.7), ("customer_success", 0.5), ("renewal", 0.5)):
        for _ in range(world.pick(1, 1, 2)):
            if world.chance(share):
                _happen(world, contract, stage, sold_on, night)
    for stage, share in (("upsell", 0.3), ("cancellation", 0.3), ("reinstatement", 0.2)):
        if world.chance(share):
            _happen(world, contract, stage, sold_on, night)
    if world.chance(0.3):
        ended = world.day(sold_on, date(2026, 11, 30))
        # Some are announced before their day.
        due = night if world.chance(0.3) else world.night_of(min(ended, NIGHTS[-1]))
        told = max(night, due)
        world.add(told, "contracts", **contract | {"cancelled_on": ended})


def _happen(world: World, contract: dict[str, Any], stage: str, sold_on: date, night: int) -> None:
    day = world.day(sold_on, date(2026, 10, 31))
    known = world.night_of(day)
    is_claim = stage in ("onboarding", "customer_success") and world.chance(0.3) and known >= night
    has_amount = stage in ("renewal", "upsell", "onboarding")
    world.add(
        known,
        "contract_events",
        contract["partner_id"] if is_claim else None,
        event_id=world.id(f"E{world.random.getrandbits(40):x}"),
        contract_id=contract["contract_id"],
        stage=stage,
        occurred_on=day,
        amount_yen=world.pick(*AMOUNTS) if has_amount else None,
        product_id=world.id(world.pick("A", "B")) if world.chance(0.2) else None,
        performed_by=world.pick("partner", "vendor", None),
    )


def _fees(world: World, contract: dict[str, Any], sold_on: date) -> None:
    first = contract["starts_on"] or sold_on
    for month in range(world.pick(0, 3, 8)):
        due = first + timedelta(days=30 * month + world.pick(-1, 0, 1, 20))
        is_paid = world.chance(0.7)
        collected = due + timedelta(days=world.pick(-10, 0, 5, 40)) if is_paid else None
        world.add(
            world.night_of(min(max(due, collected or due), NIGHTS[-1])),
            "collections",
            collection_id=world.id(f"F{world.random.getrandbits(40):x}"),
            contract_id=contract["contract_id"],
            due_on=due,
            collected_on=collected,
            amount_yen=world.pick(10_000, 10_000, 10_000, 0, -5_000),
        )


# What a correction may say, by entity; the rest of the row stays.
CHANGES: dict[str, tuple[str, ...]] = {
    "leads": ("lead_status", "registered_at", "partner_id"),
    "contracts": ("partner_id", "initial_yen", "monthly_yen", "prefecture", "product_id"),
    "contract_events": ("amount_yen", "occurred_on"),
    "evidence": ("received_at",),
    "collections": ("amount_yen", "collected_on"),
    "commission_terms": ("fixed_yen", "rate", "cap_window_yen", "clawback_months"),
    "commission_tiers": ("fixed_yen", "rate"),
    "clawback_steps": ("keep_rate",),
    "agreements": ("effective_to", "closing_day", "territory"),
}


def _revise(world: World) -> None:
    """Corrections, tombstones and rows that arrive after a newer one, on later nights."""
    claimed = {values["contract_id"] for *_, values, by in _told(world) if by and values}
    for night, entity, values, uploader in _told(world):
        if entity == "partners" or uploader or not world.chance(0.1):
            continue
        later = world.random.randint(night, len(NIGHTS) - 1)
        is_first_band = entity == "commission_tiers" and values["from_value"] == 0
        if world.chance(0.3) and not is_first_band:
            world.add(later, entity, **values | {"is_deleted": True})
            continue
        changes = _change(world, entity, values, later)
        if changes.keys() & {"partner_id"} and values.get("contract_id") in claimed:
            continue  # the claims were taken because the contract is the uploader's
        # Stated version times: now and then older than what is known already.
        stated = NIGHTS[later] - timedelta(days=world.pick(0, 1, 200))
        version = {"updated_at": world.instant(stated)} if world.chance(0.3) else {}
        world.add(later, entity, **values | changes | version)


def _told(world: World) -> list[tuple[int, str, dict[str, Any], str | None]]:
    return [(n, *row) for n, night in enumerate(world.nights) for row in night]


def _change(world: World, entity: str, values: dict[str, Any], night: int) -> dict[str, Any]:
    column = world.pick(*CHANGES[entity])
    old = values.get(column)
    if column == "partner_id":
        return {column: world.pick(*world.partners)}
    if column == "product_id":
        return {column: world.id(world.pick("A", "B"))}
    if column in ("prefecture", "territory", "lead_status", "closing_day", "effective_to"):
        word = world.pick(*_WORDS[column])
        # an agreement that ends before it begins is refused
        is_refused = column == "effective_to" and word and word < values["effective_from"]
        return {} if is_refused else {column: word}
    if old is None:  # an empty price or date stays empty: bands are priced like their basis
        return {}
    return {column: _other(world, entity, old, NIGHTS[night])}


_WORDS: dict[str, Sequence[Any]] = {
    "prefecture": (*PREFECTURES, None),
    "territory": (None, "東京都", "東京都;大阪府"),
    "lead_status": ("accepted", "rejected", None),
    "closing_day": (None, 15, 20, 28, 31),
    "effective_to": (None, date(2026, 6, 30), date(2026, 3, 31)),
}


def _other(world: World, entity: str, old: Any, latest: date) -> Any:
    if isinstance(old, datetime):
        return old - timedelta(days=world.pick(1, 20))
    if isinstance(old, date):
        return min(old + timedelta(days=world.pick(0, 9, 33)), max(old, latest))
    if isinstance(old, int):
        return old + world.pick(1, 1_000) if entity != "commission_terms" else old + 1
    return (old / 2).quantize(Decimal("0.000001"), ROUND_DOWN)  # parts per million
