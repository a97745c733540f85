"""Two everyday columns for one item, and headers of days that are not understood."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ingestion.columns import Entity
from ingestion.entities import ENTITIES
from ingestion.headers import map_headers
from ingestion.reasons import FileRefused
from ingestion.unclear_headers import refuse_unclear_days
from tests.ingestion.conftest import House

Receipt = Callable[..., dict[str, Any]]
LEADS, CONTRACTS, REPS = (ENTITIES[name] for name in ("leads", "contracts", "partner_reps"))


@pytest.mark.parametrize(
    ("header", "winner", "column"),
    [
        (["申込日", "契約日"], "契約日", "contracted_on"),
        (["受注日", "契約締結日"], "契約締結日", "contracted_on"),
        (["代表者名", "担当者名"], "担当者名", "contact_name"),
        (["商品名", "商品コード"], "商品コード", "product_id"),
        (["プラン", "商品ID"], "商品ID", "product_id"),
        (["会社名", "契約者名"], "会社名", "company_name"),
        (["屋号", "会社名"], "会社名", "company_name"),
        (["開通日", "課金開始日"], "開通日", "starts_on"),
        (["連絡先", "TEL"], "TEL", "phone"),
        (["フェーズ", "契約状態"], "契約状態", "contract_status"),
        (["※お申込日", "ご契約日（必須）"], "ご契約日（必須）", "contracted_on"),
    ],
)
def test_usual_header_wins_over_a_weak_one(header: list[str], winner: str, column: str) -> None:
    mapping = map_headers(header, CONTRACTS)
    loser = next(name for name in header if name != winner)
    assert (mapping.sources, mapping.conflicts) == ({column: (winner,)}, ())
    assert mapping.unknown == (f"{loser}（{winner}があるため使いません）",)


def test_weak_header_alone_is_understood() -> None:
    for header in ("申込日", "受注日", "課金開始日", "屋号", "連絡先", "フェーズ", "商品名"):
        assert list(map_headers([header], CONTRACTS).sources.values()) == [(header,)]
    assert map_headers(["登録日", "受付日"], LEADS).sources == {"registered_at": ("登録日",)}


@pytest.mark.parametrize(
    "header",
    [
        ["初期費用", "契約金額"],
        ["initial_yen", "初期費用"],
        ["値引率", "割引率"],
        ["会社名", "企業名"],
        ["申込日", "受注日"],
    ],
)
def test_equals_and_amounts_stay_a_conflict(header: list[str]) -> None:
    mapping = map_headers(header, CONTRACTS)
    assert len(mapping.conflicts) == 1
    assert (mapping.sources, mapping.beaten) == ({}, {})


def test_conflict_names_the_headers_of_the_file(house: House, receipt: Receipt) -> None:
    house.put("partners/P1/10月.csv", "リード番号,会社名,企業名,紹介日\nL1,あ,い,2026-10-01\n")
    house.put("partners/P1/11月.csv", "会社名,企業名,電話番号\nあ,い,03-1111-1111\n")
    intake = house.read()
    line, other = receipt(intake, "10月.csv"), receipt(intake, "11月.csv")
    assert line["reason_code"] == "conflicting_columns"
    assert "会社名 / 企業名 → company_name (お客様会社名)" in line["reason_ja"]
    assert other["reason_code"] == "unknown_entity"
    for words in ("lead_id (リード番号)", "会社名 / 企業名 → company_name"):
        assert words in other["reason_ja"]


def test_columns_that_are_equal_in_every_row_are_no_conflict(
    house: House, receipt: Receipt
) -> None:
    head = "契約番号,商材,初期費用,契約金額\n"
    house.put("partners/P1/contracts__1.csv", f"{head}K1,X,1000,1000\nK2,X,,\n")
    house.put("partners/P1/contracts__2.csv", f"{head}K3,X,1000,1000\nK4,X,1000,2000\n")
    text = f"{head.replace('契約金額', '契約金額（千円）')}K5,X,1000,1000\n"
    house.put("partners/P1/contracts__3.csv", text)
    intake = house.read()
    taken = intake.tables["contracts"].filter(_uploader_id="P1")
    assert taken.sort("contract_id")["initial_yen"].to_list() == [1000, None]
    told = receipt(intake, "contracts__1.csv")["unknown_columns"]
    assert told == "契約金額（初期費用があるため使いません）"
    for name in ("contracts__2.csv", "contracts__3.csv"):
        assert receipt(intake, name)["reason_code"] == "conflicting_columns"


@pytest.mark.parametrize(
    "header",
    ["契約No.", "契約№", "契約コード", "ご契約番号", "契約ＩＤ", "受注番号", "受注No", "管理№"],
)
def test_forms_of_a_number_are_one(header: str) -> None:
    assert map_headers([header], CONTRACTS).sources == {"contract_id": (header,)}


def test_code_of_what_is_no_identifier_is_not_understood() -> None:
    assert map_headers(["法人コード", "電話コード", "郵便ID"], LEADS).sources == {}
    assert map_headers(["法人No.", "電話No"], LEADS).sources == {
        "corporate_number": ("法人No.",),
        "phone": ("電話No",),
    }


@pytest.mark.parametrize(
    ("header", "entity", "column"),
    [
        ("契約年月日", CONTRACTS, "contracted_on"),
        ("ご契約日", CONTRACTS, "contracted_on"),
        ("ご契約年月日", CONTRACTS, "contracted_on"),
        ("成立日", CONTRACTS, "contracted_on"),
        ("ご利用開始日", CONTRACTS, "starts_on"),
        ("解約年月日", CONTRACTS, "cancelled_on"),
        ("紹介年月日", LEADS, "registered_at"),
        ("紹介日時", LEADS, "registered_at"),
        ("ご紹介日", LEADS, "registered_at"),
        ("商談日時", LEADS, "meeting_on"),
        ("入社年月日", REPS, "started_on"),
    ],
)
def test_forms_of_a_day_are_one(header: str, entity: Entity, column: str) -> None:
    assert map_headers([header], entity).sources == {column: (header,)}


def refused(header: list[str], entity: Entity) -> str | None:
    try:
        refuse_unclear_days(map_headers(header, entity))
    except FileRefused as error:
        return error.reason.ja.rsplit("：", 1)[1]
    return None


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ("契約日（変更後）", "契約日"),
        ("契約日付", "契約日"),
        ("契約書締結日", "契約締結日"),
        ("contracted_date", "contracted_on"),
    ],
)
def test_unknown_header_like_that_of_an_absent_day_refuses_the_file(
    header: str, meant: str
) -> None:
    assert refused(["契約番号", header], CONTRACTS) == f"{header} → {meant}"
    assert refused(["契約番号", "契約日", header], CONTRACTS) is None


@pytest.mark.parametrize(
    "header", ["生年月日", "次回商談日", "前回契約日", "請求日", "更新予定日", "休日"]
)
def test_day_of_something_else_refuses_nothing(header: str) -> None:
    assert refused(["契約番号", header], CONTRACTS) is None
    assert refused(["リード番号", header], LEADS) is None


def test_door_refuses_a_file_with_an_unclear_day(house: House) -> None:
    text = "契約番号,商材,契約日（変更後）\nK1,X,2026-10-01\n"
    house.put("partners/P1/contracts.csv", text)
    intake = house.read()
    line = intake.files.filter(_source="partners/P1")
    assert line["reason_code"].to_list() == ["unclear_date"]
    assert "契約日（変更後） → 契約日" in line["reason_ja"][0]
