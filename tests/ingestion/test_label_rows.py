"""Rows that are no data, numbers that are none, and one number for two rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ingestion.conftest import House

Receipt = Callable[..., dict[str, Any]]
HEADER = "管理番号,会社名,担当者名,電話番号,登録日,都道府県\n"
ROWS = "".join(f"L-{n},株式会社{n},山田,03-1111-1111,2026-10-01,東京都\n" for n in (1, 2, 3))


def reasons(house: House, text: str) -> list[tuple[int, str]]:
    house.put("partners/P1/leads.csv", text, "cp932")
    intake = house.read()
    assert intake.tables["leads"]["lead_id"].to_list() == ["L-1", "L-2", "L-3"]
    return intake.rejected.select("_row_number", "reason_code").rows()


@pytest.mark.parametrize(
    "row",
    [
        *("【新規】,,,,,", "■東京支店,,,,,", "東京支店 3件,,,,,", "■東京支店,山田,,,,"),
        *("1/3 ページ,,,,,", "Page 1 of 3,2026-10-31,,,,", "- 2 -,2026-10-31,,,,"),
        *("担当,山田,,,,", "承認印,,,,,", "作成者,佐藤,,,,"),
        *("平均,,,,,35", "件数,3,,,,", "消費税,,,1000,,", "Average,,,,,35"),
        *("L-9,,,,,", "大阪分,株式会社9,山田,03-1111-1111,2026-10-01,東京都"),
    ],
)
def test_row_that_is_a_label_goes_back(house: House, row: str) -> None:
    assert reasons(house, f"{HEADER}{ROWS}{row}\n") == [(5, "label_row")]


@pytest.mark.parametrize(
    "start",
    [
        "記入例,株式会社見本,",
        "（例）,見本,",
        "例1,見本,",
        "サンプル,見本,",
        "L-9,（例）株式会社見本,",
        "例）A0000,見本,",
        "(例)L-001,見本,",
        "サンプル：L-9,見本,",
    ],
)
def test_example_row_goes_back(house: House, start: str) -> None:
    row = f"{start}山田,03-1111-1111,2026-10-01,東京都\n"
    assert reasons(house, f"{HEADER}{row}{ROWS}") == [(2, "example_row")]


@pytest.mark.parametrize(
    "row",
    [
        "L-9,株式会社9,,,,",
        "L-9,サンプル百貨店,,,,",
        "東京-9,株式会社9,,,,東京都",
        "9,,,03-1111-1111,,",
    ],
)
def test_sparse_row_with_a_number_of_its_own_is_data(house: House, row: str) -> None:
    house.put("partners/P1/leads.csv", f"{HEADER}{ROWS}{row}\n")
    assert house.read().tables["leads"].height == 4


def test_numbers_in_words_are_numbers_where_all_are(house: House) -> None:
    house.put("partners/P1/leads.csv", "管理番号,会社名,電話番号\n東京,あ,\n大阪,い,03-1111-1111\n")
    assert house.read().tables["leads"].height == 2


def test_section_of_a_workbook_goes_back_in_the_reply(
    house: House, write_workbook: Callable[..., Path], receipt: Receipt
) -> None:
    header = HEADER.strip().split(",")
    rows = [line.split(",") for line in ROWS.splitlines()]
    book = write_workbook([header, ["【新規】"], *rows, ["担当", "山田"]])
    house.put("partners/P1/leads.xlsx", book.read_bytes())
    line = receipt(house.read(), "leads.xlsx")
    assert (line["row_count"], line["accepted_count"], line["rejected_count"]) == (5, 3, 2)


NONE = (
    *("-", "ー", "－", "なし", "無し", "未定", "未採番", "不明", "null", "NULL", "N/A", "none"),
    *("0", "00000", "０", "TBD", "（未定）", "？", "n/a", "採番中", "0-0", "…"),
)


@pytest.mark.parametrize("door", ["partners/P1", "crm/sf"])
def test_number_that_says_there_is_none_is_no_key(house: House, door: str) -> None:
    good = ["N-1", "0001", "なし子-1", "NULL-1", "A", *map(str, range(10, 30))]
    rows = "".join(f"{name},2026-10-01,sales,あ\n" for name in [*NONE, *good])
    house.put(f"{door}/leads.csv", "lead_id,registered_at,channel,会社名\n" + rows)
    intake = house.read()
    assert intake.tables["leads"]["lead_id"].to_list() == good
    assert intake.rejected["reason_code"].to_list() == ["placeholder_id"] * len(NONE)


def test_other_number_that_says_so_is_an_empty_cell_with_a_word(house: House) -> None:
    house.put("partners/P1/leads.csv", "管理番号,会社名,営業担当,代理店コード\n1,あ,なし,-\n")
    intake = house.read()
    assert intake.tables["leads"].select("rep_id", "partner_id").rows() == [(None, "P1")]
    assert set(intake.warnings["reason_code"]) == {"placeholder_ignored"}
    assert intake.rejected.is_empty()


def test_product_to_be_settled_does_not_become_every_product(house: House) -> None:
    header = "term_id,agreement_id,agreement_version,stage,basis,fixed_yen,product_id\n"
    house.put("crm/sf/commission_terms.csv", header + "T1,A1,1,contract,fixed,100,未定\n")
    intake = house.read()
    assert intake.tables["commission_terms"].is_empty()
    assert intake.rejected["reason_code"].to_list() == ["placeholder_id"]


@pytest.mark.parametrize("place", ["partners/P1/leads.csv", "crm/sf/products.csv"])
def test_one_number_for_two_contents_in_a_file_is_told(house: House, place: str) -> None:
    name = "会社名" if "leads" in place else "product_name"
    house.put(place, f"管理番号,{name}\n1,あ\n1,い\n2,う\n2,う\n")
    intake = house.read()
    entity = Path(place).stem
    assert intake.tables[entity].height == 3
    told = intake.warnings.select("_row_number", "reason_code").rows()
    assert told == [(2, "equal_versions"), (3, "equal_versions")]


def test_versions_that_state_their_time_are_no_conflict(house: House) -> None:
    header = "管理番号,会社名,最終更新日時\n"
    house.put("partners/P1/leads.csv", header + "1,あ,2026-10-01 10:00\n1,い,2026-10-02 10:00\n")
    intake = house.read()
    assert (intake.tables["leads"].height, intake.warnings.height) == (2, 0)
