"""Whom they sell to: companies with legal forms, kana, contacts, addresses, payers."""

from __future__ import annotations

import numpy as np
import polars as pl

from .business_days import Numbers
from .partners import draw_people
from .places import bank_accounts, landlines, streets
from .world import corporate_numbers, happens, names

_FREE_MAIL = ("gmail.com", "yahoo.co.jp", "outlook.jp")
_BAD_PHONES = 0.05
_FREE_MAIL_SHARE, _INFO_SHARE = 0.12, 0.18
# Customers' numbers start above the partners' own ones, so that a shared number is always meant.
_FIRST_NUMBER, _LAST_NUMBER = 210_000, 1_000_000


def make_customers(rng: np.random.Generator, cities: Numbers) -> pl.DataFrame:
    """One customer per city number given; every name × place, phone and domain exists once.

    Beside the canonical customer columns: the parts of the name (`form`, `short`, `wide`, `one`,
    `position`, `bare_name`) that partners write in their own ways, and `payer_account`.
    """
    n = len(cities)
    at = names("cities")[cities]
    forms = _forms(rng, n)
    frame = pl.concat(
        [_company_names(rng, at, forms), forms, draw_people(rng, n), at], how="horizontal"
    )
    number = rng.choice(_LAST_NUMBER - _FIRST_NUMBER, n, replace=False) + _FIRST_NUMBER
    return frame.with_columns(
        customer_ix=pl.int_range(pl.len()),
        corporate_number=corporate_numbers(rng, n),
        shows_number=pl.Series(happens(rng, n, 0.55)),
        phone=landlines(at["area_code"], pl.Series(number)),
        number=pl.Series(number),
        street=streets(rng, n),
        postal_end=pl.Series(rng.integers(1, 9000, n)).cast(pl.String).str.zfill(4),
        payer_account=bank_accounts(rng, n),
        mail_kind=pl.Series(rng.random(n)),
        free_mail=pl.Series(np.take(_FREE_MAIL, rng.integers(0, 3, n))),
    ).select(*_customer_columns())


def _customer_columns() -> tuple[pl.Expr, ...]:
    domain = pl.format("{}.example", "domain_stem")
    name = pl.when(pl.col("position") == "pre").then(pl.col("form") + pl.col("bare_name"))
    return (
        pl.col("customer_ix", "bare_name", "form", "short", "wide", "one", "position"),
        name.otherwise(pl.col("bare_name") + pl.col("form")).alias("company_name"),
        pl.col("company_name_kana"),
        pl.when("shows_number").then("corporate_number").alias("corporate_number"),
        pl.format("{} {}", "surname", "given").alias("contact_name"),
        pl.format("{} {}", "surname_kana", "given_kana").alias("contact_name_kana"),
        pl.when(pl.col("mail_kind") < _FREE_MAIL_SHARE)
        .then(pl.format("{}.{}@{}", "domain_stem", pl.col("number") % 1000, "free_mail"))
        .when(pl.col("mail_kind") < _FREE_MAIL_SHARE + _INFO_SHARE)
        .then(pl.format("info@{}", domain))
        .otherwise(
            pl.format("{}.{}@{}", pl.col("given_romaji").str.head(1), "surname_romaji", domain)
        )
        .alias("email"),
        pl.col("phone"),
        pl.format("{}-{}", "postal_prefix", "postal_end").alias("postal_code"),
        pl.col("prefecture"),
        (pl.col("prefecture") + pl.col("city") + pl.col("town") + pl.col("street")).alias(
            "address"
        ),
        pl.col("payer_account"),
    )


def _company_names(rng: np.random.Generator, at: pl.DataFrame, forms: pl.DataFrame) -> pl.DataFrame:
    """Three of ten names stand alone (東和商事), the others carry a place (横浜東和商事)."""
    stems, trades = names("company_stems"), names("company_trades")
    pairs = stems.height * trades.height
    alone = min(int(at.height * 0.3), pairs // 2)
    stand_alone = rng.permutation(at.height) < alone
    pair = rng.integers(0, pairs, at.height)
    pair[stand_alone] = rng.choice(pairs, alone, replace=False)
    stem, trade = stems[pair // trades.height], trades[pair % trades.height]
    place = pl.DataFrame({"place": at["place"], "alone": stand_alone}).select(
        pl.when("alone").then(pl.lit("")).otherwise("place")
    )
    frame = pl.DataFrame(
        {
            # A clinic is no steel mill: forms with a trade of their own bring its name.
            "bare": stem["kanji"] + _first_given(forms["trade"], trade["kanji"]),
            "kana": stem["kana"] + _first_given(forms["trade_kana"], trade["kana"]),
            "romaji": stem["romaji"] + "-" + _first_given(forms["trade_romaji"], trade["romaji"]),
            "place": place.to_series(),
            "place_kana": at["place_kana"],
            "place_romaji": at["place_romaji"],
        }
    ).with_columns(again=pl.int_range(pl.len()).over("place", "bare"))
    alone_here = pl.col("place") == ""
    # A second company of the same name and place is told apart as real ones are: 第二, 第三 …
    nth = (
        pl.when(pl.col("again") > 0)
        .then(pl.format("第{}", pl.col("again") + 1))
        .otherwise(pl.lit(""))
    )
    suffix = (
        pl.when(pl.col("again") > 0)
        .then(pl.format("{}", pl.col("again") + 1))
        .otherwise(pl.lit(""))
    )
    return frame.select(
        bare_name=pl.col("place") + nth + pl.col("bare"),
        company_name_kana=pl.when(alone_here)
        .then("kana")
        .otherwise(pl.col("place_kana") + pl.col("kana")),
        domain_stem=pl.when(alone_here)
        .then("romaji")
        .otherwise(pl.format("{}-{}", "place_romaji", "romaji"))
        + suffix,
    )


def _first_given(special: pl.Series, usual: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(special, usual)).to_series()


def _forms(rng: np.random.Generator, n: int) -> pl.DataFrame:
    forms = names("legal_forms")
    weight = forms["weight"].cast(pl.Float64).to_numpy()
    return forms[rng.choice(forms.height, n, p=weight / weight.sum())].drop("weight")


def with_bad_phones(
    rng: np.random.Generator, customers: pl.DataFrame, leads: pl.DataFrame, partners: pl.DataFrame
) -> pl.DataFrame:
    """One number of twenty is mistyped, by some partners more often: a digit less or more."""
    first = leads.unique("customer_ix", keep="first", maintain_order=True)
    share = np.append(partners["bad_phones"].to_numpy(), _BAD_PHONES)[
        first["partner_ix"].to_numpy()
    ]
    mistyped = first.filter(pl.Series(rng.random(first.height) < share))["customer_ix"]
    phone = pl.col("phone")
    lost, doubled = phone.str.slice(0, phone.str.len_chars() - 1), phone + phone.str.tail(1)
    typed = pl.when(pl.col("customer_ix") % 3 == 0).then(doubled).otherwise(lost)
    return customers.with_columns(
        phone=pl.when(pl.col("customer_ix").is_in(mistyped.implode())).then(typed).otherwise(phone)
    )
