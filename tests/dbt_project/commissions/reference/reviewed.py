"""What random worlds suspect and decide: flags on deals, what two persons say about them, and the
clauses that set a penalty."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .histories import World

VERDICTS = ("confirmed", "confirmed", "policy_breach", "suspicious_unproven")
AFTERWARDS = (
    ("false_positive", None),
    ("data_error", "release"),
    ("confirmed", "release"),
    ("confirmed", "claw_back"),
    ("confirmed", "withhold"),
    ("confirmed", "penalty"),
    ("escalate", None),
)


ACTIONS = ("claw_back", "claw_back", "penalty", None)


def write_clauses(world: World) -> None:
    """No penalty, one or two in an agreement version; some are corrected on a later night."""
    versions = {
        (values["agreement_id"], values["version"]): night
        for night, told in enumerate(world.nights)
        for entity, values, _ in told
        if entity == "agreements"
    }
    for (agreement_id, version), night in versions.items():
        for clause in range(world.pick(0, 1, 1, 1, 2)):
            values = {
                "agreement_id": agreement_id,
                "version": version,
                "clause": f"{8 + clause}",
                "prohibited_act": world.pick("自己契約", "自己契約の禁止", "self_dealing", "威迫"),
                "consequence": world.pick("penalty", "penalty", "penalty", "forfeit"),
                "penalty_yen": world.pick(30_000, 50_001, 0, None),
            }
            world.add(night, "agreement_clauses", **values)
            if world.chance(0.15):
                later = world.random.randint(night, len(world.nights) - 1)
                world.add(later, "agreement_clauses", **values | {"penalty_yen": 70_007})


def write_reviews(world: World) -> None:
    """Some deals are flagged, on one evidence or two; decisions come on later nights, or never."""
    deals = {
        (kind, values[f"{kind}_id"]): values["partner_id"]
        for night in world.nights
        for entity, values, uploader in night
        for kind in ("lead", "contract")
        if entity == f"{kind}s" and uploader is None
    }
    for (kind, subject), partner in deals.items():
        if world.chance(0.2):
            _review(world, kind, subject, partner)


def _review(world: World, kind: str, subject: str, partner: str) -> None:
    first = world.pick(0, 0, 1, 2)
    flag = {
        "flag_id": f"self_dealing:{subject}",
        "rule_id": "self_dealing",
        "subject_kind": kind,
        "subject_id": subject,
        "partner_id": partner if world.chance(0.8) else world.pick(*world.partners),
        f"{kind}_id": subject,
        "hold_scope": kind,
    }
    world.add(first, "flags", **flag, evidence_digest="one")
    if world.chance(0.3):
        world.add(min(first + 1, 2), "flags", **flag, evidence_digest="two")
    _decide(world, flag, world.pick(*VERDICTS), world.pick(*ACTIONS), first)
    for _ in range(world.pick(0, 0, 1, 2)):
        _decide(world, flag, *world.pick(*AFTERWARDS), first)


def _decide(
    world: World, flag: dict[str, Any], verdict: str, money_action: str | None, first: int
) -> None:
    from .histories import NIGHTS

    night = world.random.randint(first, len(NIGHTS) - 1)
    world.add(
        night,
        "decisions",
        decision_id=world.id(f"D{world.random.getrandbits(40):x}"),
        flag_id=flag["flag_id"],
        evidence_seen=world.pick("one", "one", "one", "two", None),
        verdict=verdict,
        money_action=money_action,
        decided_by="佐藤",
        second_by="鈴木",
        # now and then dated ahead of the night that brings it
        decided_at=world.instant(NIGHTS[night] + timedelta(days=world.pick(-20, -1, 0, 0, 40))),
    )
