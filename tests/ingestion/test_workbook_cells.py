"""What the cells of a workbook become: right, or a row with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.tables import Table
from ingestion.values import amounts
from tests.ingestion.workbook_bytes import formats, pack, parts, read_book, row, text

HEADER = row(1, "lead_id", "登録日", "金額")
READ = Table


def read(tmp_path: Path, *cells: str, **book: str) -> Table:
    """The table of a book whose third column holds these cells (`@` is their reference)."""
    rows = "".join(
        row(number, f"L{number}", "2026-10-01", cell.replace("@", f"C{number}"))
        for number, cell in enumerate(cells, start=2)
    )
    table = read_book(pack(tmp_path / "book.xlsx", parts(HEADER + rows, **book)))
    assert table.refusal is None, table.refusal
    assert table.rows.height + table.problems["row_number"].n_unique() == len(cells)
    return table


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1234", "1234"),
        ("1234.0", "1234"),
        ("0.30000000000000004", "0.3"),
        ("1E3", "1000"),
        ("1.5E-7", "0.00000015"),
        ("-0", "0"),
        ("-1200", "-1200"),
        ("0012", "12"),
        ("999999999999999", "999999999999999"),
        (".5", "0.5"),
        ("33.3333333333333357", "33.3333333333333"),
    ],
)
def test_number_is_shown_with_the_digits_that_excel_shows(
    tmp_path: Path, written: str, shown: str
) -> None:
    assert read(tmp_path, f'<c r="@"><v>{written}</v></c>').rows["金額"].to_list() == [shown]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('<c r="@"><v>12345678901234567</v></c>', "number_too_long"),
        ('<c r="@"><v>1.2345678901234567E+16</v></c>', "number_too_long"),
        ('<c r="@"><v>1000000000000000</v></c>', "number_too_long"),
        ('<c r="@"><v>abc</v></c>', "unreadable_cell"),
        ('<c r="@"><v>NaN</v></c>', "unreadable_cell"),
        ('<c r="@"><v>1_000</v></c>', "unreadable_cell"),
        ('<c r="@"><v>1E999</v></c>', "number_too_long"),
        ('<c r="@" t="s"><v>99</v></c>', "unreadable_cell"),
        ('<c r="@" t="s"><v>-1</v></c>', "unreadable_cell"),
        ('<c r="@" t="s"><v>4294967296</v></c>', "unreadable_cell"),
        ('<c r="@" t="b"><v>2</v></c>', "unreadable_cell"),
        ('<c r="@" s="77"><v>1</v></c>', "unreadable_cell"),
        ('<c r="@" t="e"><v>#N/A</v></c>', "cell_error"),
        ('<c r="@" t="e"><v>#BUSY!</v></c>', "cell_error"),
        ('<c r="@"><f>TODAY()</f></c>', "formula_without_value"),
        ('<c r="@"><f>TODAY()</f><v></v></c>', "formula_without_value"),
        ('<c r="@"><f>TODAY()</f><v/></c>', "formula_without_value"),
    ],
)
def test_cell_that_cannot_be_read_costs_only_its_row(tmp_path: Path, cell: str, code: str) -> None:
    table = read(
        tmp_path, '<c r="@"><v>5</v></c>', cell, '<c r="@"><v>7</v></c>', styles=formats("0")
    )
    assert table.rows["金額"].to_list() == ["5", "7"]
    assert table.problems.select("row_number", "column_name", "reason_code").rows() == [
        (3, "金額", code)
    ]
    assert table.unread["lead_id"].to_list() == ["L3"]


@pytest.mark.parametrize(
    ("code", "stored", "shown"),
    [
        ("yyyy/m/d", "46053", "2026-01-31"),
        ("yyyy/m/d;@", "46053", "2026-01-31"),
        ('[$-411]ggge"年"m"月"d"日";@', "43586", "2019-05-01"),
        ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "46053", "2026-01-31"),
        ("yyyy/m/d h:mm", "46053.4375", "2026-01-31 10:30:00"),
        ("yyyy/m/d h:mm", "46053.430555555556", "2026-01-31 10:20:00"),
        ("m/d/yy h:mm:ss.000", "46053.000005787", "2026-01-31 00:00:00.500"),
        ("yyyy/m/d", "46053.999999999994", "2026-02-01"),
        ("h:mm", "0.4375", "10:30:00"),
        ("[h]:mm", "1.5", "36:00:00"),
        ("yyyy/m/d", "1", "1900-01-01"),
        ("yyyy/m/d", "59", "1900-02-28"),
        ("yyyy/m/d", "61", "1900-03-01"),
        ("#,##0", "1234", "1234"),
        ("0%", "0.1", "10%"),
        ("0.00%", "0.12345", "12.345%"),
        ("0.00E+00", "1234", "1234"),
        ("General", "1234", "1234"),
        ('G/標準"円"', "1234", "1234"),
        ("#,##0;[Red]-#,##0", "1234", "1234"),
        ('"¥"#,##0;"¥"-#,##0', "1234", "1234"),
        ("[$¥-411]#,##0", "1234", "1234"),
        ("00000", "123", "00123"),
        ("000\\-0000", "1000001", "100-0001"),
        ("[&lt;=999]000;[&lt;=9999]000\\-00;000\\-0000", "600000", "060-0000"),
        ("[&lt;=99999999]####\\-####;\\(00\\)\\ ####\\-####", "312345678", "(03) 1234-5678"),
        ('#,##0"千円"', "120", "120千円"),
        ('#,##0,"千円"', "120000", "120千円"),
        ("[$$-409]#,##0.00", "5", "5 $"),
        ("[$€-2]\\ #,##0", "5", "5 €"),
        ("[$¥-804]#,##0", "5", "5 CNY"),
    ],
)
def test_number_format_counts_where_it_changes_the_meaning(
    tmp_path: Path, code: str, stored: str, shown: str
) -> None:
    table = read(tmp_path, f'<c r="@" s="1"><v>{stored}</v></c>', styles=formats(code))
    assert table.rows["金額"].to_list() == [shown]


@pytest.mark.parametrize("stored", ["60", "-1", "2958466", "1E14"])
def test_date_that_excel_cannot_show_is_rejected(tmp_path: Path, stored: str) -> None:
    table = read(tmp_path, f'<c r="@" s="1"><v>{stored}</v></c>', styles=formats("yyyy/m/d"))
    assert table.problems["reason_code"].to_list() == ["unreadable_cell"]


def test_book_that_counts_from_1904_shows_its_own_days(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        '<c r="@" s="1"><v>44591</v></c>',
        settings='<workbookPr date1904="1"/>',
        styles=formats("yyyy/m/d"),
    )
    assert table.rows["金額"].to_list() == ["2026-01-31"]
    assert not table.is_workbook, "a serial without a format would be taken for another day"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('<c r="@" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="@" t="str"><f>A1&amp;B1</f><v>a&amp;b</v></c>', "a&b"),
        ('<c r="@" t="inlineStr"><is><r><t>山</t></r><r><t>田</t></r></is></c>', "山田"),
        (
            '<c r="@" t="inlineStr"><is><t>山田</t><rPh sb="0" eb="2"><t>ヤマダ</t></rPh></is></c>',
            "山田",
        ),
        ('<c r="@" t="inlineStr"><is><t>a_x000D_b</t></is></c>', "a\rb"),
        ('<c r="@" t="inlineStr"><is><t>_x005F_x0041_</t></is></c>', "_x0041_"),
        ('<c r="@" t="inlineStr"><is><t>_xD83D_</t></is></c>', "_xD83D_"),
        ('<c r="@" t="inlineStr"><is><t>&#12354;&lt;&#x3044;</t></is></c>', "あ<い"),
        ('<c r="@" t="inlineStr"><is><t><![CDATA[<c r="C9">]]></t></is></c>', '<c r="C9">'),
        ('<c r="@" t="d"><v>2026-01-31T00:00:00</v></c>', "2026-01-31T00:00:00"),
        ('<c t="n"><v>5</v></c>', "5"),
        ('<c s="0" r="@" cm="1"><v>5</v></c>', "5"),
        ('<c r="@" t="str"><f>""</f><v></v></c>', ""),
        ('<c r="@" t="s"><v>0</v></c>', "山田"),
        ('<c r="@" t="s"><v>1</v></c>', ""),
        ('<c r="@" t="s"><v>2</v></c>', "株式会社あ"),
    ],
)
def test_text_cell_is_the_text_that_is_seen(tmp_path: Path, cell: str, shown: str) -> None:
    strings = (
        '<si><t>山田</t><rPh sb="0" eb="2"><t>ヤマダ</t></rPh><phoneticPr fontId="1"/></si>'
        "<si><t/></si><si><r><rPr><b/></rPr><t>株式</t></r><r><t>会社あ</t></r>"
        '<rPh sb="0" eb="2"><t>カブシキ</t></rPh></si>'
    )
    assert read(tmp_path, cell, strings=strings).rows["金額"].to_list() == [shown]


def test_formula_is_taken_with_one_warning_a_column(tmp_path: Path) -> None:
    cells = ['<c r="@"><f>1+1</f><v>2</v></c>'] * 3
    table = read(tmp_path, *cells)
    assert table.rows["金額"].to_list() == ["2", "2", "2"]
    assert table.warnings.rows() == [(2, "金額", "2", "formula_value")]


def test_formula_is_not_believed_when_the_writer_left_it_to_excel(tmp_path: Path) -> None:
    table = read(
        tmp_path, '<c r="@"><f>1+1</f><v>0</v></c>', calculation='<calcPr fullCalcOnLoad="1"/>'
    )
    assert table.problems["reason_code"].to_list() == ["formula_without_value"]


@pytest.mark.parametrize(
    "cell",
    ['<c r="A3" s="1"><v>46296</v></c>', '<c r="A3" t="b"><v>1</v></c>'],
)
def test_identifier_that_became_a_date_or_a_truth_value_costs_its_row(
    tmp_path: Path, cell: str
) -> None:
    header = row(1, "管理番号", "契約日")
    rows = row(2, "2026-10-01", "2026-10-01") + row(3, cell, "2026-10-02")
    dated = row(4, "K-4", '<c r="B4" s="1"><v>46296</v></c>')
    book = pack(tmp_path / "book.xlsx", parts(header + rows + dated, styles=formats("yyyy/m/d")))
    table = read_book(book)
    assert table.rows.rows() == [("2026-10-01", "2026-10-01"), ("K-4", "2026-10-01")]
    found = table.problems.select("row_number", "column_name", "reason_code").rows()
    assert found == [(3, "管理番号", "mangled_identifier")]


def test_cells_of_a_decorated_column_are_of_use(tmp_path: Path) -> None:
    header = row(1, "管理番号", "税抜初期費用")
    rows = row(2, "K-2", "100") + row(3, "K-3", '<c r="B3" t="e"><v>#N/A</v></c>')
    table = read_book(pack(tmp_path / "book.xlsx", parts(header + rows)))
    assert table.problems["reason_code"].to_list() == ["cell_error"]


STRIKES = (
    "<fonts><font/><font><strike/></font><font><strike val='0'/></font></fonts>"
    '<cellXfs><xf fontId="0"/><xf fontId="1"/><xf fontId="2"/></cellXfs>'
    "<dxfs><dxf><font><strike/></font></dxf></dxfs>"
)


def test_struck_cells_reject_their_row(tmp_path: Path) -> None:
    cells = [f'<c r="@" s="{style}"><v>{style}</v></c>' for style in (0, 1, 2)]
    table = read(tmp_path, *cells, styles=STRIKES)
    assert table.rows["金額"].to_list() == ["0", "2"]
    assert table.problems.rows() == [(3, "金額", "1", "struck_through")]


def test_struck_text_is_shown_as_it_stands(tmp_path: Path) -> None:
    strings = "<si><t>なし</t></si><si><t>中止</t></si>"
    table = read(tmp_path, '<c r="@" s="1" t="s"><v>1</v></c>', styles=STRIKES, strings=strings)
    assert table.problems.rows() == [(2, "金額", "中止", "struck_through")]


def test_struck_cells_of_no_use_cost_a_warning(tmp_path: Path) -> None:
    rows = row(1, "lead_id", "社内メモ", "会社名") + row(
        2, "L1", '<c r="B2" s="1"><v>7</v></c>', "あ"
    )
    table = read_book(pack(tmp_path / "book.xlsx", parts(rows, styles=STRIKES)))
    assert table.rows.height == 1
    assert table.warnings["reason_code"].to_list() == ["struck_through"]


def test_point_of_a_number_is_told_from_one_of_a_text(tmp_path: Path) -> None:
    number, typed = '<c r="@"><v>1.234</v></c>', text("@", "1.234")
    scaled = '<c r="@" s="1"><v>12.5</v></c>'
    shown = read(tmp_path, number, typed, scaled, styles=formats('0.000"千円"'))
    assert shown.rows["金額"].to_list() == ["1.2340", "1.234", "12.5千円"]
    assert amounts.read_yens(shown.rows["金額"], 1_000).to_list() == [1_234, None, 12_500]
