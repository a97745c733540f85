"""What happens to a lead: accepted, met, agreed, signed, started, cancelled.

Causes, not labels: a partner's quality, a rep's skill and a product's ease move every step's
odds, month ends move the dates, and later steps never come before earlier ones.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from .business_days import (
    Days,
    Flags,
    Numbers,
    Shares,
    day_weights,
    push_to_month_end,
    roll_forward,
)
from .catalog import TERRITORY_PARTNERS
from .places import draw_cities
from .world import CHANNELS, Period, at_time_of_day, happens

NEVER = np.datetime64("NaT", "D")
_CAMPAIGNS = ("検索広告", "展示会", "ウェビナー", "比較サイト", "メルマガ")
_REJECTIONS = ("重複", "情報不備", "対象外", "連絡不能")
_CHANNEL_ODDS = np.array([0.0, -0.35, 0.25])
_WORKING_HOURS = 9
# A partner has better and worse months: rates scatter more than chance alone makes them.
_MONTHLY_ODDS_SD = 0.25
# Partners whose clerk types the leads of the day in one sitting before going home.
EVENING_PARTNERS = (2, 11, 17)


def make_leads(
    rng: np.random.Generator,
    n: int,
    people: tuple[pl.DataFrame, pl.DataFrame],
    products: pl.DataFrame,
    period: Period,
) -> tuple[pl.DataFrame, Numbers]:
    """`n` leads in order of registration, and the city of every customer they name."""
    partners, reps = people
    days = _registrations(rng, n, period)
    channel = rng.choice(3, n, p=[0.7, 0.18, 0.12])
    partner = np.where(channel == 0, _draw_partners(rng, days, partners), -1)
    registered = _times(rng, days, partner, partners)
    rep = np.where(channel == 0, _draw_reps(rng, days, np.maximum(partner, 0), reps), -1)
    customer, visit, city = _draw_customers(rng, partner, partners)
    first_product = rng.choice(products.height, n, p=products["popularity"].to_numpy())
    frame = pl.DataFrame(
        {
            "lead_ix": np.arange(n),
            "registered_at": registered,
            "channel": np.take(CHANNELS, channel),
            "partner_ix": partner,
            "rep_ix": rep,
            "campaign": np.where(channel == 1, rng.choice(_CAMPAIGNS, n), ""),
            # A customer that comes again wants another product.
            "product_ix": (first_product[customer_first(customer)] + visit) % products.height,
            "customer_ix": customer,
            "has_ref": happens(rng, n, 0.93),
        }
    ).with_columns(
        pl.col("campaign").replace("", None),
        # When, if ever, a deal was given to its partner; what a partner's file does not tell.
        handed_on=pl.lit(None, pl.Date),
        is_blank_in_file=pl.lit(False),
    )
    return _progressed(rng, frame, people, products, period), city


def customer_first(customer: Numbers) -> Numbers:
    """For every lead, the place of the first lead of its customer."""
    _, first, inverse = np.unique(customer, return_index=True, return_inverse=True)
    places: Numbers = first[inverse]
    return places


def _registrations(rng: np.random.Generator, n: int, period: Period) -> Days:
    weights = day_weights(period.days, period.off)
    return np.sort(rng.choice(period.days, n, p=weights / weights.sum()))


def _times(rng: np.random.Generator, days: Days, partner: Numbers, partners: pl.DataFrame) -> Days:
    """Eight hours from each partner's own opening time; some type the day's list in the evening."""
    opens = np.append(partners["opens"].to_numpy(), 9)[partner]
    at = at_time_of_day(rng, days, 0, _WORKING_HOURS) + opens.astype("timedelta64[h]")
    evening = at_time_of_day(rng, days, 17, 19)
    return np.where(np.isin(partner, EVENING_PARTNERS), evening, at)


def _draw_partners(rng: np.random.Generator, days: Days, partners: pl.DataFrame) -> Numbers:
    """By weight among all; a partner that had not joined yet gives way to an early one."""
    weight, joined = partners["weight"].to_numpy(), partners["joined_on"].to_numpy()
    drawn = rng.choice(len(weight), len(days), p=weight / weight.sum())
    early = np.flatnonzero(joined < days.min())
    other = rng.choice(early, len(days), p=weight[early] / weight[early].sum())
    return np.where(joined[drawn] < days, drawn, other)


def _draw_reps(
    rng: np.random.Generator, days: Days, partner: Numbers, reps: pl.DataFrame
) -> Numbers:
    """A rep of the partner at work that day, else its founder (`rep_ix` = `partner_ix`)."""
    ordered = reps.sort("partner_ix", "rep_ix")
    owner, number = ordered["partner_ix"].to_numpy(), ordered["rep_ix"].to_numpy()
    starts = np.searchsorted(owner, np.arange(owner.max() + 2))
    at = starts[partner] + (rng.random(len(days)) * (starts[partner + 1] - starts[partner])).astype(
        int
    )
    rep = number[at]
    return np.where(is_at_work(rep, days, reps), rep, partner)


def is_at_work(rep: Numbers, days: Days, reps: pl.DataFrame) -> Flags:
    started, ended = reps["started_on"].to_numpy(), reps["ended_on"].to_numpy()
    at_work: Flags = (started[rep] <= days) & (np.isnat(ended[rep]) | (ended[rep] >= days))
    return at_work


def _draw_customers(
    rng: np.random.Generator, partner: Numbers, partners: pl.DataFrame
) -> tuple[Numbers, Numbers, Numbers]:
    """Customer number, which visit it is, and the city of each new customer (near its partner)."""
    n, home = len(partner), partners["city_ix"].to_numpy()
    # Now and then such a partner brings a customer from outside its territory.
    bound = np.isin(partner, TERRITORY_PARTNERS) & happens(rng, n, 0.92)
    again = (happens(rng, n, 0.06)) & ~bound & (np.arange(n) > 0)
    is_new = ~again
    number = np.cumsum(is_new) - 1
    earlier = (rng.random(n) * number).astype(np.int64)
    customer = np.where(is_new, number, earlier)
    visit = pl.Series(customer).to_frame("c").select(pl.int_range(pl.len()).over("c")).to_series()
    near = (partner >= 0) & (bound | (happens(rng, n, 0.6)))
    cities = np.where(near, home[partner], draw_cities(rng, n))
    return customer, visit.to_numpy(), cities[is_new]


def _progressed(
    rng: np.random.Generator,
    leads: pl.DataFrame,
    people: tuple[pl.DataFrame, pl.DataFrame],
    products: pl.DataFrame,
    period: Period,
) -> pl.DataFrame:
    """Decided, met, agreed or lost: days of what became of every lead."""
    n, off = leads.height, period.off
    days = leads["registered_at"].dt.date().to_numpy().astype("datetime64[D]")
    odds = _odds(leads, people, products) + _monthly_luck(rng, leads, people[0].height)
    decided = roll_forward(days + rng.integers(0, 3, n).astype("timedelta64[D]"), off)
    accepted = rng.random(n) < _chance(2.1 + odds)
    met = accepted & (rng.random(n) < _chance(0.75 + odds))
    meeting = roll_forward(decided + 2 + rng.gamma(2.0, 3.0, n).astype(int), off)
    agreed = met & (rng.random(n) < _chance(-0.35 + odds))
    agreed_on = push_to_month_end(
        rng, roll_forward(meeting + 2 + rng.gamma(2.0, 6.0, n).astype(int), off), off, 0.25
    )
    lost = (accepted & ~agreed) & (happens(rng, n, 0.8))
    lost_on = np.where(met, meeting, decided) + rng.integers(5, 60, n)
    reason = rng.choice(_REJECTIONS, n, p=[0.25, 0.35, 0.25, 0.15])
    # The CRM's clerks merge some duplicates weeks later: the row comes back as a tombstone.
    merged = ~accepted & (reason == "重複") & (happens(rng, n, 0.05))
    return leads.with_columns(
        decided_on=pl.Series(decided),
        is_rejected=pl.Series(~accepted),
        reject_reason=pl.Series(reason),
        meeting_on=pl.Series(np.where(met, meeting, NEVER)),
        agreed_on=pl.Series(np.where(agreed, agreed_on, NEVER)),
        lost_on=pl.Series(np.where(lost, lost_on, NEVER)),
        deleted_on=pl.Series(np.where(merged, decided + rng.integers(20, 60, n), NEVER)),
    )


def _odds(
    leads: pl.DataFrame, people: tuple[pl.DataFrame, pl.DataFrame], products: pl.DataFrame
) -> Shares:
    partners, reps = people
    partner, rep = leads["partner_ix"].to_numpy(), leads["rep_ix"].to_numpy()
    channel = (
        leads["channel"].replace_strict(dict(zip(CHANNELS, _CHANNEL_ODDS, strict=True))).to_numpy()
    )
    sells = partner >= 0
    quality = np.where(sells, partners["quality"].to_numpy()[partner], 0.0)
    skill = np.where(sells, reps["skill"].to_numpy()[rep], 0.0)
    ease = products["ease"].to_numpy()[leads["product_ix"].to_numpy()]
    odds: Shares = channel + quality + skill + ease
    return odds


def _monthly_luck(rng: np.random.Generator, leads: pl.DataFrame, partners: int) -> Shares:
    month = leads["registered_at"].to_numpy().astype("datetime64[M]").astype(np.int64)
    month -= month.min()
    luck = rng.normal(0.0, _MONTHLY_ODDS_SD, (partners + 1, month.max() + 1))
    drawn: Shares = luck[leads["partner_ix"].to_numpy(), month]
    return drawn


def _chance(odds: Shares) -> Shares:
    chance: Shares = 1.0 / (1.0 + np.exp(-odds))
    return chance
