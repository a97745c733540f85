"""Many Japanese companies, some of them several times as different hands write them."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.market import make_customers
from ingestion.demo.world import names

FIELDS = (
    "company_name",
    "company_name_kana",
    "corporate_number",
    "contact_name",
    "email",
    "phone",
    "postal_code",
    "prefecture",
    "address",
)
_c = pl.col
# A hand changes a cell in one of these ways with the probability given.
_Ways = tuple[tuple[float, pl.Expr], ...]
_NOTHING = pl.lit(None, pl.String)


def make_records(records: int, seed: int = 1) -> pl.DataFrame:
    """record_id, truth (customer number), FIELDS: three of five are customers of their own."""
    rng = np.random.default_rng(seed)
    customers = records * 3 // 5
    cities = rng.integers(0, names("cities").height, customers)
    first = make_customers(rng, cities)
    again = first[rng.integers(0, customers, records - customers)]
    others = first[rng.permutation(customers)][rng.integers(0, customers, again.height)]
    again = again.with_columns(other=others["contact_name"])
    for name, ways in _ways().items():
        again = again.with_columns(_written(rng, again, name, ways))
    both = pl.concat([frame.select("customer_ix", *FIELDS) for frame in (first, again)])
    shuffled = both[rng.permutation(records)]
    number = pl.int_range(pl.len()).cast(pl.String).str.zfill(8)
    return shuffled.select(*FIELDS, record_id=number, truth="customer_ix")


def _written(rng: np.random.Generator, frame: pl.DataFrame, name: str, ways: _Ways) -> pl.Series:
    """A column as another hand writes it; `place` is a random place in the text."""
    odds = np.cumsum([odds for odds, _ in ways])
    drawn = frame.with_columns(
        way=pl.Series(np.searchsorted(odds, rng.random(frame.height), side="right")),
        place=pl.Series(rng.random(frame.height)),
    )
    cell: pl.Expr = _c(name)
    for number, (_, written) in enumerate(ways):
        cell = pl.when(_c("way") == number).then(written).otherwise(cell)
    return drawn.select(cell.alias(name)).to_series()


def _slip(name: str) -> pl.Expr:
    """One character left out."""
    at = (_c("place") * _c(name).str.len_chars()).cast(pl.Int64)
    return _c(name).str.slice(0, at) + _c(name).str.slice(at + 1)


def _ways() -> dict[str, _Ways]:
    bare, phone, address = _c("bare_name"), _c("phone"), _c("address")
    plain = phone.str.replace_all("-", "")
    wide = _c("email").str.to_uppercase()
    return {
        "company_name": (
            (0.2, _c("short") + bare),
            (0.1, bare + _c("short")),
            (0.1, _c("one") + bare),
            (0.1, bare),
            (0.08, _c("form") + pl.lit(" ") + bare),
            (0.08, _slip("company_name")),
        ),
        "company_name_kana": ((0.4, _NOTHING), (0.05, _slip("company_name_kana"))),
        "corporate_number": ((0.7, _NOTHING),),
        "contact_name": (
            (0.25, _c("other")),
            (0.2, _c("contact_name").str.replace(" ", "")),
            (0.1, _c("contact_name") + pl.lit("様")),
            (0.15, _NOTHING),
        ),
        "email": ((0.3, _NOTHING), (0.1, wide), (0.07, _slip("email"))),
        "phone": (
            (0.25, plain),
            (0.15, pl.lit("+81") + plain.str.slice(1)),
            (0.2, _NOTHING),
            (0.05, _slip("phone")),
        ),
        "postal_code": ((0.3, _NOTHING), (0.2, _c("postal_code").str.replace("-", ""))),
        "prefecture": ((0.3, _NOTHING),),
        "address": (
            (0.2, address.str.replace(r"^(?:北海道|東京都|(?:大阪|京都)府|.{2,3}県)", "")),
            (0.2, address.str.replace(r"^(.*?\d+)-(\d+)-(\d+).*$", "${1}丁目${2}番${3}号")),
            (0.1, _slip("address")),
            (0.15, _NOTHING),
        ),
    }
