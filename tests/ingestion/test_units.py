"""Notes about the unit of amounts: understood, or the file is refused; never passed over."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from ingestion.files import read_table
from ingestion.intake import Intake, write_replies
from ingestion.reasons import FileRefused
from ingestion.units import unit_of_notes
from tests.ingestion.conftest import House

CONTRACTS = "契約番号,商品コード,契約日,初期費用,ステータス\n"


@pytest.mark.parametrize(
    ("note", "unit"),
    [
        ("（単位：千円）", "千円"),
        ("単位　万円,,,", "万円"),
        ("（千円）", "千円"),
        ("千円", "千円"),
        ("単位:百万円", "百万円"),
        ("※金額は千円単位", "千円"),
        ("2026年10月 契約一覧（単位：円）", "円"),
        ("2026年10月 契約一覧", None),
        ("（単位：件）", None),
        ("合計 12,000円", None),
    ],
)
def test_unit_is_read_from_a_note(note: str, unit: str | None) -> None:
    assert unit_of_notes([note]) == unit


@pytest.mark.parametrize(
    "notes",
    [
        ["単位：ドル"],
        ["単位：千圓"],
        ["単位：仟円"],
        ["単位：Ｋ円"],
        ["単位：件・千円"],
        ["単位：円、千円"],
        ["Unit: JPY 1,000"],
        ["(in thousands of yen)"],
        ["単位：千円", "単位：円"],
        ["単位：千円（月額のみ円）"],
        ["（単位：千円、ただし月額は円）"],
        ["単位：千円/円"],
    ],
)
def test_unit_that_is_in_doubt_refuses_the_file(notes: list[str]) -> None:
    with pytest.raises(FileRefused) as refused:
        unit_of_notes(notes)
    assert refused.value.reason.code == "unclear_unit"


@pytest.mark.parametrize(
    "note",
    [
        *("千円未満切捨て", "※千円以下の端数は四捨五入", "100万円以上は要相談"),
        *("株式会社千円堂 御中", "千円堂株式会社", "（株）万円屋"),
    ],
)
def test_limit_or_name_is_no_unit(note: str) -> None:
    assert unit_of_notes([note]) is None
    assert unit_of_notes([f"{note} （単位：千円）"]) == "千円"


@pytest.mark.parametrize(
    "note",
    [
        *("千円未満を切り捨てて表示しています", "※千円単位で四捨五入", "千円単位に切り捨て"),
        *("株式会社千円堂金額は千円", "千円堂の契約一覧", "千円均一"),
    ],
)
def test_limit_or_name_that_may_be_a_unit_refuses_the_file(note: str) -> None:
    with pytest.raises(FileRefused):
        unit_of_notes([note])


AMOUNTS = ["初期費用（税抜）", "月額"]


@pytest.mark.parametrize(
    "note",
    [
        *("（単位：千円）", "本表の金額は千円単位です", "初期費用・月額は千円単位"),
        *("手数料明細（単位：千円）", "月額契約一覧（単位：千円）", "金額はすべて千円単位"),
    ],
)
def test_note_about_all_amounts_is_theirs(note: str) -> None:
    assert unit_of_notes([note], AMOUNTS) == "千円"


@pytest.mark.parametrize(
    "notes",
    [
        *(["※初期費用は千円単位"], ["初期費用（千円）"], ["月額のみ万円"], ["月額のみ万円単位"]),
        *(["手数料は千円単位"], ["月額料金は千円単位"], ["単位：千円（月額は除く）"]),
        *(["単位：千円", "月額は円"], ["単位：千円 ただし一部を除く"]),
    ],
)
def test_note_about_some_amounts_refuses_the_file(notes: list[str]) -> None:
    with pytest.raises(FileRefused) as refused:
        unit_of_notes(notes, AMOUNTS)
    assert refused.value.reason.code == "unclear_unit"


def test_note_about_one_of_two_amounts_never_scales_the_other(house: House) -> None:
    header = CONTRACTS.replace("ステータス", "月額,ステータス")
    rows = "K1,X,2026-10-01,120,3000,有効\n"
    house.put("partners/P1/contracts.csv", header + rows + "※初期費用は千円単位,,,,,\n")
    files = house.read().files.filter(_file_name="contracts.csv", _uploader_id="P1")
    assert files["reason_code"].to_list() == ["unclear_unit"]


def taken(intake: Intake) -> list[int | None]:
    return intake.tables["contracts"].filter(_uploader_id="P1")["initial_yen"].to_list()


ROWS = "K1,X,2026-10-01,120,有効\nK2,X,2026-10-02,130,有効\n"


@pytest.mark.parametrize(
    "text",
    [
        CONTRACTS + ROWS + "※単位：千円\n",
        CONTRACTS + ROWS + "単位：千円,,,,\n",
        CONTRACTS + ROWS + "※初期費用は千円単位,,,,\n",
        CONTRACTS + ROWS + "備考：単位は千円です,,,,\n以上,,,,\n",
        CONTRACTS + ROWS + "\n（単位：千円）\n以上\n",
        CONTRACTS + ",,,千円,\n" + ROWS,
        CONTRACTS + "単位,,,（千円）,－\n" + ROWS,
        CONTRACTS.replace("初期費用", "初期費用（千円）") + ",,,千円,件\n" + ROWS,
    ],
)
def test_unit_around_a_table_is_understood(house: House, text: str) -> None:
    house.put("partners/P1/contracts.csv", text)
    intake = house.read()
    assert taken(intake) == [120_000, 130_000]
    assert intake.rejected.filter(_uploader_id="P1").is_empty()


def test_units_under_the_header_are_those_of_their_columns(house: House) -> None:
    header = CONTRACTS.replace("ステータス", "月額,ステータス")
    rows = "K1,X,2026-10-01,120,3000,有効\n"
    house.put("partners/P1/contracts.csv", header + ",,,千円,円,\n" + rows)
    row = house.read().tables["contracts"].filter(_uploader_id="P1")
    assert row.select("initial_yen", "monthly_yen").rows() == [(120_000, 3_000)]


@pytest.mark.parametrize(
    "text",
    [
        CONTRACTS + ",,,ドル,\n" + ROWS,
        CONTRACTS + ",,,Ｋ円,\n" + ROWS,
        CONTRACTS + ",,,,千円\n" + ROWS,
        CONTRACTS + ",,千円\n" + ROWS,
        CONTRACTS + "必須,必須,任意,千円,任意\n" + ROWS,
        CONTRACTS.replace("初期費用", "初期費用（円）") + ",,,千円,\n" + ROWS,
        CONTRACTS + ROWS + "単位：ドル\n",
        CONTRACTS + ROWS + ",,,千円,\n" + ROWS,
        CONTRACTS + ROWS + "※単位：千円\n" + ROWS,
        CONTRACTS + ROWS + "単位：千円\n単位：円\n",
        CONTRACTS + ROWS + "注：金額は千円,,,,\n",
    ],
)
def test_unit_around_a_table_that_is_in_doubt_refuses_it(house: House, text: str) -> None:
    house.put("partners/P1/contracts.csv", text)
    files = house.read().files.filter(_file_name="contracts.csv", _uploader_id="P1")
    assert files["status"].to_list() == ["refused"]
    assert set(files["reason_code"]) <= {"unclear_unit", "multi_row_header"}


def test_row_without_an_amount_is_a_row(house: House) -> None:
    house.put("partners/P1/contracts.csv", CONTRACTS + "K0,X,2026-10-01,千円,有効\n" + ROWS)
    intake = house.read()
    assert taken(intake) == [120, 130]
    assert intake.rejected.filter(_uploader_id="P1")["_row_number"].to_list() == [2]


@pytest.mark.parametrize(
    ("rows", "units"),
    [
        (["", "", "", "千円", ""], [120_000]),
        (["単位", "", "", "（千円）", "-"], [120_000]),
        (["", "", "", "ドル", "円"], None),
        (["文字", "文字", "日付", "千円", "文字"], None),
    ],
)
def test_unit_row_of_a_workbook_is_understood_or_refuses_it(
    house: House,
    write_workbook: Callable[..., Path],
    rows: list[object],
    units: list[int] | None,
) -> None:
    header = CONTRACTS.strip().split(",")
    book = write_workbook([header, rows, ["K1", "X", "2026-10-01", 120, "有効"]])
    house.put("partners/P1/contracts.xlsx", book.read_bytes())
    intake = house.read()
    files = intake.files.filter(_file_name="contracts.xlsx")
    assert files["reason_code"].to_list() == [None if units else "unclear_unit"]
    assert taken(intake) == (units or [])


def test_note_and_header_that_differ_refuse_the_file(house: House) -> None:
    text = (
        "単位：千円\n"
        + CONTRACTS.replace("初期費用", "初期費用（円）")
        + "K1,X,2026-10-01,120,有効\n"
    )
    house.put("partners/P1/contracts.csv", text)
    files = house.read().files.filter(_file_name="contracts.csv", _uploader_id="P1")
    assert files["reason_code"].to_list() == ["unclear_unit"]


def test_amount_sent_back_and_corrected_keeps_its_unit(house: House) -> None:
    rows = "K1,X,2026-10-01,120,謎\nK2,X,2026-10-01,130,有効\n"
    house.put("partners/P1/contracts.csv", "（単位：千円）\n" + CONTRACTS + rows)
    first = house.run(1)
    assert taken(first) == [130_000]
    write_replies(house.home, first)
    reply = house.home / "outbox" / "P1" / "contracts.csv.rejected.xlsx"
    table = read_table(reply)
    assert "初期費用（千円）" in table.header
    corrected = table.rows.with_columns(ステータス=pl.lit("有効"))
    house.put("partners/P1/contracts__2.csv", corrected.write_csv())
    assert taken(house.run(2)) == [120_000]
