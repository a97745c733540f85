"""Contacts that reach nobody: invented numbers and addresses, one at a time or by the dozen."""

from __future__ import annotations

import numpy as np
import polars as pl

from ..labels import overwrite, renumbered, some
from ..world import World, at_time_of_day
from .acts import HALF, Plan, accuse, fresh_customers, own_leads
from .duplicates import enter_leads

# Mail boxes that live for minutes; the first ones everybody has heard of.
_THROWN_AWAY = ("mailinator.com", "10minutemail.com", "guerrillamail.com", "yopmail.com")
_INVENTED_PHONES = ("000-0000-0000", "03-0000-0000", "090-0000-0000", "0120-000-000")
_HALF_YEAR = 6_000  # leads of the world for each burst


def invalid_contacts(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """A list is filled up: numbers and mail that nobody answers, among leads that lead nowhere.

    Blatant: both are nonsense. Subtle: a real-looking number that is one digit short, or mail of a
    box that is gone in ten minutes.
    """
    idle = own_leads(world, plan.partner, plan.start).filter(pl.col("agreed_on").is_null())
    chosen = some(rng, idle, plan.at(0.7, 0.45, 0.3, 0.18), 6).unique("customer_ix", keep="first")
    chosen = chosen.sort("lead_ix")
    n = chosen.height
    customer = chosen.select("customer_ix").join(
        world.customers, on="customer_ix", maintain_order="left"
    )
    box = pl.Series(np.take(_THROWN_AWAY, rng.integers(0, len(_THROWN_AWAY), n)), dtype=pl.String)
    local = customer["email"].str.split("@").list.first()
    thrown = pl.select(pl.format("{}@{}", local, box)).to_series()
    impossible = pl.Series(
        [f"090-0{k:03d}-{j:04d}" for k, j in rng.integers(0, 999, (n, 2))], dtype=pl.String
    )
    obvious = pl.Series(np.take(_INVENTED_PHONES, rng.integers(0, 4, n)), dtype=pl.String)
    short = customer["phone"].str.slice(0, customer["phone"].str.len_chars() - 1)
    only_phone = pl.Series(rng.random(n) < HALF)
    broken = pl.select(pl.format("{}@{}", local, pl.lit("aaa"))).to_series()
    email = plan.at(broken, thrown, thrown, thrown.zip_with(~only_phone, customer["email"]))
    phone = plan.at(
        obvious, impossible, impossible.zip_with(only_phone, customer["phone"]),
        short.zip_with(only_phone, customer["phone"]),
    )  # fmt: skip
    changes = customer.select("customer_ix", phone=phone, email=email)
    world = world.changed(customers=overwrite(world.customers, "customer_ix", changes))
    return accuse(world, plan, chosen, kind="lead", whole=True)


def similar_contact_farm(rng: np.random.Generator, world: World, plan: Plan) -> World:
    """Bursts of invented companies with phones that count upwards.

    Blatant: fourteen in an evening at one address. Subtle: five in six days, numbers some steps
    apart, each at an address of its own, and mail that differs by a digit.
    """
    size, spread = plan.at(14, 12, 8, 5), plan.at(1, 1, 3, 7)
    bursts = max(1, world.leads.height // _HALF_YEAR)
    models = world.leads.filter(pl.col("partner_ix") == plan.partner)
    span = (world.period.last_day - plan.start).days - 45
    first = np.datetime64(plan.start) + rng.integers(0, span, bursts).astype("timedelta64[D]")
    within = np.sort(rng.integers(0, spread, (bursts, size)), axis=1).astype("timedelta64[D]")
    at = at_time_of_day(rng, (first[:, None] + within).ravel(), 20, 21)
    steps = rng.integers(1, plan.at(2, 2, 4, 10), (bursts, size)).cumsum(axis=1)
    numbers = (rng.integers(100, 900, bursts)[:, None] + steps).ravel()
    invented = _invented(rng, world, plan, numbers, size)
    models = models[rng.integers(0, models.height, invented.height)]
    world, leads = enter_leads(world, models, invented, at, plan.partner)
    return accuse(world, plan, leads, kind="lead")


def _invented(
    rng: np.random.Generator, world: World, plan: Plan, numbers: np.ndarray, size: int
) -> pl.DataFrame:
    found = fresh_customers(rng, world, len(numbers))
    found = renumbered(found, "place", 0)
    burst, place = pl.col("place") // size, pl.col("place") % size
    one = plan.at(True, True, False, False)
    town = pl.col("address").first().over(burst) if one else pl.col("address")
    local = pl.col("email").str.split("@").list.first().str.replace_all(r"[.\d]", "")
    return found.with_columns(
        phone=pl.Series([f"03-5600-{number:04d}" for number in numbers]),
        address=town,
        prefecture=pl.col("prefecture").first().over(burst) if one else pl.col("prefecture"),
        corporate_number=pl.lit(None, pl.String),
        email=pl.format("{}{}@gmail.com", local.first().over(burst), place + 1),
    ).drop("place")
