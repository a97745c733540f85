"""What random worlds agree: partners above partners, versions of agreements, terms of all kinds."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .histories import World

RATES = ("0.1", "0.033333", "0.15", "0.000007", "1", "0")
PRICES = (0, 1_001, 10_000, 33_333)
STAGES = ("lead", "agreement", "contract", "onboarding", "customer_success", "renewal", "upsell")
LAST_DAYS = (None, None, None, date(2026, 8, 31))
EARLY = ("lead", "agreement", "contract")


def write_partners(world: World) -> None:
    """1–4 partners; later ones may stand below earlier ones, and sometimes in a circle."""
    names = [world.id(f"P{number}") for number in range(world.pick(1, 1, 2, 2, 3, 4))]
    world.partners.extend(names)
    is_circle = world.chance(0.12)
    for number, name in enumerate(names):
        parent = names[number - 1] if number and world.chance(0.75) else None
        if is_circle and number == 0:
            parent = names[-1]
        _partner(world, 0, name, parent, date(2025, 9, 1) if world.chance(0.5) else None)
    if len(names) > 1 and world.chance(0.3):
        moved = world.random.randint(1, len(names) - 1)
        parent = world.pick(None, *names[:moved])
        night = world.random.randint(1, 3)
        _partner(world, night, names[moved], parent, world.pick(None, date(2026, 2, 15)))


def _partner(world: World, night: int, name: str, parent: str | None, since: date | None) -> None:
    world.add(
        night,
        "partners",
        partner_id=name,
        partner_name=f"{name}商事",
        partner_kind="sales_agency",
        parent_partner_id=parent,
        updated_at=world.instant(since) if since else None,
    )


def write_agreements(world: World) -> None:
    for partner in world.partners:
        count = world.pick(1, 1, 1, 1, 1, 1, 0, 2)
        for number in range(count):
            _agreement(world, partner, f"{partner}-G{number}")


def _agreement(world: World, partner: str, agreement_id: str) -> None:
    """One to three versions; a gap, an overlap or a seam between one and the next."""
    count = world.pick(1, 1, 2, 3)
    begins = world.pick(date(2025, 4, 1), date(2025, 10, 1), date(2025, 12, 1), date(2026, 1, 31))
    for version in range(1, count + 1):
        following = begins + timedelta(days=world.pick(60, 120, 181))
        seam, gap = following - timedelta(days=1), following - timedelta(days=20)
        ends = world.pick(None, seam, gap) if version < count else world.pick(*LAST_DAYS)
        # Some versions become known only after they took effect.
        night = world.night_of(begins, late=0.2)
        world.add(
            night,
            "agreements",
            agreement_id=agreement_id,
            version=version,
            partner_id=partner,
            effective_from=begins,
            effective_to=ends,
            closing_day=world.pick(31, 31, None, 20, 15, 28),
            territory=world.pick(*[None] * 5, "東京都", "東京都;大阪府"),
        )
        stages = {"contract", *world.random.sample(STAGES, 4)}
        again = 0.05 if world.is_crowded else 0.3
        # A stage twice: another kind, another product, another payee, or an ambiguity.
        twice = [stage for stage in STAGES if stage in stages and world.chance(again)]
        for number, stage in enumerate([*sorted(stages), *twice]):
            term = {"agreement_id": agreement_id, "agreement_version": version, "stage": stage}
            _term(world, night, term | {"term_id": f"{agreement_id}v{version}T{number}"})
        begins = following


def _term(world: World, night: int, named: dict[str, Any]) -> None:
    term_id, stage, version = named["term_id"], named["stage"], named["agreement_version"]
    values = named | {
        "scenario": "draft" if world.chance(0.03) else None,
        "product_id": world.id(world.pick("A", "B")) if world.chance(0.3) else None,
        "maturation_days": world.pick(None, 0, 30, 90),
        "cap_event_yen": world.pick(*[None] * 5, 1, 5_000, 30_000),
        "cap_window_yen": world.pick(*[None] * 5, 1, 15_000, 60_000),
        "payee": world.pick(None, *["seller"] * 4, "parent", "parent", "grandparent"),
        "applies_to_existing": world.pick(None, False, True) if version > 1 else None,
        **_approval(world),
        **_price(world, stage),
        **_conditions(world, stage),
        **_clawback(world, stage),
    }
    values |= _tiers(world, night, term_id, values)
    world.add(night, "commission_terms", **values)
    if values["clawback_method"] == "stepped":
        for month in world.pick((0, 3, 6), (1, 6), (2,)):
            keep = Decimal(world.pick("0", "0.333333", "0.5", "1"))
            step = {"term_id": term_id, "from_month": month, "keep_rate": keep}
            world.add(night, "clawback_steps", **step)


def _approval(world: World) -> dict[str, Any]:
    by = world.pick(*["checker"] * 12, None, "maker", "Ｍaker", "MAKER", "ma ker")
    later = world.pick(date(2026, 6, 15), date(2026, 12, 1), date(2025, 4, 1))
    return {
        "proposed_by": world.pick("maker", "maker", None),
        "approved_by": by,
        "approved_on": None if by is None else later if world.chance(0.1) else date(2025, 4, 1),
    }


def _price(world: World, stage: str) -> dict[str, Any]:
    """ "lead terms that are not fixed" and "base_amount event before onboarding" are refused."""
    is_rate = stage != "lead" and world.chance(0.5)
    bases = ["initial", "monthly", "first_year"] + ([] if stage in EARLY else ["event"] * 2)
    return {
        "basis": "rate" if is_rate else "fixed",
        "base_amount": world.pick(*bases) if is_rate else None,
        "rate": Decimal(world.pick(*RATES)) if is_rate else None,
        "fixed_yen": None if is_rate or world.chance(0.04) else world.pick(*PRICES),
    }


def _conditions(world: World, stage: str) -> dict[str, Any]:
    """Lead and agreement terms have no months: nothing has started when they are earned."""
    is_recurring = stage not in ("lead", "agreement") and world.chance(0.3)
    proofs = (None, None, None, "consent_form", "consent_form;onboarding_report")
    return {
        "recurring_months": world.pick(1, 3, 12) if is_recurring else None,
        "requires_collection": stage != "lead" and world.chance(0.25),
        "required_evidence": None if stage == "lead" else world.pick(*proofs),
    }


def _clawback(world: World, stage: str) -> dict[str, Any]:
    """ "linear without clawback_months" is refused, and lead terms with any clawback."""
    methods = (None, "none", "full", "full", "linear", "stepped")
    method = None if stage == "lead" else world.pick(*methods)
    months = world.pick(3, 6, 12) if method == "linear" else world.pick(None, 0, 4, 12)
    return {"clawback_method": method, "clawback_months": months}


def _tiers(world: World, night: int, term_id: str, term: dict[str, Any]) -> dict[str, Any]:
    """Bands from 0, priced like the basis; "amount-measured marginal tiers with fixed prices" are
    refused, and an amount is measured in some base_amount."""
    if not world.chance(0.9 if world.is_crowded else 0.5):
        windowed = world.pick(None, None, "month", "quarter")
        return {"tier_measure": world.pick(None, "none"), "tier_window": windowed}
    measure = "count" if term["stage"] == "lead" else world.pick("count", "amount")
    is_rate = term["basis"] == "rate"
    mode = "slab" if measure == "amount" and not is_rate else world.pick("marginal", "slab")
    starts = (0, 1, 3) if measure == "count" else (0, 50_000, 400_000)
    for start in starts[: world.pick(1, 2, 3, 3)]:
        price = world.pick(*RATES[:3], "0") if is_rate else world.pick(*PRICES)
        band: dict[str, Any] = {"rate": Decimal(price)} if is_rate else {"fixed_yen": price}
        world.add(night, "commission_tiers", term_id=term_id, from_value=start, **band)
    based = term["base_amount"] or ("monthly" if measure == "amount" else None)
    return {
        "tier_measure": measure,
        "tier_mode": mode,
        "tier_window": world.pick("month", "quarter", "fiscal_year"),
        "base_amount": based,
    }
