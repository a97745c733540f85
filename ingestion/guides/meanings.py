"""What entities and columns mean to people: labels, meanings and examples of `dictionary.csv`.

A line of entity `any` describes a column wherever no line of its own does; a line without a column
describes the entity.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ingestion.columns import Column, Entity, Kind
from ingestion.headers import LABELS


@dataclass(frozen=True)
class Meaning:
    """Words for an entity or a column; `example` is a cell as a sender would write it."""

    label: str
    ja: str
    en: str
    example: str


@dataclass(frozen=True)
class Writing:
    """How the cells of a kind are written."""

    ja: str
    en: str
    stored: str = "text"


WRITINGS: dict[Kind, Writing] = {
    Kind.TEXT: Writing("文字", "text"),
    Kind.ID: Writing("番号（メール・電話は不可）", "identifier, no e-mail address or phone number"),
    Kind.DATE: Writing(
        "2026-10-31、2026年10月31日、令和8年10月31日", "a date with its year", "date"
    ),
    Kind.MONTH: Writing(
        "2026-10、2026年10月、令和8年10月", "a month with its year", "text `YYYY-MM`"
    ),
    Kind.TIMESTAMP: Writing(
        "2026-10-31 10:30（日本時間）",
        "date and time in Tokyo, or with its offset",
        "UTC timestamp",
    ),
    Kind.YEN: Writing("120,000、120千円、△1,000", "whole yen", "integer"),
    Kind.INTEGER: Writing("12", "whole number", "integer"),
    Kind.RATE: Writing(
        "0.1、10%（見出しに(%)があれば10）",
        "0 to 1, or a percentage; without its sign only under a header with (%)",
        "decimal(9, 6)",
    ),
    Kind.DECIMAL: Writing("85、0.15、15%", "number with up to six decimals", "decimal(18, 6)"),
    Kind.BOOLEAN: Writing("はい・いいえ、○・×、true・false", "yes or no", "boolean"),
    Kind.COMPANY: Writing("株式会社〇〇、(株)〇〇", "company name with its legal form"),
    Kind.PERSON: Writing("山田 太郎", "name of a person"),
    Kind.PHONE: Writing("03-1234-5678", "phone number", "text, E.164 where possible"),
    Kind.EMAIL: Writing("taro@example.com", "e-mail address"),
    Kind.POSTAL_CODE: Writing("100-0001", "postal code"),
    Kind.PREFECTURE: Writing("東京都、東京", "prefecture", "text, full name"),
    Kind.PREFECTURES: Writing("東京都;大阪府", "prefectures joined by `;`", "text, full names"),
    Kind.ADDRESS: Writing("千代田区千代田1-1", "address"),
    Kind.CORPORATE_NUMBER: Writing("13桁", "13 digits with their check digit"),
    Kind.INVOICE_NUMBER: Writing("T＋13桁", "T and 13 digits"),
    Kind.ACCOUNT: Writing("口座番号", "account number"),
    Kind.DIGEST: Writing("16進数", "hexadecimal digest"),
    Kind.EVIDENCE_KIND: Writing("同意書、申込書 など", "kind of evidence, an open list"),
    Kind.EVIDENCE_KINDS: Writing("同意書;申込書", "kinds of evidence joined by `;`"),
}


def meaning_of(entity: Entity, column: Column | None = None) -> Meaning:
    """Words for a column, or for the entity. Raises KeyError for one that nobody described."""
    meanings = _meanings()
    if column is None:
        return meanings[entity.name, ""]
    own = meanings.get((entity.name, column.name))
    return own or meanings["any", column.name]


def names_for_people(entity: Entity, columns: Sequence[str]) -> str:
    """`rep_id (受講者番号), course (研修科目)`: names of columns, as both languages take them."""
    return ", ".join(
        f"{name} ({meaning_of(entity, entity.column(name)).label})" for name in columns
    )


@cache
def _meanings() -> dict[tuple[str, str], Meaning]:
    with LABELS.open(encoding="utf-8", newline="") as handle:
        return {
            (line["entity"], line["column"]): Meaning(
                line["label"], line["ja"], line["en"], line["example"]
            )
            for line in csv.DictReader(handle)
        }
