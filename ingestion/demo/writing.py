"""The ways people write the same thing: eras, full-width digits, short legal forms, yen signs."""

from __future__ import annotations

import polars as pl

from .uploads import Style

_WIDE = dict(zip("0123456789-", "０１２３４５６７８９－", strict=True))
_REIWA_BEFORE = 2018  # Reiwa 1 = 2019


def written_day(day: pl.Expr, dates: str) -> pl.Expr:
    """A date column as text in one of the styles (`cell` stays a date: a workbook's own type)."""
    era = day.dt.year() - _REIWA_BEFORE
    styles = {
        "iso": day.dt.strftime("%Y-%m-%d"),
        "slash": day.dt.strftime("%Y/%-m/%-d"),
        "kanji": day.dt.strftime("%Y年%-m月%-d日"),
        "wareki": pl.format("令和{}年{}月{}日", era, day.dt.month(), day.dt.day()),
        "short_wareki": pl.format("R{}.{}.{}", era, day.dt.month(), day.dt.day()),
        "cell": day,
    }
    return styles[dates]


def written_company(company: str) -> pl.Expr:
    """The name with the legal form as this partner writes it: 株式会社, (株), （株） or ㈱."""
    name = pl.when(pl.col("position") == "pre").then(pl.col(company) + pl.col("bare_name"))
    return name.otherwise(pl.col("bare_name") + pl.col(company))


def written_phone(phones: str) -> pl.Expr:
    phone = pl.col("phone")
    if phones == "digits":
        return phone.str.replace_all("-", "", literal=True)
    return phone.str.replace_many(_WIDE) if phones == "wide" else phone


def written_yen(yen: pl.Expr, style: Style) -> pl.Expr:
    if style.yen == "plain":
        return yen.cast(pl.String)
    digits = yen.cast(pl.String)
    grouped = (
        digits.str.reverse().str.replace_all(r"(\d{3})", "$1,").str.reverse().str.strip_chars(",")
    )
    return ("¥" if style.encoding == "xlsx" else "￥") + grouped if style.yen == "mark" else grouped
