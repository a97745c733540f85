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
partner_kind,product_id,stage,required_evidence,basis,base_amount,fixed_yen,ppm,clawback_method,clawback_months
referral_agency,,lead,,fixed,,3000,,,
referral_agency,,contract,consent_form,fixed,,15000,,full,6
sales_agency,,contract,consent_form,rate,first_year,,150000,linear,12
sales_agency,P-05,contract,consent_form,rate,initial,,200000,full,6
sales_agency,,onboarding,onboarding_report,fixed,,8000,,,
sales_agency,,renewal,,rate,event,,50000,,
reseller,,contract,consent_form;application_form,rate,first_year,,220000,linear,6
reseller,,upsell,,rate,event,,100000,,
co_seller,,agreement,,fixed,,5000,,,
co_seller,,contract,consent_form,rate,first_year,,100000,full,3
co_seller,,customer_success,,fixed,,4000,,,
"""
# Partners bound to their part of the country: these prefectures together, or their own alone.
_NEIGHBOURS = (
    "東京都;神奈川県;埼玉県;千葉県",
    "大阪府;京都府;兵庫県;奈良県",
    "愛知県;岐阜県;三重県",
    "福岡県;佐賀県;熊本県",
)
TERRITORY_PARTNERS = (3, 7, 14)
UNSIGNED_PARTNER, AMBIGUOUS_PARTNER, DRAFT_PARTNER, SELF_APPROVED_PARTNER, TIER_DRAFT_PARTNER = (
    20,
    22,
    5,
    12,
    1,
)


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


def make_terms(agreements: pl.DataFrame) -> pl.DataFrame:
    """The templates of a partner's kind × its agreement versions, plus what must never pay."""
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
        tier_measure=pl.lit(None, pl.String),
    )
    terms = pl.concat([joined, *_terms_that_never_pay(joined)], how="diagonal_relaxed")
    return terms.with_columns(
        term_id=pl.format("T-{}", pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(4)),
        payee=pl.lit("seller"),
        rate=(pl.col("ppm") / 1_000_000).round(6),
    )


def make_tiers(terms: pl.DataFrame) -> pl.DataFrame:
    """Bands of the what-if draft, the only tiered term."""
    bands = pl.DataFrame({"from_value": [0, 10, 30], "rate": [0.12, 0.15, 0.18]})
    return (
        terms.filter(pl.col("tier_measure") == "count").select("term_id").join(bands, how="cross")
    )


def _terms_that_never_pay(terms: pl.DataFrame) -> tuple[pl.DataFrame, ...]:
    """An unapproved draft, a self-approved one, a what-if with tiers, a double (ambiguous)."""
    contract = terms.filter((pl.col("stage") == "contract") & pl.col("product_id").is_null())
    renewal = {
        "stage": pl.lit("upsell"),
        "basis": pl.lit("fixed"),
        "base_amount": pl.lit(None, pl.String),
    }
    bonus = {
        **renewal,
        "fixed_yen": pl.lit(20_000),
        "ppm": pl.lit(None, pl.Int64),
        "clawback_method": pl.lit(None, pl.String),
        "clawback_months": pl.lit(None, pl.Int64),
    }
    return (
        _of(contract, DRAFT_PARTNER).with_columns(
            **bonus, approved_by=pl.lit(None, pl.String), approved_on=pl.lit(None, pl.Date)
        ),
        _of(contract, SELF_APPROVED_PARTNER).with_columns(
            **bonus, approved_by=pl.col("proposed_by")
        ),
        _of(contract, AMBIGUOUS_PARTNER).with_columns(fixed_yen=pl.col("fixed_yen") + 5_000),
        _of(contract, TIER_DRAFT_PARTNER).with_columns(
            scenario=pl.lit("volume_plan"),
            ppm=pl.lit(None, pl.Int64),
            tier_measure=pl.lit("count"),
            tier_window=pl.lit("month"),
            tier_mode=pl.lit("marginal"),
            approved_by=pl.lit(None, pl.String),
            approved_on=pl.lit(None, pl.Date),
        ),
    )


def _of(terms: pl.DataFrame, partner_ix: int) -> pl.DataFrame:
    return terms.filter(pl.col("partner_ix") == partner_ix)
