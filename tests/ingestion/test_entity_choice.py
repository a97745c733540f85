"""What a file is about: no contract is taken for a lead because a column is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.ingestion.conftest import House

Receipt = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("契約一覧.csv", "管理番号,会社名,契約日,金額\n1,あ,2026-10-01,100000\n"),
        ("10月.csv", "管理番号,会社名,契約日,金額\n1,あ,2026-10-01,100000\n"),
        ("10月.csv", "No.,契約番号,会社名,契約日\n1,K1,あ,2026-10-01\n"),
        ("10月.csv", "リード番号,会社名,電話番号,商談日,金額\n1,あ,,,100000\n"),
        ("解約.csv", "管理番号,会社名,解約日\n1,あ,2026-10-01\n"),
        ("契約一覧.csv", "管理番号,会社名,電話番号\n1,あ,03-1111-1111\n"),
        ("contracts_2026-10.csv", "管理番号,会社名,電話番号\n1,あ,03-1111-1111\n"),
    ],
)
def test_file_that_may_be_about_contracts_is_not_taken_for_leads(
    house: House, receipt: Receipt, name: str, text: str
) -> None:
    house.put(f"partners/P1/{name}", text)
    intake = house.read()
    line = receipt(intake, name)
    assert (line["status"], line["reason_code"]) == ("refused", "unclear_entity")
    assert "product_id (商品コード)" in line["reason_ja"]
    assert intake.tables["leads"].is_empty()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("見込客一覧_2026-10.csv", "管理番号,会社名,電話番号,備考\n1,あ,03-1111-1111,\n"),
        ("契約見込リード.csv", "管理番号,会社名,電話番号\n1,あ,03-1111-1111\n"),
        ("10月.csv", "管理番号,会社名,紹介日,商談日,リード状況,契約番号\n1,あ,,,新規,K1\n"),
        ("10月.csv", "管理番号,会社名,登録日,同意取得日,商材\n1,あ,2026-10-01,2026-10-01,X\n"),
    ],
)
def test_leads_under_any_name_are_taken(
    house: House, receipt: Receipt, name: str, text: str
) -> None:
    house.put(f"partners/P1/{name}", text)
    line = receipt(house.read(), name)
    assert (line["entity"], line["accepted_count"]) == ("leads", 1)


def test_evidence_may_repeat_the_day_of_its_contract(house: House, receipt: Receipt) -> None:
    text = "証憑番号,契約番号,書類,受領日,契約日\nE1,C1,同意書,2026-10-03,2026-10-02\n"
    house.put("partners/P1/書類.csv", text)
    line = receipt(house.read(), "書類.csv")
    assert (line["entity"], line["accepted_count"]) == ("evidence", 1)
    assert line["unknown_columns"] == "契約日（契約の項目）"


def test_column_of_other_data_is_told_where_the_name_decides(
    house: House, receipt: Receipt
) -> None:
    house.put("partners/P1/leads__10月.csv", "管理番号,会社名,契約日,金額,備考\n1,あ,,100,\n")
    line = receipt(house.read(), "leads__10月.csv")
    assert (line["status"], line["accepted_count"]) == ("loaded", 1)
    assert line["unknown_columns"] == "契約日（契約の項目）;金額（契約の項目）"


def test_file_about_nothing_known_names_the_nearest_data_and_its_columns(
    house: House, receipt: Receipt
) -> None:
    house.put("partners/P1/10月.csv", "契約番号,会社名,契約日付,商品CD\nK1,あ,2026-10-01,X\n")
    line = receipt(house.read(), "10月.csv")
    assert line["reason_code"] == "unknown_entity"
    assert "契約 (contracts) + product_id (商品コード)" in line["reason_ja"]
    assert line["unknown_columns"] == "契約日付（→ 契約日？）;商品CD（→ 商品ID？）"


def test_refused_file_keeps_the_list_of_unknown_columns(house: House, receipt: Receipt) -> None:
    house.put("partners/P1/contracts__1.csv", "contract_no,商材,契約日\nK1,X,2026-10-01\n")
    line = receipt(house.read(), "contracts__1.csv")
    assert (line["reason_code"], line["entity"]) == ("missing_columns", "contracts")
    assert line["unknown_columns"] == "contract_no（→ contract_id？）"


@pytest.mark.parametrize(
    ("name", "header", "told"),
    [
        ("10月.csv", "担当者番号,担当者名,会社名,電話番号", "会社名 → "),
        ("10月.csv", "営業担当,氏名,電話番号,登録日,メール", "登録日 → "),
        ("10月.csv", "担当者番号,担当者名,商品,金額", "商品, 金額 → "),
        ("10月.csv", "担当者番号,担当者名,契約日", "契約日 → "),
        ("紹介リスト.csv", "社員番号,氏名", "紹介リスト.csv → "),
        ("顧客担当者.csv", "社員番号,氏名", "顧客担当者.csv → "),
    ],
)
def test_list_of_customers_is_not_taken_for_reps(
    house: House, receipt: Receipt, name: str, header: str, told: str
) -> None:
    house.put(f"partners/P1/{name}", f"{header}\nA1,山田{',' * (header.count(',') - 1)}\n")
    intake = house.read()
    line = receipt(intake, name)
    assert (line["status"], line["reason_code"]) == ("refused", "unclear_entity")
    assert f"：{told}リード (leads) + lead_id (リード番号)" in line["reason_ja"]
    assert intake.tables["partner_reps"].is_empty()


def test_list_of_customers_with_their_own_numbers_is_of_leads(
    house: House, receipt: Receipt
) -> None:
    house.put("partners/P1/紹介リスト.csv", "管理番号,氏名,電話番号,紹介日\nA1,山田,,2026-10-01\n")
    text = "管理番号,氏名,担当者,電話番号,紹介日\nA2,山田,佐藤,,2026-10-01\n"
    house.put("partners/P1/紹介リスト2.csv", text)
    intake = house.read()
    line, doubtful = receipt(intake, "紹介リスト.csv"), receipt(intake, "紹介リスト2.csv")
    assert (line["entity"], line["accepted_count"]) == ("leads", 1)
    assert doubtful["reason_code"] == "conflicting_columns"
    assert "氏名 / 担当者 → contact_name" in doubtful["reason_ja"]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("10月.csv", "担当者番号,担当者名,電話番号,メール,開始日"),
        ("担当者一覧.csv", "社員番号,氏名,登録日"),
        ("partner_reps__顧客.csv", "社員番号,氏名,登録日"),
    ],
)
def test_list_of_reps_is_still_one(house: House, receipt: Receipt, name: str, header: str) -> None:
    house.put(f"partners/P1/{name}", f"{header}\nA1,山田{',' * (header.count(',') - 1)}\n")
    line = receipt(house.read(), name)
    assert (line["entity"], line["accepted_count"]) == ("partner_reps", 1)
