"""Wrongdoing: about ten cheating partners, each with its ways, at a few records of a hundred.

A scheme changes what happened (a document, a date, a customer, a rep) and labels the records.
It acts as a cheater would and draws what it does; nothing here knows how anybody might look for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import polars as pl

from ..catalog import TERRITORY_PARTNERS
from ..world import World
from . import amount, contacts, duplicates, evidence, identity, network, outcome, records, timing
from .acts import LEVELS, Plan

Wanted = bool | Collection[str]
_SELLERS, _REFERRERS = 8, 2
_TERRITORY = _SELLERS + _REFERRERS  # a partner bound to its part of the country
_FOURTH = _TERRITORY + 1  # the cast's last: the fourth agency by volume


@dataclass(frozen=True)
class Scheme:
    """`roles`: who of the cast commits it; `level`: how subtly, when no level is asked for."""

    commit: Callable[[np.random.Generator, World, Plan], World]
    roles: tuple[int, ...]
    level: int

    @property
    def name(self) -> str:
        return self.commit.__name__


# In the order in which they are committed: those that need few records choose before those that
# need many, so that a small world has a victim for each.
SCHEMES = (
    Scheme(evidence.consent_reused, (6,), 1),
    Scheme(network.shared_payer, (1,), 2),
    Scheme(network.ring, (6, 7), 2),
    Scheme(identity.self_dealing, (4,), 2),
    Scheme(amount.unauthorised_discount, (4,), 2),
    Scheme(evidence.consent_missing, (5,), 1),
    Scheme(evidence.consent_inconsistent, (4,), 2),
    Scheme(outcome.ghost_contract, (5,), 2),
    Scheme(timing.impossible_timeline, (2,), 1),
    Scheme(identity.undisclosed_sub_agent, (6,), 2),
    Scheme(evidence.prohibited_act, (3,), 2),
    Scheme(evidence.out_of_territory, (_TERRITORY,), 1),
    Scheme(records.post_close_drift, (7,), 2),
    Scheme(records.attribution_flip, (7,), 1),
    Scheme(records.record_mismatch, (5,), 2),
    Scheme(outcome.cancel_and_rejoin, (3,), 2),
    Scheme(amount.contract_splitting, (5,), 2),
    Scheme(outcome.complaint_rate, (3,), 2),
    Scheme(outcome.product_twisting, (3,), 2),
    Scheme(timing.closing_spike_then_cancel, (0,), 2),
    Scheme(outcome.low_persistency, (_FOURTH,), 2),
    Scheme(outcome.churn_after_clawback, (_SELLERS,), 3),
    Scheme(outcome.too_good_conversion, (4,), 2),
    Scheme(amount.repeated_amount, (2,), 1),
    Scheme(amount.threshold_hugging, (1,), 2),
    Scheme(evidence.untrained_seller, (0,), 3),
    Scheme(records.coverage_blackout, (5,), 1),
    Scheme(contacts.invalid_contacts, (0,), 2),
    Scheme(timing.submission_velocity, (_SELLERS + 1,), 2),
    Scheme(timing.after_hours_block, (_SELLERS + 1,), 2),
    Scheme(duplicates.duplicate_lead_across_partners, (_SELLERS,), 3),
    Scheme(duplicates.duplicate_lead_same_partner, (_SELLERS,), 3),
    Scheme(duplicates.lead_already_known, (_SELLERS,), 2),
    Scheme(contacts.similar_contact_farm, (_SELLERS,), 2),
    Scheme(outcome.downstream_collapse, (6,), 2),
    Scheme(identity.payee_change, (6,), 2),
    Scheme(identity.duplicate_partner, (7,), 1),
)


def commit_schemes(
    rng: np.random.Generator, world: World, level: int | None, wanted: Wanted
) -> World:
    """Every wanted scheme once, each from random numbers of its own, at `level` or its own one."""
    names = {scheme.name for scheme in SCHEMES}
    chosen = (names if wanted else set()) if isinstance(wanted, bool) else set(wanted)
    if chosen - names or level not in (None, *LEVELS):
        raise ValueError(f"no such scheme or level: {sorted(chosen - names)}, {level}")
    if not chosen:
        return world
    cast = _cast(world)
    start = world.period.first_day + (world.period.last_day - world.period.first_day) / 5
    for scheme, own in zip(SCHEMES, rng.spawn(len(SCHEMES)), strict=True):
        if scheme.name in chosen:
            partner, *others = (cast[role] for role in scheme.roles)
            plan = Plan(scheme.name, partner, tuple(others), start, level or scheme.level)
            world = scheme.commit(own, world, plan)
    return world


def _cast(world: World) -> list[int]:
    """Eight sellers and two referral agencies, of every three the second and third by volume, so
    that among the big ones, too, honest partners are left; a partner with a territory; and the
    fourth, whose contracts nobody else's scheme thins out."""
    signed = (pl.col("partner_ix") >= 0) & pl.col("contracted_on").is_not_null()
    sold = world.contracts.filter(signed).group_by("partner_ix").len()
    bound = pl.col("partner_ix").is_in([0, *TERRITORY_PARTNERS])
    known = world.partners.join(sold, on="partner_ix", how="left").sort(
        pl.col("len").fill_null(0), "partner_ix", descending=[True, False]
    )
    early = pl.col("joined_on") < world.period.first_day
    first = known.filter(early & (pl.col("parent_ix") < 0))
    refers = pl.col("partner_kind") == "referral_agency"
    agencies = first.filter(~refers & ~bound)["partner_ix"].to_list()
    referrers = first.filter(refers)["partner_ix"].to_list()
    tiered = first.filter(pl.col("partner_kind") == "sales_agency", ~bound)["partner_ix"].to_list()
    cast = _of_three(agencies, _SELLERS) + _of_three(referrers or agencies, _REFERRERS)
    # Who hugs a threshold must have one.
    others = [ix for ix in tiered if ix not in cast[:1] + cast[2:]]
    cast[1] = cast[1] if cast[1] in tiered or not others else others[0]
    bound_one = first.filter(pl.col("partner_ix").is_in(TERRITORY_PARTNERS))["partner_ix"][0]
    free = [ix for ix in agencies[3:] if ix not in cast] or agencies
    return [*cast, bound_one, free[0]]


def _of_three(partners: list[int], n: int) -> list[int]:
    """The second and third of every three, as long as there are so many; else they come again."""
    chosen = [ix for place, ix in enumerate(partners) if place % 3] or partners
    return [chosen[k % len(chosen)] for k in range(n)]
