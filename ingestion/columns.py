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
    MONTH = "month"  # stored as the text YYYY-MM
    TIMESTAMP = "timestamp"
    YEN = "yen"
    INTEGER = "integer"
    RATE = "rate"
    DECIMAL = "decimal"  # a count, yen or a rate: what it measures stands in another column
    BOOLEAN = "boolean"
    COMPANY = "company"
    PERSON = "person"
    PHONE = "phone"
    EMAIL = "email"
    POSTAL_CODE = "postal_code"
    PREFECTURE = "prefecture"
    PREFECTURES = "prefectures"  # several, joined by ;
    ADDRESS = "address"
    CORPORATE_NUMBER = "corporate_number"
    INVOICE_NUMBER = "invoice_number"
    ACCOUNT = "account"
    DIGEST = "digest"
    # open lists: values of `values.csv`, and any other, folded
    EVIDENCE_KIND = "evidence_kind"
    EVIDENCE_KINDS = "evidence_kinds"  # several, joined by ;


# Identifiers of people: a name in their place would be published.
OF_PEOPLE = frozenset({"rep_id"})

# Everything that is not listed is stored as text. Rates are exact decimals, timestamps naive UTC.
DTYPES: dict[Kind, pl.DataType] = {
    Kind.DATE: pl.Date(),
    Kind.TIMESTAMP: pl.Datetime("us"),
    Kind.YEN: pl.Int64(),
    Kind.INTEGER: pl.Int64(),
    Kind.RATE: pl.Decimal(9, 6),
    Kind.DECIMAL: pl.Decimal(18, 6),
    Kind.BOOLEAN: pl.Boolean(),
}

# What else is read off a value, stored as `<column>_<name>`. `is_valid`: whether such a number or
# address can exist; `match`: the company without its legal form, as it is compared.
DERIVED: dict[Kind, dict[str, pl.DataType]] = {
    Kind.PHONE: {"is_valid": pl.Boolean()},
    Kind.EMAIL: {"domain": pl.String(), "is_valid": pl.Boolean()},
    Kind.COMPANY: {
        "match": pl.String(),
        "legal_form": pl.String(),
        "form_position": pl.String(),
    },
    Kind.INVOICE_NUMBER: {"has_check_digit": pl.Boolean()},
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

    @property
    def derived(self) -> dict[str, pl.DataType]:
        """Names and types of what is stored beside the value: its keyed hash, and `DERIVED`."""
        hashes = {f"{self.name}_hash": pl.String()} if self.hashed else {}
        further = DERIVED.get(self.kind, {})
        return hashes | {f"{self.name}_{name}": kind for name, kind in further.items()}

    @property
    def personal_names(self) -> tuple[str, ...]:
        """Columns of the lake that say who somebody is: the value, and how it is compared."""
        compared = (f"{self.name}_match",) if "match" in DERIVED.get(self.kind, {}) else ()
        return (self.name, *compared) if self.personal else ()


@dataclass(frozen=True)
class Entity:
    """`key` identifies a row within one source; `uploadable` entities may come from partners.

    `own_id`: the column that a header like 管理番号, which says only "its number", stands for; by
    default the key where it is one column, none where the key is made of others' numbers.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    uploadable: bool = False
    own_id: str | None = None

    def __post_init__(self) -> None:
        if self.own_id is None and len(self.key) == 1:
            object.__setattr__(self, "own_id", self.key[0])

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
