"""What is sold and what is promised for it: price list, agreements, commission terms."""

from __future__ import annotations

import numpy as np
import polars as pl

from .world import Period, happens

# The last four columns are hidden: the usual term, how easily it sells, how often it is cancelled.
_PRODUCTS = """
product_id,product_name,product_category,list_initial_yen,list_monthly_yen,gross_margin_rate,max_discount_rate,term_months,ease,hazard,popularity
P-01,クラウド勤怠,SaaS,30000,12000,0.72,0.15,12,0.15,0.012,0.26
P-02,クラウド会計,SaaS,50000,19800,0.75,0.10,12,0.00,0.010,0.20
P-03,光回線ビジネス,通信,18000,5800,0.35,0.10,12,0.30,0.022,0.22
P-04,クラウドPBX,通信,40000,8000,0.50,0.10,6,0.05,0.018,0.14
P-05,セキュリティ診断,役務,280000,0,0.55,0.20,12,-0.40,0.004,0.08
P-06,Web予約,SaaS,0,9800,0.80,0.05,6,0.10,0.026,0.10
"""
# What each kind of partner is promised; rates in parts per million, before the rank's factor.
_TEMPLATES = """
partner_kind,product_id,stage,required_evidence,basis,base_amount,fixed_yen,ppm,clawback_method,clawback_months,recurring_months,requires_collection,tier_measure,tier_window,tier_mode,cap_window_yen,maturation_days
referral_agency,,lead,,fixed,,3000,,,,,,,,,,
referral_agency,,contract,consent_form,fixed,,15000,,full,6,,,,month,,150000,
sales_agency,,contract,consent_form,rate,first_year,,150000,linear,12,,,count,month,marginal,,30
sales_agency,P-05,contract,consent_form,rate,initial,,200000,full,6,,,,,,,
sales_agency,,onboarding,onboarding_report,fixed,,8000,,,,,,,,,,
sales_agency,,renewal,,rate,event,,50000,,,,,,,,,
reseller,,contract,consent_form;application_form,rate,first_year,,160000,stepped,6,,,,,,,
reseller,,contract,consent_form,rate,monthly,,60000,,,12,true,,,,,
reseller,,upsell,,rate,event,,100000,,,,,,,,,
co_seller,,agreement,,fixed,,5000,,,,,,,,,,
co_seller,,contract,consent_form,rate,first_year,,100000,full,3,,,amount,quarter,slab,,
co_seller,,customer_success,,fixed,,4000,,,,,,,,,,
"""
# Bands of tiered terms: from which number or yen on, in percent of the lowest band's rate.
_BANDS = pl.DataFrame(
    {
        "tier_measure": ["count"] * 3 + ["amount"] * 3,
        "from_value": [0, 8, 20, 0, 1_000_000, 3_000_000],
        "percent": [100, 120, 140, 100, 115, 130],
    }
)
# What a stepped clawback leaves from which month on.
_STEPS = pl.DataFrame({"from_month": [1, 3], "keep_rate": [0.3, 0.6]})
# An upper partner's share (ppm) of what its sub-agents sell.
_OVERRIDE_PPM = 20_000
# A plan somebody thinks about: the whole month at the band reached, instead of what lies above it.
PLAN = "whole_month_at_band"
# Partners bound to their part of the country: these prefectures together, or their own alone.
_NEIGHBOURS = (
    "東京都;神奈川県;埼玉県;千葉県",
    "大阪府;京都府;兵庫県;奈良県",
    "愛知県;岐阜県;三重県",
    "福岡県;佐賀県;熊本県",
)
TERRITORY_PARTNERS = (3, 7, 14)
UNSIGNED_PARTNER, AMBIGUOUS_PARTNER, DRAFT_PARTNER, SELF_APPROVED_PARTNER = 20, 22, 5, 12


def make_products() -> pl.DataFrame:
    return (
        pl.read_csv(_PRODUCTS.strip().encode())
        .with_row_index("product_ix")
        .with_columns(pl.col("product_ix").cast(pl.Int64))
    )


def make_agreements(
    rng: np.random.Generator, partners: pl.DataFrame, period: Period
) -> pl.DataFrame:
    """First versions from the day of joining; two of five get a second one this fiscal year."""
    n, year = partners.height, period.fiscal_year_start
    first = partners.select(
        "partner_ix",
        "partner_id",
        "partner_kind",
        "rank",
        agreement_id=pl.col("partner_id").str.replace("PT", "A"),
        version=pl.lit(1),
        # One partner sold for half a year before anybody signed: decisions say no_agreement.
        effective_from=pl.when(pl.col("partner_ix") == UNSIGNED_PARTNER)
        .then(pl.max_horizontal("joined_on", pl.lit(period.first_day)).dt.offset_by("180d"))
        .otherwise("joined_on"),
        closing_day=pl.Series(rng.choice([31, 20, 25], n, p=[0.6, 0.25, 0.15])),
        payment_month_offset=pl.lit(1),
        payment_day=pl.Series(rng.choice([31, 25, 20], n, p=[0.6, 0.2, 0.2])),
        holiday_shift=pl.Series(rng.choice(["previous", "next"], n, p=[0.7, 0.3])),
        subcontracting_allowed=pl.col("partner_ix").is_in(partners["parent_ix"].implode())
        | pl.Series(happens(rng, n, 0.3)),
        clawback_netting_allowed=pl.Series(happens(rng, n, 0.75)),
        territory=pl.when(pl.col("partner_ix").is_in(TERRITORY_PARTNERS)).then(
            _around("prefecture")
        ),
    )
    renewed = first.filter(pl.Series(happens(rng, n, 0.4)) & (pl.col("effective_from") < year))
    second = renewed.with_columns(version=pl.lit(2), effective_from=pl.lit(year))
    return pl.concat([first, second]).with_columns(
        effective_to=pl.lit(None, pl.Date), signed_on=pl.col("effective_from").dt.offset_by("-7d")
    )


def _around(prefecture: str) -> pl.Expr:
    around = {own: group for group in _NEIGHBOURS for own in group.split(";")}
    return pl.col(prefecture).replace(around)


def make_terms(agreements: pl.DataFrame, partners: pl.DataFrame) -> pl.DataFrame:
    """The templates of a partner's kind × its agreement versions, the upper partners' overrides,
    a what-if plan, and what must never pay."""
    templates = pl.read_csv(_TEMPLATES.strip().encode()).with_row_index("template")
    factor = pl.col("rank").replace_strict(
        {"gold": 110, "silver": 100, "bronze": 90}, return_dtype=pl.Int64
    )
    # Version 2 is a little dearer: the rate that counts is the one at the sale.
    step = pl.when(pl.col("version") == 1).then(100).otherwise(105)
    joined = agreements.join(
        templates, on="partner_kind", maintain_order="left_right"
    ).with_columns(
        agreement_version="version",
        ppm=pl.col("ppm") * factor * step // 10_000,
        proposed_by=pl.lit("k.tanaka"),
        approved_by=pl.lit("y.sato"),
        approved_on=pl.col("effective_from").dt.offset_by("-5d"),
        scenario=pl.lit(None, pl.String),
        payee=pl.lit("seller"),
    )
    one_off = joined.filter(
        pl.col("stage") == "contract", pl.col("product_id").is_null(), ~_is_recurring()
    )
    others = (_overrides(one_off, partners), _plan(one_off), *_terms_that_never_pay(one_off))
    terms = pl.concat([joined, *others], how="diagonal_relaxed")
    return terms.with_columns(
        term_id=pl.format("T-{}", pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(4)),
        rate=pl.when(pl.col("tier_measure").is_null()).then((pl.col("ppm") / 1_000_000).round(6)),
    )


def make_tiers(terms: pl.DataFrame) -> pl.DataFrame:
    """Bands of the tiered terms, each priced from the term's own rate."""
    banded = terms.join(_BANDS, on="tier_measure", maintain_order="left_right")
    rate = (pl.col("ppm") * pl.col("percent") // 100 / 1_000_000).round(6)
    return banded.select("term_id", "from_value", rate=rate)


def make_steps(terms: pl.DataFrame) -> pl.DataFrame:
    """Steps of the terms whose clawback is stepped."""
    stepped = terms.filter(pl.col("clawback_method") == "stepped")
    return stepped.select("term_id").join(_STEPS, how="cross", maintain_order="left_right")


def _is_recurring() -> pl.Expr:
    return pl.col("recurring_months").is_not_null()


def _overrides(contract: pl.DataFrame, partners: pl.DataFrame) -> pl.DataFrame:
    """What an upper partner earns on its sub-agents' contracts."""
    uppers = contract.filter(pl.col("partner_ix").is_in(partners["parent_ix"].implode()))
    return uppers.with_columns(
        payee=pl.lit("parent"),
        basis=pl.lit("rate"),
        base_amount=pl.lit("first_year"),
        ppm=pl.lit(_OVERRIDE_PPM, pl.Int64),
        clawback_method=pl.lit("full"),
        clawback_months=pl.lit(6, pl.Int64),
        **_without("fixed_yen", "cap_window_yen", "maturation_days", dtype=pl.Int64()),
        **_without("tier_measure", "tier_window", "tier_mode", dtype=pl.String()),
    )


def _plan(contract: pl.DataFrame) -> pl.DataFrame:
    """A draft of every marginal tier: what would a slab cost?"""
    return contract.filter(pl.col("tier_mode") == "marginal").with_columns(
        scenario=pl.lit(PLAN),
        tier_mode=pl.lit("slab"),
        **_without("approved_by", dtype=pl.String()),
        **_without("approved_on", dtype=pl.Date()),
    )


def _terms_that_never_pay(contract: pl.DataFrame) -> tuple[pl.DataFrame, ...]:
    """An unapproved draft, a self-approved one, a double (ambiguous)."""
    bonus = {
        "stage": pl.lit("upsell"),
        "basis": pl.lit("fixed"),
        "fixed_yen": pl.lit(20_000, pl.Int64),
        **_without("base_amount", "clawback_method", dtype=pl.String()),
        **_without("tier_measure", "tier_window", "tier_mode", dtype=pl.String()),
        **_without("ppm", "clawback_months", "cap_window_yen", "maturation_days", dtype=pl.Int64()),
    }
    return (
        _of(contract, DRAFT_PARTNER)[-1:].with_columns(
            **bonus,
            **_without("approved_by", dtype=pl.String()),
            **_without("approved_on", dtype=pl.Date()),
        ),
        _of(contract, SELF_APPROVED_PARTNER)[-1:].with_columns(
            **bonus, approved_by=pl.col("proposed_by")
        ),
        _of(contract, AMBIGUOUS_PARTNER).with_columns(fixed_yen=pl.col("fixed_yen") + 5_000),
    )


def _without(*names: str, dtype: pl.DataType) -> dict[str, pl.Expr]:
    return dict.fromkeys(names, pl.lit(None, dtype))


def _of(terms: pl.DataFrame, partner_ix: int) -> pl.DataFrame:
    return terms.filter(pl.col("partner_ix") == partner_ix)
