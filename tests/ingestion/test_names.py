"""Names of companies and people: shown as written, equal where they name the same."""

from __future__ import annotations

import csv
import unicodedata

import polars as pl
import pytest

from ingestion.values.legal_forms import COMPANY_FORMS
from ingestion.values.names import match_persons, read_companies, read_names
from ingestion.values.spelling import kanji_variants


def matches(*cells: str | None) -> list[str | None]:
    return read_companies(pl.Series(cells, dtype=pl.String))["match"].to_list()


def company(cell: str) -> tuple[str, str, str | None, str]:
    row: tuple[str, str, str | None, str] = read_companies(pl.Series([cell])).row(0)
    return row


@pytest.mark.parametrize(
    ("cell", "legal_form", "position"),
    [
        ("株式会社アルファ", "株式会社", "before"),
        ("アルファ株式会社", "株式会社", "after"),
        ("株式会社 アルファ", "株式会社", "before"),
        ("(株)アルファ", "株式会社", "before"),
        ("アルファ(株)", "株式会社", "after"),
        ("株式會社アルファ", "株式会社", "before"),
        ("カ)アルファ", "株式会社", "before"),
        ("アルファ(カ", "株式会社", "after"),
        ("(カ)アルフア", "株式会社", "before"),
        ("アルファ\u200b株式会社", "株式会社", "after"),
        ("\ufeff株式会社アルファ", "株式会社", "before"),
        ("有限会社アルファ", "有限会社", "before"),
        ("アルファ(有)", "有限会社", "after"),
        ("合同会社アルファ", "合同会社", "before"),
        ("医療法人社団アルファ", "医療法人社団", "before"),
        ("(医社)アルファ", "医療法人社団", "before"),
        ("NPO法人アルファ", "特定非営利活動法人", "before"),
        ("アルファ税理士法人", "税理士法人", "after"),
        ("アルファ Inc.", "Inc.", "after"),
        ("アルファInc", "Inc.", "after"),
        ("アルファ Co., Ltd.", "Co., Ltd.", "after"),
        ("アルファ CO.,LTD", "Co., Ltd.", "after"),
        ("アルファ K.K.", "株式会社", "after"),
        ("アルファ", None, "none"),
    ],
)
def test_legal_form_is_found_and_not_compared(
    cell: str, legal_form: str | None, position: str
) -> None:
    assert company(cell) == (cell, "アルフア", legal_form, position)
    column = read_companies(pl.Series(["株式会社ベータ", None, "ガンマ商店", cell]))
    assert column.row(3) == (cell, "アルフア", legal_form, position)
    assert column.row(1) == (None, None, None, None)


def test_every_listed_form_is_found() -> None:
    with COMPANY_FORMS.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.reader(lines) if "→" not in row[0]][1:]
    for written, canonical, usual in rows:
        front = f"{written}山田" if usual.startswith(("both", "pre", "bank_kana_pre")) else ""
        back = f"山田 {written}" if usual in ("both", "latin", "bank_kana_post") else ""
        for cell in filter(None, (front, back)):
            assert company(unicodedata.normalize("NFKC", cell))[1:3] == ("山田", canonical), cell


@pytest.mark.parametrize(
    "cell", ["ABC(アメリカ)", "ガソリン(スタンド)", "Zinc", "Limited", "株式会社", "日本合同通信"]
)
def test_look_alikes_of_legal_forms_are_names(cell: str) -> None:
    assert company(cell)[2:] == (None, "none")


@pytest.mark.parametrize(
    "cells",
    [
        ("髙橋商事株式会社", "高橋商事(株)"),
        ("渡邉工業", "渡邊工業", "渡辺工業"),
        ("キヤノン株式会社", "キャノン(株)"),
        ("アルファ・ベータ", "アルファ ベータ", "アルファ-ベータ(株)"),
        ("A&B株式会社", "a & b(株)"),
        ("アルファ株式会社 東京支店", "アルファ(株)東京支店", "アルファ東京支店"),
        ("東京\u200b商事", "東京商事"),
    ],
)
def test_spellings_of_one_company_match(cells: tuple[str, ...]) -> None:
    assert len(set(matches(*cells))) == 1


def test_branch_is_not_its_company() -> None:
    cells = ("アルファ株式会社", "アルファ株式会社東京支店", "アルファ株式会社大阪支店")
    assert len(set(matches(*cells))) == 3


def test_name_of_signs_is_itself() -> None:
    assert matches("!!!", "(株)", None) == ["!!!", "株", None]


def test_people_match_without_spaces_and_honorifics() -> None:
    cells = pl.Series(["山田 太郎", "山田太郎様", "山田 太郎 殿", "山田太郎"])
    assert match_persons(cells).to_list() == ["山田太郎"] * 4
    cells = pl.Series(["髙橋 花子", "Taro Yamada", "様", None])
    assert match_persons(cells).to_list() == ["高橋花子", "taroyamada", "様", None]


def test_names_are_shown_as_written() -> None:
    cells = pl.Series(["髙橋  花子", "キヤノン(株)", "a\t\nb", None])
    assert read_names(cells).to_list() == ["髙橋 花子", "キヤノン(株)", "a b", None]


def test_variant_kanji_lead_to_common_ones() -> None:
    variants = kanji_variants()
    assert not set(variants) & set(variants.values())
    assert all(unicodedata.normalize("NFKC", kanji) == kanji for kanji in variants)
