"""Cells of shifted columns, damaged contacts, names as numbers: nothing harmful is kept unseen."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.intake import write_replies

House = Any  # the fixture class of conftest.py
Found = list[tuple[int, str, str]]
FOREIGN = (
    "03-1234-5678",
    "+81-3-1234-5678",
    "2026-10-01",
    "2026/10/1 10:30",
    "令和8年10月1日(木)",
    "taro@example.co.jp",
    "100-0001",
    "〒1000001",
    "¥120,000",
    "120,000円",
    "1,200,000",
    "9012345678",
)
HONEST = (
    "株式会社2026",
    "7-Eleven",
    "1-800-FLOWERS",
    "109",
    "100円ショップ",
    "〒100-0001 東京都千代田区千代田1-1",
    "1-2-3",
    "R8",
    "昭和58年会",
    "5000円工房",
)
SHOWN = ["_row_number", "column_name", "reason_code"]


def sent(house: House, header: str, *rows: str, folder: str = "partners/P1") -> tuple[Found, Found]:
    """(rejected, warnings) of a file of leads."""
    entity, number = ("leads__x", "リード番号")
    more = (
        ("", "") if folder.startswith("partners") else (",チャネル,登録日時", ",代理店,2026-10-01")
    )
    lines = "".join(f"L-{k}{more[1]},{row}\n" for k, row in enumerate(rows))
    house.put(f"{folder}/{entity}.csv", f"{number}{more[0]},{header}\n{lines}")
    intake = house.read()
    found: tuple[Found, Found] = (
        intake.rejected.select(SHOWN).rows(),
        intake.warnings.select(SHOWN).rows(),
    )
    return found


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("会社名", "company_name"),
        ("担当者", "contact_name"),
        ("会社名カナ", "company_name_kana"),
        ("住所", "address"),
    ],
)
def test_name_that_is_wholly_another_thing_is_sent_back(
    house: House, header: str, column: str
) -> None:
    rejected, _ = sent(house, header, *(f'"{cell}"' for cell in FOREIGN))
    assert rejected == [(k + 2, column, "foreign_value") for k in range(len(FOREIGN))]


@pytest.mark.parametrize("header", ["会社名", "担当者", "住所"])
def test_honest_name_with_digits_is_kept(house: House, header: str) -> None:
    assert sent(house, header, *HONEST) == ([], [])


def test_phone_cell_with_a_day_or_an_address_is_sent_back(house: House) -> None:
    rejected, warned = sent(house, "電話番号", "2026-10-01", "a@example.jp", "2026-1001")
    assert rejected == [(2, "phone", "foreign_value"), (3, "phone", "foreign_value")]
    assert warned == [(4, "phone", "invalid_phone")]


def test_vendors_row_with_shifted_cells_is_kept_and_told(house: House) -> None:
    rejected, warned = sent(house, "会社名,電話番号", "03-1234-5678,2026-10-01", folder="crm/sf")
    assert rejected == []
    told = "foreign_value_kept"
    assert warned == [(2, "company_name", told), (2, "phone", told)]


def test_file_whose_companies_are_phone_numbers_is_refused(house: House, receipt: Any) -> None:
    rows = "".join(f"L-{k},03-1234-{5000 + k}\n" for k in range(30))
    house.put("partners/P1/leads.csv", f"リード番号,会社名\n{rows}")
    line = receipt(house.read(), "leads.csv")
    assert (line["status"], line["reason_code"]) == ("refused", "too_many_rejections")
    assert "列がずれていないか" in line["reason_ja"]


def test_sender_hears_of_contacts_that_cannot_be_reached(house: House) -> None:
    rows = ("03-12,a@@b", "03-1234-5678,taro@example.co.jp", "03-1234-5678 内線3,")
    rejected, warned = sent(house, "電話番号,メール", *rows)
    assert rejected == []
    assert sorted(warned) == [
        (2, "email", "invalid_email"),
        (2, "phone", "invalid_phone"),
        (4, "phone", "invalid_phone"),
    ]


def test_many_damaged_contacts_are_one_line_of_the_receipt(house: House) -> None:
    rows = "".join(f"L-{k},03-{k}\n" for k in range(300))
    house.put("partners/P1/leads.csv", f"リード番号,電話番号\n{rows}")
    page = write_replies(house.home, house.run())[0].read_text()
    assert page.count("電話番号として確認できません") == 1
    assert '<td class="number">300</td>' in page


def test_company_that_is_no_name_is_sent_back(house: House) -> None:
    cells = (
        "######",
        "????",
        "NULL",
        "(null)",
        "↑",
        "上記と同じ",
        "上に同じ",
        "””",
        "上田商事",
        "同志社",
    )
    rejected, _ = sent(house, "会社名", *cells)
    assert [code for _, _, code in rejected] == ["no_name"] * 4 + ["ditto"] * 4


def test_vendors_company_that_is_null_is_taken_as_empty(house: House) -> None:
    rejected, warned = sent(house, "会社名", "NULL", "あ商事", folder="crm/sf")
    assert (rejected, warned) == ([], [(2, "company_name", "no_name_ignored")])
    leads = house.read().tables["leads"].sort("_row_number")
    assert leads["company_name"].to_list() == [None, "あ商事"]


@pytest.mark.parametrize("folder", ["partners/P1", "crm/sf"])
def test_name_in_place_of_a_reps_number_is_not_stored(house: House, folder: str) -> None:
    rejected, warned = sent(house, "営業担当", "山川太郎左衛門", "営業12", "R-7", folder=folder)
    assert (rejected, warned) == ([], [(2, "rep_id", "name_ignored")])
    leads = house.read().tables["leads"].sort("_row_number")
    assert leads["rep_id"].to_list() == [None, "営業12", "R-7"]


def test_rep_without_a_number_of_its_own_is_sent_back(house: House) -> None:
    house.put("crm/sf/partner_reps.csv", "rep_id,partner_id,rep_name\nR1,P1,佐藤\n山川,P1,山川\n")
    house.put("partners/P1/trainings.csv", "研修番号,受講者番号,科目\nT1,佐藤,商品知識\n")
    rejected = house.read().rejected.sort("_source")
    assert rejected["reason_code"].to_list() == ["name_as_id", "name_as_id"]


def test_number_that_is_the_rows_own_phone_is_personal(house: House) -> None:
    lines = "312345678,03-1234-5678\n90-1234-5678,090-1234-5678\n312345679,03-1234-5678\n"
    house.put("partners/P1/leads.csv", f"リード番号,電話番号\n{lines}")
    rejected = house.read().rejected
    assert rejected["reason_code"].to_list() == ["personal_key", "personal_key"]


def test_kind_of_evidence_has_to_say_something(house: House) -> None:
    text = "証憑番号,契約番号,書類\nE1,C1,なし\nE2,C1,-\nE3,C1,同意書\n"
    house.put("partners/P1/evidence.csv", text)
    assert house.read().rejected["reason_code"].to_list() == ["placeholder_value"] * 2
