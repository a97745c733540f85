"""A statement as its partner reads it: every yen, no formula that runs, no word of suspicion."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import polars as pl
import pytest

from ingestion.statements import STATEMENT_LINE_SCHEMA
from orchestration.statements.pages import MAX_LINES, MAX_PENDING, render_html
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
    "close_id": "2026-07-02#1-c1",
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


def test_penalty_of_a_carried_balance_is_told_apart() -> None:
    """The tax is on more than the net: the penalty in what is carried lies outside it."""
    carried = {"carried_in_yen": -20_000, "carried_in_exempt_yen": -30_000}
    page = render_html(HEADER | carried, _frame(LINES))
    assert "前回繰越の違約金（消費税対象外）" in page
    assert "▲30,000" in page
    assert "10,000" in page


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


def test_line_that_moves_others_is_not_folded() -> None:
    """The cap stands last, behind a hundred deals; what is folded are deals, with their sum."""
    deals = [_line(number, 100) for number in range(1, 101)]
    key = "P-1|seller|T-1|FY2026-Q1|cap|FY2026-Q1"
    cap = _line(101, -5_000, component="cap", component_ja="上限調整", deal_id=None, line_key=key)
    page = render_html(HEADER, _frame([*deals, cap | {"stage_ja": None}]))
    folded = 101 - (MAX_LINES - 1)
    assert f"ほか {folded} 件" in page
    assert f"<td>{folded * 100:,}</td>" in page
    assert page.index("2026年度第1四半期分") > page.index("ほか ")
    assert "<td>▲5,000</td>" in page


def test_lines_not_paid_yet_get_the_room_that_paid_ones_leave() -> None:
    held = [_line(number, 100, status="held") for number in range(2, 42)]
    page = render_html(HEADER, _frame([_line(1, 100), *held]))
    assert page.count("<td>確認中</td>") == MAX_LINES + MAX_PENDING - 2
    assert "ほか 16 件" in page


@pytest.mark.parametrize("due_yen", [7_700, 0])
def test_draft_has_no_version_and_promises_nothing(due_yen: int) -> None:
    of = {"is_frozen": False, "amount_due_yen": due_yen, "is_invoice_registered": True}
    page = render_html(HEADER | of, _frame(LINES))
    assert "P-1-2026-06（下書き）" in page
    assert "下記は締め前の案です" in page
    promises = ("第1版", "お支払いいたします", "ご通知いたします", "発行日")
    assert not any(word in page for word in (*promises, "仕入明細書", "14日以内"))


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
    assert "両方の版を保存" in second
    assert "破棄" not in second


def test_account_is_recognised_and_not_shown() -> None:
    page = render_html(HEADER, _frame(LINES))
    assert "架空銀行 本店 普通 ****567" in page
    assert "東京都架空区架空町1-1" in page
    assert "1234567" not in page


@pytest.mark.parametrize(("account", "told"), [("1234-567-1-4567773", "773"), ("1234567", "567")])
def test_account_without_a_bank_is_told_by_its_end(account: str, told: str) -> None:
    page = render_html(HEADER | {"bank_account": account}, _frame(LINES))
    assert f"<dd>登録口座（末尾{told}）</dd>" in page
    assert "*" not in page.partition("<dl>")[2].partition("</dl>")[0]


def test_version_says_when_it_was_issued_and_labels_its_hash() -> None:
    page = render_html(HEADER, _frame(LINES))
    assert "<dt>発行日</dt><dd>2026年7月2日（木）</dd>" in page
    assert f"内容照合値 {'0' * 64}" in page


@pytest.mark.parametrize(
    ("label", "said"),
    [("2026-10", "2026年10月分"), ("FY2026-Q3", "2026年度第3四半期分"), ("FY2026", "2026年度分")],
)
def test_window_is_named_as_a_bookkeeper_does(label: str, said: str) -> None:
    key = f"P-1|seller|T-1|{label}|uplift|{label}"
    line = _line(1, 300, deal_id=None, line_key=key, component="uplift")
    assert worded(_frame([line]))["deal"].to_list() == [said]


def test_deal_is_named_by_the_number_of_its_partner_too() -> None:
    lines = [_line(1, 100, partner_ref="K016-0001"), _line(2, 100, partner_ref="C-2")]
    assert worded(_frame(lines))["deal"].to_list() == ["C-1（K016-0001）", "C-2"]


def test_line_without_its_deal_is_named_by_its_own_number() -> None:
    """A lead that left the target; a window; a penalty is never named by its flag."""
    key = "P-1|seller|T-1|{}|2026-06"
    lines = [
        _line(1, 1_000, deal_id=None, line_key=key.format("lead:LG7|base")),
        _line(2, 500, deal_id=None, line_key=key.format("contract:C-9#2|base")),
        _line(3, 300, deal_id=None, line_key=key.format("2026-06|uplift"), component="uplift"),
        _line(4, -9, deal_id=None, line_key=key.format("rule:P-1|penalty"), component="penalty"),
    ]
    assert worded(_frame(lines))["deal"].to_list() == ["LG7", "C-9", "2026年6月分", "—"]


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
    assert "<th>源泉所得税（復興特別所得税を含む）</th><td>▲8,168</td>" in page


@pytest.mark.parametrize(
    ("fee", "base", "before", "withheld", "said"),
    [
        (
            200_000,
            200_000,
            0,
            8_168,
            "＝（源泉徴収の対象 200,000円 − 控除（月額） 120,000円）× 10.21%",
        ),
        (66_000, 132_000, 0, 1_225, "132,000円（同じ月の先の通知書 66,000円を含む） − "),
        (100_000, 300_000, 8_168, 10_210, "− 同月の徴収済額 8,168円 ＝ 10,210円"),
        (66_000, 66_000, 0, 0, "66,000円は、控除（月額）120,000円まで"),
    ],
)
def test_withheld_yen_can_be_recomputed(
    fee: int, base: int, before: int, withheld: int, said: str
) -> None:
    kept = {"withholding_base_yen": base, "withheld_before_yen": before, "taxable_yen": fee}
    rates = {"withholding_deduction_yen": 120_000, "withholding_ppm": 102_100}
    page = render_html(HEADER | kept | rates | {"withholding_yen": withheld}, _frame(LINES))
    assert max(base - 120_000, 0) * 102_100 // 1_000_000 - before == withheld
    assert said in page


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
