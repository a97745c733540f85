"""The words of number formats and the marks within texts: read as they are seen, or rejected."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.tables import Table
from tests.ingestion.workbook_bytes import formats, pack, parts, read_book, row

STRUCK, RAISED = "<rPr><strike/></rPr>", '<rPr><vertAlign val="superscript"/></rPr>'


def read(tmp_path: Path, cell: str, code: str = "0", header: str = "金額", **book: str) -> Table:
    """The table of a book whose third column holds this cell, its style 1 of this format."""
    rows = row(1, "lead_id", "登録日", header) + row(2, "L2", "2026-10-01", cell)
    content = parts(rows, styles=formats(code), **book)
    return read_book(pack(tmp_path / "book.xlsx", content))


def number(stored: str) -> str:
    return f'<c r="C2" s="1"><v>{stored}</v></c>'


@pytest.mark.parametrize(
    ("code", "stored", "shown"),
    [
        ('#,##0"万"', "12", "12万"),
        ('#,##0"K"', "120", "120K"),
        ('"税込"#,##0', "110000", "税込110000"),
        ('#,##0"（年額）"', "60000", "60000（年額）"),
        ('"-"#,##0', "1000", "-1000"),
        ('"("#,##0")"', "1000", "(1000)"),
        ('"未定"', "100000", "未定"),
        ('"K-"000', "7", "K-007"),
        ('"R8-"0', "7", "R8-7"),
        ('0"年"', "2", "2年"),
        ('0.0,,"百万円"', "1200000", "1.2百万円"),
        ('#,##0;"▲"#,##0', "-1000", "-1000"),
        ("#,##0;[Red]#,##0", "-1000", "-1000"),
        ('_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ', "0", "0"),
        ('[>=100000]#,##0,"千円";#,##0"円"', "120000", "120千円"),
        ('yyyy"年"m"月"', "46300", "2026年10月"),
        ("mmm-yy", "46300", "2026年10月"),
        ('yyyy/m/d"（予定）"', "46300", "2026-10-05（予定）"),
        ('[$-411]ggge"年"m"月"d"日（"aaa"）"', "46300", "2026-10-05"),
    ],
)
def test_words_of_a_format_are_part_of_the_text(
    tmp_path: Path, code: str, stored: str, shown: str
) -> None:
    code = code.replace(">=", "&gt;=")
    assert read(tmp_path, number(stored), code).rows["金額"].to_list() == [shown]


@pytest.mark.parametrize(
    ("code", "stored"),
    [("#,##0,", "120000"), (";;;", "100000"), ("#,##0;#,##0", "-1000"), ('0,"円"', "120000")],
)
def test_number_that_hides_what_it_is_costs_its_row_and_names_its_format(
    tmp_path: Path, code: str, stored: str
) -> None:
    problems = read(tmp_path, number(stored), code).problems
    assert problems["reason_code"].to_list() == ["unreadable_cell"]
    assert problems["value"].to_list() == [f"{stored}（表示形式：{code}）"]


@pytest.mark.parametrize(
    ("code", "stored", "text"),
    [
        ("#,##0,", "120000", "120千円"),
        ('#,##0,"千円"', "120000", "120千円"),
        ('#,##0"円"', "120000", "120000円"),
        ("¥#,##0", "120000", "120000円"),
        ("#,##0", "120", "120"),
    ],
)
def test_format_is_held_against_the_unit_of_the_header(
    tmp_path: Path, code: str, stored: str, text: str
) -> None:
    table = read(tmp_path, number(stored), code, header="金額（千円）")
    assert table.rows["金額（千円）"].to_list() == [text]


@pytest.mark.parametrize(
    ("runs", "code", "text"),
    [
        (f"<r>{STRUCK}<t>1</t></r><r><t>20000</t></r>", "struck_through", "120000"),
        (f"<r><t>20000</t></r><r>{RAISED}<t>1</t></r>", "raised_text", "200001"),
        ("<t>20_x0007_000</t>", "control_character", "20000"),
    ],
)
def test_text_with_a_mark_in_it_costs_its_row(
    tmp_path: Path, runs: str, code: str, text: str
) -> None:
    shared, inline = '<c r="C2" t="s"><v>0</v></c>', f'<c r="C2" t="inlineStr"><is>{runs}</is></c>'
    for cell in (shared, inline):
        table = read(tmp_path, cell, strings=f"<si>{runs}</si>")
        assert table.problems.select("reason_code", "value").rows() == [(code, text)]


def test_members_of_an_array_are_as_uncertain_as_its_first_cell(tmp_path: Path) -> None:
    rows = row(1, "lead_id", "金額")
    array = '<c r="B2"><f t="array" ref="B2:B3">A5:A6</f><v>0</v></c>'
    rows += row(2, "L2", array) + row(3, "L3", '<c r="B3"><v>0</v></c>')
    calculation = '<calcPr fullCalcOnLoad="1"/>'
    table = read_book(pack(tmp_path / "book.xlsx", parts(rows, calculation=calculation)))
    assert table.problems["reason_code"].to_list() == ["formula_without_value"] * 2


def test_all_faults_of_a_row_are_told(tmp_path: Path) -> None:
    rows = row(1, "lead_id", "登録日", "金額")
    rows += row(2, "L2", '<c r="B2" t="e"><v>#N/A</v></c>', '<c r="C2"><v>abc</v></c>')
    table = read_book(pack(tmp_path / "book.xlsx", parts(rows)))
    assert table.problems["column_name"].to_list() == ["登録日", "金額"]
