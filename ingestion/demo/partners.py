"""Who sells: partners, their sub-agents two levels down, and their registered reps."""

from __future__ import annotations

import numpy as np
import polars as pl

from .business_days import Days, Numbers
from .places import bank_accounts, draw_cities, landlines, mobiles, streets
from .world import Period, corporate_numbers, happens, names

FIRST_TIER, SECOND_TIER, THIRD_TIER = 38, 16, 6
PARTNERS = FIRST_TIER + SECOND_TIER + THIRD_TIER
UPPER_AGENCIES = 10  # the first partners are the big sales agencies that may have sub-agents
_TRADES = (
    "パートナーズ",
    "コミュニケーションズ",
    "セールス",
    "エージェント",
    "商会",
    "マーケティング",
)
_TRADE_ROMAJI = ("partners", "com", "sales", "agent", "shokai", "mkt")
_KINDS = ("sales_agency", "referral_agency", "reseller", "co_seller")


def make_partners(rng: np.random.Generator, period: Period) -> pl.DataFrame:
    """One row a partner: the canonical columns, and hidden ones (`weight`, `quality`, city …)."""
    parent = _parents(rng)
    kind = _kinds(rng)
    individual = (kind == 1) & (happens(rng, PARTNERS, 0.35))
    frame = pl.DataFrame(
        {
            "partner_ix": np.arange(PARTNERS),
            "parent_ix": parent,
            "partner_kind": np.take(_KINDS, kind),
            "is_individual": individual,
            "rank": rng.choice(["gold", "silver", "bronze"], PARTNERS, p=[0.2, 0.5, 0.3]),
            "weight": rng.lognormal(0.0, 0.7, PARTNERS) * np.where(parent >= 0, 0.5, 1.0),
            "quality": rng.normal(0.0, 0.35, PARTNERS),
            "joined_on": _joined(rng, parent, period),
        }
    )
    return _identified(rng, _named(rng, frame))


def make_reps(rng: np.random.Generator, partners: pl.DataFrame, period: Period) -> pl.DataFrame:
    """One row a rep. `rep_ix` = `partner_ix` is the partner's founder: never leaves."""
    extra = rng.poisson(np.clip(partners["weight"].to_numpy() * 2.5, 0.3, 9))
    extra = np.where(partners["is_individual"].to_numpy(), 0, extra)
    owner = np.concatenate([np.arange(PARTNERS), np.repeat(np.arange(PARTNERS), extra)])
    founder = np.arange(len(owner)) < PARTNERS
    joined = partners["joined_on"].to_numpy()[owner]
    room = (np.datetime64(period.last_day) - joined).astype(np.int64)
    started = joined + np.where(founder, 0, (rng.random(len(owner)) ** 2 * room * 0.9).astype(int))
    stays = rng.integers(90, 420, len(owner))
    leaves = ~founder & (happens(rng, len(owner), 0.2))
    ended = np.where(leaves, started + stays, np.datetime64("NaT"))
    people = draw_people(rng, len(owner))
    return (
        people.select(
            rep_ix=pl.int_range(pl.len()),
            partner_ix=pl.Series(owner),
            rep_name=pl.format("{} {}", "surname", "given"),
            local=pl.format("{}.{}", "surname_romaji", pl.col("given_romaji").str.head(1)),
            phone=pl.Series(mobiles(rng, len(owner))),
            started_on=pl.Series(started),
            ended_on=pl.Series(
                np.where(ended <= np.datetime64(period.last_day), ended, np.datetime64("NaT"))
            ),
            skill=pl.Series(rng.normal(0.0, 0.25, len(owner))),
        )
        .join(partners.select("partner_ix", "domain"), on="partner_ix", maintain_order="left")
        .with_columns(
            rep_id=pl.format("R-{}", pl.col("rep_ix").cast(pl.String).str.zfill(4)),
            email=pl.format("{}{}@{}", "local", "rep_ix", "domain"),
        )
    )


def draw_people(rng: np.random.Generator, n: int) -> pl.DataFrame:
    """Names of n persons: surname, given (kanji), …_kana, …_romaji."""
    surnames, given = names("surnames"), names("given_names")
    # Few surnames are very common: the square puts the draw towards the head of the list.
    first = surnames[(rng.random(n) ** 2 * surnames.height).astype(np.int64)]
    second = given[rng.integers(0, given.height, n)]
    return pl.concat(
        [
            first.select(surname="kanji", surname_kana="kana", surname_romaji="romaji"),
            second.select(given="kanji", given_kana="kana", given_romaji="romaji"),
        ],
        how="horizontal",
    )


def _parents(rng: np.random.Generator) -> Numbers:
    top = np.full(FIRST_TIER, -1)
    second = rng.integers(0, UPPER_AGENCIES, SECOND_TIER)
    third = rng.integers(FIRST_TIER, FIRST_TIER + SECOND_TIER, THIRD_TIER)
    return np.concatenate([top, second, third])


def _kinds(rng: np.random.Generator) -> Numbers:
    drawn = rng.choice(4, PARTNERS, p=[0.3, 0.4, 0.18, 0.12])
    is_agency = (np.arange(PARTNERS) < UPPER_AGENCIES) | (np.arange(PARTNERS) >= FIRST_TIER)
    return np.where(is_agency, 0, drawn)


def _joined(rng: np.random.Generator, parent: Numbers, period: Period) -> Days:
    """Seven of ten were there before the first day; a sub-agent follows its upper agency."""
    first, last = np.datetime64(period.first_day), np.datetime64(period.last_day)
    before = first - rng.integers(30, 1000, PARTNERS)
    during = first + (rng.random(PARTNERS) * (last - first).astype(np.int64) * 0.7).astype(np.int64)
    late = (happens(rng, PARTNERS, 0.3)) & (np.arange(PARTNERS) >= UPPER_AGENCIES)
    joined = np.where(late, during, before)
    for _ in range(2):  # two levels of sub-agents
        joined = np.where(parent >= 0, np.maximum(joined, joined[parent] + 20), joined)
    return joined


def _named(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
    stems, people = names("company_stems"), draw_people(rng, PARTNERS)
    stem = stems[rng.permutation(stems.height)[:PARTNERS]]
    trade = rng.integers(0, len(_TRADES), PARTNERS)
    cities = names("cities")
    city = draw_cities(rng, PARTNERS)
    at = cities[city]
    return frame.with_columns(
        partner_id=pl.format("PT-{}", (pl.col("partner_ix") + 1).cast(pl.String).str.zfill(3)),
        partner_name=pl.when("is_individual")
        .then(people["surname"] + pl.Series(np.take(["企画", "事務所", "商店"], trade % 3)))
        .otherwise("株式会社" + stem["kanji"] + pl.Series(np.take(_TRADES, trade))),
        domain=stem["romaji"] + "-" + pl.Series(np.take(_TRADE_ROMAJI, trade)) + ".example",
        city_ix=pl.Series(city),
        prefecture=at["prefecture"],
        address=at["prefecture"] + at["city"] + at["town"] + streets(rng, PARTNERS),
        phone=landlines(at["area_code"], pl.Series(200_100 + np.arange(PARTNERS) * 37)),
    )


def _identified(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
    number, own_number = corporate_numbers(rng, PARTNERS), corporate_numbers(rng, PARTNERS)
    registered = ~pl.Series(happens(rng, PARTNERS, 0.15))
    regime = pl.Series(
        rng.choice(["contract_only", "unknown", "toriteki"], PARTNERS, p=[0.6, 0.25, 0.15])
    )
    return frame.with_columns(
        is_gaikoin=pl.col("is_individual"),
        alliance_kind=pl.lit("business"),
        legal_regime=pl.when("is_individual").then(pl.lit("freelance")).otherwise(regime),
        corporate_number=pl.when("is_individual").then(None).otherwise(number),
        invoice_number=pl.when(registered).then(
            pl.when("is_individual").then("T" + own_number).otherwise("T" + number)
        ),
        email=pl.format("info@{}", "domain"),
        bank_account=bank_accounts(rng, PARTNERS),
        ended_on=pl.lit(None, pl.Date),
        parent_partner_id=pl.when(pl.col("parent_ix") >= 0).then(
            pl.format("PT-{}", (pl.col("parent_ix") + 1).cast(pl.String).str.zfill(3))
        ),
    )
