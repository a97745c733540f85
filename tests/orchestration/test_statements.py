"""A statement as its partner reads it: every yen, no formula that runs, no word of suspicion."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import polars as pl
import pytest

from ingestion.statements import STATEMENT_LINE_SCHEMA
from orchestration.statements.pages import MAX_LINES, render_html
from orchestration.statements.words import worded
from orchestration.statements.workbooks import render_xlsx

HEADER: dict[str, Any] = {
    "statement_id": "P-1-2026-06",
    "version": 1,
    "partner_id": "P-1",
    "partner_name": '=HYPERLINK("x") <商事>',
    "is_individual": False,
    "period": "2026-06",
    "closing_on": date(2026, 6, 30),
    "gross_yen": 10_000,
    "uplift_yen": 0,
    "cap_yen": 0,
    "clawback_yen": -2_000,
    "penalty_yen": 0,
    "carried_in_yen": -1_000,
    "net_yen": 7_000,
    "carried_out_yen": 0,
    "taxable_yen": 7_000,
    "tax_yen": 700,
    "withholding_yen": 0,
    "amount_due_yen": 7_700,
    "due_on": date(2026, 7, 31),
    "invoice_number": None,
    "is_invoice_registered": False,
    "deductible_ppm": 800_000,
    "content_sha256": "0" * 64,
    "is_frozen": True,
    "partner_address": "東京都架空区架空町1-1",
    "bank_account": "架空銀行 本店 普通 1234567",
    "vendor_name": "架空クラウド株式会社",
}


def _line(number: int, yen: int, **more: Any) -> dict[str, Any]:
    return {
        "line_number": number,
        "line_key": "P-1|seller|T-1|contract:C-1|base|2026-06",
        "component": "base",
        "component_ja": "基本報酬",
        "stage_ja": "申込・契約",
        "deal_id": f"C-{number}",
        "earn_period": "2026-06",
        "reason_ja": "新規",
        "status": "payable",
        "amount_yen": yen,
    } | more


CARRIED = _line(
    3,
    -1_000,
    line_key=None,
    component="carried",
    component_ja="前回繰越",
    stage_ja=None,
    deal_id=None,
    earn_period=None,
    reason_ja="繰越",
    status="carried",
)
LINES = [
    _line(1, 10_000, deal_id="=1+1"),
    _line(2, -2_000, reason_ja="解約戻入"),
    CARRIED,
    _line(4, 5_000, status="held"),
    _line(5, -300, status="needs_legal"),
]


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=STATEMENT_LINE_SCHEMA)


def _sheet(content: bytes) -> pl.DataFrame:
    return pl.read_excel(io.BytesIO(content), has_header=False, engine="calamine")


def test_page_says_every_sum_and_escapes_names() -> None:
    page = render_html(HEADER, _frame(LINES))
    for text in ("支払通知書", "7,700 円", "▲2,000", "解約戻入", "前回繰越", "2026年7月31日（金）"):
        assert text in page
    assert "&lt;商事&gt; 御中" in page
    assert "経過措置により80%" in page
    assert "（案）" not in page


def test_lines_under_confirmation_are_listed_neutrally() -> None:
    page = render_html(HEADER, _frame(LINES))
    assert "確認中" in page
    assert not any(word in page for word in ("不正", "疑い", "held", "フラグ"))


def test_page_folds_what_does_not_fit_into_one_row() -> None:
    lines = _frame([_line(number, 100) for number in range(1, 101)])
    page = render_html(HEADER, lines)
    assert page.count("<td>新規</td>") == MAX_LINES - 1
    assert f"ほか {101 - MAX_LINES} 件" in page
    assert f"<td>{(101 - MAX_LINES) * 100:,}</td>" in page


def test_draft_has_no_version_and_promises_nothing() -> None:
    page = render_html(HEADER | {"is_frozen": False}, _frame(LINES))
    assert "P-1-2026-06（下書き）" in page
    assert "下記は締め前の案です" in page
    assert not any(word in page for word in ("第1版", "お支払いいたします"))


@pytest.mark.parametrize("is_frozen", [True, False])
def test_statement_of_nothing_promises_no_payment(is_frozen: bool) -> None:
    page = render_html(HEADER | {"amount_due_yen": 0, "is_frozen": is_frozen}, _frame(LINES))
    assert "今回のお支払いはございません" in page
    assert "<dt>支払期日</dt><dd>お支払いなし</dd>" in page
    assert not any(word in page for word in ("お支払いいたします", "お振込みにかかる手数料"))


def _cells(header: dict[str, Any], lines: pl.DataFrame) -> str:
    return str(_sheet(render_xlsx(header, lines)).rows())


@pytest.mark.parametrize("render", [render_html, _cells])
def test_second_version_replaces_the_first_in_words(render: Any) -> None:
    first, second = (render(HEADER | {"version": n}, _frame(LINES)) for n in (1, 2))
    for text in ("支払通知書（第2版）", "第1版は本書をもって差し替えます"):
        assert text in second
        assert text not in first


def test_account_is_recognised_and_not_shown() -> None:
    page = render_html(HEADER, _frame(LINES))
    assert "架空銀行 本店 普通 ****567" in page
    assert "東京都架空区架空町1-1" in page
    assert "1234567" not in page


def test_line_without_its_deal_is_named_by_its_own_number() -> None:
    """A lead that left the target; a window; a penalty is never named by its flag."""
    key = "P-1|seller|T-1|{}|2026-06"
    lines = [
        _line(1, 1_000, deal_id=None, line_key=key.format("lead:LG7|base")),
        _line(2, 500, deal_id=None, line_key=key.format("contract:C-9#2|base")),
        _line(3, 300, deal_id=None, line_key=key.format("2026-06|uplift"), component="uplift"),
        _line(4, -9, deal_id=None, line_key=key.format("rule:P-1|penalty"), component="penalty"),
    ]
    assert worded(_frame(lines))["deal"].to_list() == ["LG7", "C-9", "2026-06", "—"]


def test_uplift_below_nothing_is_an_adjustment() -> None:
    page = render_html(HEADER | {"gross_yen": 7_000, "uplift_yen": -3_000}, _frame(LINES))
    assert '<tr class="part"><th>段階調整</th><td>▲3,000</td></tr>' in page
    assert "<th>報酬</th><td>10,000</td>" in page


def test_negative_net_is_told_and_carried() -> None:
    less = {"gross_yen": 1_000, "net_yen": -2_000, "carried_out_yen": -2_000}
    none = {"taxable_yen": 0, "tax_yen": 0, "amount_due_yen": 0}
    page = render_html(HEADER | less | none | {"is_frozen": False}, _frame(LINES))
    assert "次回繰越" in page
    assert "支払通知書（案）" in page


def test_person_is_addressed_as_one_and_withheld() -> None:
    person = {"is_individual": True, "partner_name": "青木一郎", "withholding_yen": 8_168}
    page = render_html(HEADER | person, _frame(LINES))
    assert "青木一郎 様" in page
    assert "源泉所得税" in page


def test_workbook_runs_no_formula_and_keeps_yen_numbers() -> None:
    content = render_xlsx(HEADER, _frame(LINES))
    cells = {str(cell) for row in _sheet(content).rows() for cell in row if cell is not None}
    assert "'=1+1" in cells
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    for yen in (10_000, -2_000, -1_000, 5_000, 7_700):
        assert f"<v>{yen}</v>" in sheet


@pytest.mark.parametrize("render", [render_html, render_xlsx])
def test_same_rows_give_the_same_content(render: Any) -> None:
    assert render(HEADER, _frame(LINES)) == render(HEADER, _frame(LINES[::-1]))
