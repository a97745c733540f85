"""Who sells: partners, their sub-agents two levels down, and their registered reps."""

from __future__ import annotations

import numpy as np
import polars as pl

from .business_days import Days, Numbers
from .places import bank_accounts, draw_cities, landlines, mobiles, streets
from .world import Period, corporate_numbers, happens, names

PARTNERS = 60
UPPER_AGENCIES = 10  # the first partners are the big sales agencies that may have sub-agents
_SECOND_TIER_OF, _THIRD_TIER_OF = 16, 6  # of sixty partners
_FIRST_NUMBER, _NUMBERS = 200_100, 9_800  # the partners' own telephone numbers
_TRADES = (
    "パートナーズ",
    "コミュニケーションズ",
    "セールス",
    "エージェント",
    "商会",
    "マーケティング",
)
_TRADE_ROMAJI = ("partners", "com", "sales", "agent", "shokai", "mkt")
_REGIONS = ("", "東日本", "西日本", "中央")
_KINDS = ("sales_agency", "referral_agency", "reseller", "co_seller")


def first_tier(partners: int) -> int:
    """How many of so many partners are nobody's sub-agents: 38 of 60. They come first."""
    return partners - sum(_lower_tiers(partners))


def make_partners(rng: np.random.Generator, period: Period, n: int = PARTNERS) -> pl.DataFrame:
    """One row a partner: the canonical columns, and hidden ones (`weight`, `quality`, city …).

    Partners differ in what their customers do (`churn` times the product's hazard), in their hours
    (`opens`, 8 to 11) and in the care they take of a telephone number (`bad_phones`, a share).
    """
    parent = _parents(rng, n)
    kind = _kinds(rng, n)
    individual = (kind == 1) & (happens(rng, n, 0.35))
    frame = pl.DataFrame(
        {
            "partner_ix": np.arange(n),
            "parent_ix": parent,
            "partner_kind": np.take(_KINDS, kind),
            "is_individual": individual,
            "rank": rng.choice(["gold", "silver", "bronze"], n, p=[0.2, 0.5, 0.3]),
            "weight": rng.lognormal(0.0, 0.7, n) * np.where(parent >= 0, 0.5, 1.0),
            "quality": rng.normal(0.0, 0.35, n),
            "joined_on": _joined(rng, parent, period),
            "churn": rng.lognormal(0.0, 0.3, n),
            "opens": rng.integers(8, 12, n),
            "bad_phones": rng.beta(4.0, 76.0, n),
        }
    )
    return _identified(rng, _named(rng, frame))


def make_reps(rng: np.random.Generator, partners: pl.DataFrame, period: Period) -> pl.DataFrame:
    """One row a rep. `rep_ix` = `partner_ix` is the partner's founder: never leaves."""
    n = partners.height
    extra = rng.poisson(np.clip(partners["weight"].to_numpy() * 2.5, 0.3, 9))
    extra = np.where(partners["is_individual"].to_numpy(), 0, extra)
    owner = np.concatenate([np.arange(n), np.repeat(np.arange(n), extra)])
    founder = np.arange(len(owner)) < n
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
            # Days without a valid course, see `enablement`; honest reps have none.
            lapse_from=pl.lit(None, pl.Date),
            lapse_to=pl.lit(None, pl.Date),
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


def _lower_tiers(n: int) -> tuple[int, int]:
    return n * _SECOND_TIER_OF // PARTNERS, n * _THIRD_TIER_OF // PARTNERS


def _parents(rng: np.random.Generator, n: int) -> Numbers:
    first, (seconds, thirds) = first_tier(n), _lower_tiers(n)
    top = np.full(first, -1)
    second = rng.integers(0, UPPER_AGENCIES, seconds)
    third = rng.integers(first, first + seconds, thirds)
    return np.concatenate([top, second, third])


def _kinds(rng: np.random.Generator, n: int) -> Numbers:
    drawn = rng.choice(4, n, p=[0.3, 0.4, 0.18, 0.12])
    is_agency = (np.arange(n) < UPPER_AGENCIES) | (np.arange(n) >= first_tier(n))
    return np.where(is_agency, 0, drawn)


def _joined(rng: np.random.Generator, parent: Numbers, period: Period) -> Days:
    """Seven of ten were there before the first day; a sub-agent follows its upper agency."""
    n = len(parent)
    first, last = np.datetime64(period.first_day), np.datetime64(period.last_day)
    before = first - rng.integers(30, 1000, n)
    during = first + (rng.random(n) * (last - first).astype(np.int64) * 0.7).astype(np.int64)
    late = (happens(rng, n, 0.3)) & (np.arange(n) >= UPPER_AGENCIES)
    joined = np.where(late, during, before)
    for _ in range(2):  # two levels of sub-agents
        joined = np.where(parent >= 0, np.maximum(joined, joined[parent] + 20), joined)
    return joined


def _named(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
    n, stems = frame.height, names("company_stems")
    people = draw_people(rng, n)
    # Every name once: when all stems are used they come again, with other trades, then regions.
    nth = np.arange(n) // stems.height
    place = np.concatenate([rng.permutation(stems.height) for _ in range(nth.max() + 1)])[:n]
    first_trade = rng.integers(0, len(_TRADES), stems.height)
    trade = (first_trade[place] + nth) % len(_TRADES)
    region = np.take(_REGIONS, nth // len(_TRADES))
    stem = stems[place]
    cities = names("cities")
    city = draw_cities(rng, n)
    at = cities[city]
    numbers = _FIRST_NUMBER + np.arange(n) * min(37, _NUMBERS // n)
    return frame.with_columns(
        partner_id=pl.format("PT-{}", (pl.col("partner_ix") + 1).cast(pl.String).str.zfill(3)),
        partner_name=pl.when("is_individual")
        .then(people["surname"] + pl.Series(np.take(["企画", "事務所", "商店"], trade % 3)))
        .otherwise(
            "株式会社" + pl.Series(region) + stem["kanji"] + pl.Series(np.take(_TRADES, trade))
        ),
        domain=stem["romaji"]
        + "-"
        + pl.Series(np.take(_TRADE_ROMAJI, trade))
        + pl.Series(np.take(("", "-east", "-west", "-central"), nth // len(_TRADES)))
        + ".example",
        city_ix=pl.Series(city),
        prefecture=at["prefecture"],
        address=at["prefecture"] + at["city"] + at["town"] + streets(rng, n),
        phone=landlines(at["area_code"], pl.Series(numbers)),
    )


def _identified(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
    n = frame.height
    number, own_number = corporate_numbers(rng, n), corporate_numbers(rng, n)
    registered = ~pl.Series(happens(rng, n, 0.15))
    regime = pl.Series(rng.choice(["contract_only", "unknown", "toriteki"], n, p=[0.6, 0.25, 0.15]))
    return frame.with_columns(
        is_gaikoin=pl.col("is_individual"),
        alliance_kind=pl.lit("business"),
        legal_regime=pl.when("is_individual").then(pl.lit("freelance")).otherwise(regime),
        corporate_number=pl.when("is_individual").then(None).otherwise(number),
        invoice_number=pl.when(registered).then(
            pl.when("is_individual").then("T" + own_number).otherwise("T" + number)
        ),
        email=pl.format("info@{}", "domain"),
        bank_account=bank_accounts(rng, n),
        ended_on=pl.lit(None, pl.Date),
        parent_partner_id=pl.when(pl.col("parent_ix") >= 0).then(
            pl.format("PT-{}", (pl.col("parent_ix") + 1).cast(pl.String).str.zfill(3))
        ),
    )
