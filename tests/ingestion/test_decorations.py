"""What stands around the names of headers: marks, numbers, brackets, two languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingestion.entities import ENTITIES
from ingestion.headers import map_headers
from tests.ingestion.conftest import House

Receipt = Callable[..., dict[str, Any]]
LEADS, CONTRACTS = ENTITIES["leads"], ENTITIES["contracts"]


@pytest.mark.parametrize(
    "header",
    [
        *("企業名（必須）", "企業名（任意）", "企業名 ※必須", "必須 企業名", "[必須]企業名"),
        *("※企業名", "*企業名", "企業名*", "★企業名", "■企業名", "・企業名", "企業名："),
        *("【企業名】", "「企業名」", "(企業名)", '"企業名"', "“企業名”"),
        *("1.企業名", "1) 企業名", "（1）企業名", "①企業名", "⑫企業名", "10、企業名"),
        *("企業名/Company", "企業名(Company Name)", "Company（企業名）", "企業名\nCompany Name"),
        *("company name", "Company-Name（必須）"),
    ],
)
def test_what_asks_for_an_item_is_left_out(header: str) -> None:
    named = header if header != "Company-Name（必須）" else "Company_Name（必須）"
    assert map_headers([named], LEADS).sources == {"company_name": (named,)}


@pytest.mark.parametrize(
    "header",
    [
        *("月額（予定）", "月額(ドル)", "月額(Dollar)", "前回月額", "旧月額", "月額（旧）"),
        *("※月額（予定）", "【旧】月額", "月額（必須・ドル）", "月額(Monthly)", "月額/Initial Yen"),
    ],
)
def test_what_says_anything_else_is_not(header: str) -> None:
    assert map_headers([header], CONTRACTS).sources == {}


def test_marks_stand_beside_units() -> None:
    mapping = map_headers(["※1.初期費用（税抜・千円・必須）", "①月額（円）"], CONTRACTS)
    assert list(mapping.sources) == ["initial_yen", "monthly_yen"]
    assert mapping.units == {"initial_yen": 1000, "monthly_yen": 1}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_file_whose_headers_are_all_decorated_is_read(
    house: House, receipt: Receipt, write_workbook: Callable[..., Path], kind: str
) -> None:
    header = ["【管理番号】", "①企業名（必須）", "※ご担当者様", "電話番号："]
    rows = [["L-1", "株式会社あ", "山田", "03-1111-1111"], ["L-2", "い商店", "佐藤", ""]]
    text = "\n".join(",".join(row) for row in (header, *rows))
    book = write_workbook([["紹介一覧"], [], header, *rows]).read_bytes()
    house.put(f"partners/P1/10月.{kind}", book if kind == "xlsx" else text.encode("cp932"))
    intake = house.read()
    assert receipt(intake, f"10月.{kind}")["unknown_columns"] is None
    leads = intake.tables["leads"]
    assert leads.select("lead_id", "contact_name").rows() == [("L-1", "山田"), ("L-2", "佐藤")]


@pytest.mark.parametrize(
    ("header", "column"),
    [
        *((f"契約日（{note}）", "contracted_on") for note in ("YYYY/MM/DD", "西暦", "和暦")),
        *((f"契約日（{note}）", "contracted_on") for note in ("年月日", "日付", "例：2026/10/1")),
        *(("契約日\n(YYYY/MM/DD)", "contracted_on"), ("契約日（確定）", "contracted_on")),
        *(("企業名（正式名称）", "company_name"), ("電話番号(固定)", "phone")),
        *(("契約番号（10桁）", "contract_id"), ("契約番号（半角・例：C-1）", "contract_id")),
    ],
)
def test_how_an_item_is_written_says_nothing_of_it(header: str, column: str) -> None:
    assert map_headers([header], CONTRACTS).sources == {column: (header.strip(),)}


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("初期費用（千円単位）", 1000),
        ("月額料金（千円／月）", 1000),
        ("月額料金（円/月・税抜）", None),
    ],
)
def test_unit_is_told_by_the_month_too(header: str, unit: int | None) -> None:
    units = map_headers([header], CONTRACTS).units
    assert list(units.values()) == [unit or 1]


@pytest.mark.parametrize(
    "header", ["月額料金（千円／年）", "初期費用（円／月）", "契約日（予定）", "月額（例：千円）"]
)
def test_what_changes_an_item_is_no_format(header: str) -> None:
    assert map_headers([header], CONTRACTS).sources == {}
