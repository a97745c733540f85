"""What a column is: kind, type, rules of its cells; and short ways to declare some."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import polars as pl


class Kind(Enum):
    """How a cell is read: the value type, or the normal form of a text."""

    TEXT = "text"
    ID = "id"
    DATE = "date"
    TIMESTAMP = "timestamp"
    YEN = "yen"
    INTEGER = "integer"
    RATE = "rate"
    BOOLEAN = "boolean"
    COMPANY = "company"
    PERSON = "person"
    PHONE = "phone"
    EMAIL = "email"
    POSTAL_CODE = "postal_code"
    PREFECTURE = "prefecture"
    ADDRESS = "address"
    CORPORATE_NUMBER = "corporate_number"
    INVOICE_NUMBER = "invoice_number"
    ACCOUNT = "account"
    DIGEST = "digest"
    # open lists: values of `values.csv`, and any other, folded
    EVIDENCE_KIND = "evidence_kind"
    EVIDENCE_KINDS = "evidence_kinds"  # several, joined by ;


# Everything that is not listed is stored as text. Rates are exact decimals, timestamps naive UTC.
DTYPES: dict[Kind, pl.DataType] = {
    Kind.DATE: pl.Date(),
    Kind.TIMESTAMP: pl.Datetime("us"),
    Kind.YEN: pl.Int64(),
    Kind.INTEGER: pl.Int64(),
    Kind.RATE: pl.Decimal(9, 6),
    Kind.BOOLEAN: pl.Boolean(),
}


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    personal: bool = False
    hashed: bool = False

    @property
    def dtype(self) -> pl.DataType:
        return DTYPES.get(self.kind, pl.String())


@dataclass(frozen=True)
class Entity:
    """`key` identifies a row within one source; `uploadable` entities may come from partners."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    uploadable: bool = False

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    @property
    def hashed(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.hashed)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def text(name: str, *choices: str, required: bool = False) -> Column:
    return Column(name, Kind.TEXT, required, choices)


def of_kind(kind: Kind, *names: str) -> tuple[Column, ...]:
    """Columns of one kind; a trailing `*` on a name marks it required."""
    return tuple(Column(name.rstrip("*"), kind, name.endswith("*")) for name in names)


def secret(kind: Kind, name: str, hashed: bool = True) -> Column:
    return Column(name, kind, personal=True, hashed=hashed)
