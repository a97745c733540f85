"""What other cells of a row say of its amounts: another currency, tax included, another unit.

Amounts are whole yen before tax; a row that says anything else, or what nobody understands, fails.
"""

from __future__ import annotations

import polars as pl

from ingestion.columns import Entity, Kind
from ingestion.headers import AS_PAID, Mapping
from ingestion.tables import folded
from ingestion.units import THING
from ingestion.values.text import clean

# What `gather` puts beside the cells of a row, and `doubtful_amounts` reads.
REMARKS = {"_currency": "currency", "_tax": "tax_kind", "_unit": "amount_unit"}
# What they are called where no column of the file has them.
LABELS = {"currency": "通貨", "tax_kind": "税区分", "amount_unit": "単位"}
_CURRENCIES = ("jpy", "円", "¥", "yen", "日本円", "jp¥")
_BETWEEN = "/"
# A cell that says nothing but that tax is included, in whatever column.
_TAXED_CELL = r"^\s*[(（\[［【※]*(?:消費)?(?:税込み?|内税|税込価格|税込金額)[)）\]］】]*\s*$"
_TAXED = "税込|内税|込み?$|込[)(/・]|included|inclusive"
_RATE = r"(?:(?:税率)?(?:10|8|0)%|(?:標準|軽減)(?:税率)?)"
_BEFORE_TAX = (
    rf"(?:(?:消費)?税(?:抜き?|別)|外税|[抜別]|対象外|非課税|不課税|免税|輸出免税|なし|excluded|exclusive"
    rf"|課税(?:対象|売上|取引)?|{_RATE}|[-‐−ー]|[()\[\]/・:、])+"
)
# A unit that the amounts have anyway, or one of other things; of several columns, all of them.
_PLAIN_UNIT = f"^(?:(?:{'|'.join(_CURRENCIES)}|{THING})(?:{_BETWEEN}|$))+$"
_SAID = pl.col("said")
_CODES = {
    "_currency": pl.when(_SAID.is_in(_CURRENCIES).not_()).then(pl.lit("unsupported_currency")),
    "_tax": pl.when(_SAID.str.contains(_TAXED))
    .then(pl.lit("tax_included"))
    .when(_SAID.str.contains(f"^{_BEFORE_TAX}$").not_())
    .then(pl.lit("unclear_tax")),
    "_unit": pl.when(_SAID.str.contains(_PLAIN_UNIT).not_()).then(pl.lit("unclear_unit")),
}


def remark_columns(mapping: Mapping) -> dict[str, tuple[str, ...]]:
    """Name of a remark → the columns of a file that it may stand in."""
    currency = () if mapping.currency is None else (mapping.currency,)
    found = {
        "currency": currency,
        "tax_kind": mapping.tax_kinds,
        "amount_unit": mapping.amount_units,
    }
    return {name: columns for name, columns in found.items() if columns}


def remarks_of(mapping: Mapping) -> list[pl.Expr]:
    """The cells of `REMARKS`, empty where a row says nothing; expressions over a file's rows."""
    nothing = pl.lit("")
    currency = nothing if mapping.currency is None else pl.col(mapping.currency)
    return [
        currency.alias("_currency"),
        _tax(mapping).alias("_tax"),
        _joined(mapping.amount_units).alias("_unit"),
    ]


def doubtful_amounts(cells: pl.DataFrame, entity: Entity) -> dict[str, pl.Series]:
    """Column of `REMARKS` → why each row fails by it, null where it does not.

    Of tax and unit only rows that have an amount before tax say something.
    """
    found = {name: _folded(cells[name]) for name in REMARKS if (cells[name] != "").any()}
    yens = [column.name for column in entity.columns if column.kind is Kind.YEN]
    codes = {name: said.to_frame("said").select(_CODES[name]) for name, said in found.items()}
    has_amount = pl.any_horizontal(pl.lit(False), *(pl.col(name) != "" for name in yens))
    if entity.name in AS_PAID:
        has_amount = pl.lit(False)
    return {
        name: cells.select(
            pl.when(has_amount | pl.lit(name == "_currency")).then(code.to_series())
        ).to_series()
        for name, code in codes.items()
    }


def _tax(mapping: Mapping) -> pl.Expr:
    """The kind of tax of a row: of the columns about it, or of any cell that says nothing else."""
    entity, own = mapping.entity, _joined(mapping.tax_kinds)
    yens = {column.name for column in entity.columns if column.kind is Kind.YEN}
    if entity.name in AS_PAID or not yens & mapping.sources.keys():
        return pl.lit("")
    free = [
        name
        for column in entity.columns
        if column.kind is Kind.TEXT and not column.choices
        for name in mapping.sources.get(column.name, ())
    ]
    others = [
        name for name in (*mapping.strange, *mapping.noted, *free) if name not in mapping.tax_kinds
    ]
    if not others:
        return own
    taxed = pl.any_horizontal(pl.col(name).str.contains(_TAXED_CELL) for name in others)
    return pl.when(taxed).then(pl.lit("税込")).otherwise(own)


def _joined(names: tuple[str, ...]) -> pl.Expr:
    """The cells of columns as one text, empty ones left out."""
    if not names:
        return pl.lit("")
    if len(names) == 1:
        return pl.col(names[0])
    return pl.concat_str(pl.col(*names), separator=_BETWEEN).str.strip_chars(f"{_BETWEEN} ")


def _folded(cells: pl.Series) -> pl.Series:
    """Cleaned cells, folded; null where empty."""
    return clean(cells).text.to_frame("said").select(folded(pl.col("said"))).to_series()
