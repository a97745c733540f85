"""Threads between those who should not know each other: one payer, one telephone, two partners."""

from __future__ import annotations

import numpy as np
import polars as pl

from ..labels import overwrite, signed_contracts, some
from ..world import World
from .acts import BLATANT, SECOND, Plan, accuse, chosen_contracts

_ACCOUNTS = ("0033-777-1-7654321", "0009-412-1-3358104")
_RING_ACCOUNT, _RING_PHONE, _RING_MAIL = "0149-208-1-6120947", "050-3177-4026", "kanri@gmail.com"


def shared_payer(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """The partner pays for customers it signed up. Blatant: from its own account. Subtle: few, from
    two accounts of others."""
    share = plan.at(0.15, 0.08, 0.06, 0.04)
    contracts = chosen_contracts(rng, world, plan, share, at_least=6)
    own = world.partners["bank_account"][plan.partner]
    first, second = _ACCOUNTS
    turns = plan.at([own], [own, first, first, first], [first], [first, second])
    account = np.take(turns, np.arange(contracts.height) % len(turns))
    changes = contracts.select("customer_ix", payer_account=pl.Series(account, dtype=pl.String))
    world = world.changed(customers=overwrite(world.customers, "customer_ix", changes))
    return accuse(world, plan, contracts, kind="contract")


def ring(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Two partners and the customers they make up between them share what only one can have.

    Blatant: eight customers, all with one telephone, mail box and payer, which are the first
    partner's. Subtle: a chain of four customers; each link is one thing only.
    """
    n = plan.at(4, 3, 2, 2)  # customers of each partner
    partners = (plan.partner, *plan.others)
    sold = pl.concat(
        [some(rng, signed_contracts(world, ix, plan.start), 0.0, n) for ix in partners]
    ).unique("customer_ix", keep="first", maintain_order=True)
    place = pl.int_range(pl.len())
    first = world.partners.row(partners[0], named=True)
    second = world.partners.row(partners[-1], named=True)
    if plan.level == BLATANT:
        shared = {
            "phone": pl.lit(first["phone"]),
            "email": pl.lit(_RING_MAIL),
            "payer_account": pl.lit(first["bank_account"]),
        }
    elif plan.level == SECOND:
        shared = {"phone": pl.lit(_RING_PHONE), "payer_account": pl.lit(_RING_ACCOUNT)}
    else:  # first partner – 0 – 1 – 2 … – second partner
        ends = pl.when(place == 0).then(pl.lit(first["phone"]))
        shared = {
            "phone": ends.when(place == pl.len() - 1).then(pl.lit(second["phone"])),
            "email": pl.when(place <= 1).then(pl.lit(_RING_MAIL)),
            "payer_account": pl.when(place >= 1).then(pl.lit(_RING_ACCOUNT)),
        }
    changes = sold.select("customer_ix", **shared)
    world = world.changed(customers=overwrite(world.customers, "customer_ix", changes))
    world = _reachable(world, partners, plan.level)
    subjects = sold.select(pl.col("started_on").min()).join(
        pl.DataFrame({"partner_ix": partners}, schema={"partner_ix": pl.Int64}), how="cross"
    )
    world = accuse(world, plan, sold, kind="contract")
    return accuse(world, plan, subjects, kind="partner")


def _reachable(world: World, partners: tuple[int, ...], level: int) -> World:
    """On the first two levels a rep of each partner, too, answers the ring's telephone."""
    if level > SECOND:
        return world
    phone = pl.lit(_RING_PHONE if level == SECOND else world.partners["phone"][partners[0]])
    founders = pl.DataFrame({"rep_ix": partners}, schema={"rep_ix": pl.Int64})
    changes = founders.with_columns(phone=phone)
    return world.changed(reps=overwrite(world.reps, "rep_ix", changes))
