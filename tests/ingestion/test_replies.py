"""Replies: the rejected rows ready to correct, and a receipt whose counts add up."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from ingestion.demo import files as demo_files
from ingestion.intake import Intake, write_replies
from ingestion.replies.formulas import neutralise, restore
from ingestion.replies.workbooks import Returned, write_workbook
from tests.ingestion.workbook_bytes import read_book

House = Any  # the fixture class of conftest.py
Write = Callable[..., Path]
HEADER = ["管理番号", "登録日", "会社名", "電話番号", "代理店コード", "備考"]


def reply_to(house: House, name: str, intake: Intake) -> tuple[str, Path]:
    """The receipt's text and the path of the rejected rows."""
    written = {path.name: path for path in write_replies(house.home, intake)}
    return written[
        f"{name}.receipt.html"
    ].read_text(), house.home / f"outbox/P1/{name}.rejected.xlsx"


def sent_back(reply: Path) -> pl.DataFrame:
    """The cells of a reply, those of rows that would be rejected at once too."""
    table = read_book(reply)
    read = table.rows.with_columns(table.numbers.alias("row_number"))
    rows = pl.concat([read, table.unread], how="diagonal").sort("row_number")
    return rows.select(table.rows.columns)


@pytest.fixture
def answered(house: House, write_workbook: Write) -> tuple[House, str, Path]:
    """A workbook with four bad rows of six, and what came back."""
    rows: list[list[object]] = [
        ["紹介実績"],
        HEADER,
        ["0001", date(2026, 10, 1), "あ", "03-1111-1111", "P1", "＝1"],
        ["0002", "10/2", "い", "03-2222-2222", "P1", "@2"],
        ["0003", date(2026, 10, 3), "う", "03-3333-3333", "P3", ""],
        ["0004", "未定", "〃", "", "P3", "-5"],
        ["0005", date(2026, 10, 5), "お", "03-5555-5555", "", ""],
        [12345678901234567890, date(2026, 10, 6), "か", "", "", ""],
    ]
    house.put("partners/P1/leads__十月.xlsx", write_workbook(rows).read_bytes())
    receipt, reply = reply_to(house, "leads__十月.xlsx", house.run())
    return house, receipt, reply


def test_rejected_rows_come_back_as_they_were_sent(answered: tuple[House, str, Path]) -> None:
    table = read_book(answered[2])
    assert table.header == (*HEADER, "理由", "元の行番号")
    back = sent_back(answered[2])
    assert back.select(HEADER[:3]).rows() == [
        ("0002", "10/2", "い"),
        ("0003", "2026-10-03", "う"),
        ("0004", "未定", "〃"),
        ("【要修正】1.234567890123457E+19", "2026-10-06", "か"),
    ]
    assert back["元の行番号"].to_list() == ["4", "5", "6", "8"]
    reasons = back["理由"]
    assert reasons[0].startswith("登録日：")
    assert "会社名：" in reasons[2] and "登録日：" in reasons[2]
    assert "桁" in reasons[3]


def test_receipt_adds_up_and_says_what_to_do(answered: tuple[House, str, Path]) -> None:
    receipt = answered[1]
    rows, accepted, rejected, duplicate = map(int, re.findall(r"<strong>(\d+)</strong>", receipt))
    assert (rows, accepted, rejected, duplicate) == (6, 2, 4, 0)
    assert "leads__十月.xlsx.rejected.xlsx" in receipt
    assert "備考" not in receipt.partition("次にすること")[2]
    for line in ("登録日", "代理店コード", "4、6"):
        assert line in receipt


def test_corrected_reply_is_taken_without_a_word_about_our_columns(
    answered: tuple[House, str, Path], write_workbook: Write
) -> None:
    house, _, reply = answered
    rows = sent_back(reply).with_columns(
        登録日=pl.lit("2026-10-09"),
        会社名=pl.lit("あ"),
        代理店コード=pl.lit("P1"),
        管理番号="元の行番号",
    )
    fixed = write_workbook([rows.columns, *map(list, rows.rows())], name="fixed.xlsx")
    house.put("partners/P1/leads__again.xlsx", fixed.read_bytes())
    intake = house.read(day=2)
    line = intake.files.row(by_predicate=pl.col("_file_name") == "leads__again.xlsx", named=True)
    assert (line["accepted_count"], line["rejected_count"]) == (4, 0)
    assert line["unknown_columns"] is None


def test_reply_to_a_reply_has_our_columns_once(answered: tuple[House, str, Path]) -> None:
    house, _, reply = answered
    house.put("partners/P1/leads__again.xlsx", reply.read_bytes())
    _, again = reply_to(house, "leads__again.xlsx", house.run(day=2))
    assert read_book(again).header == (*HEADER, "理由", "元の行番号")
    assert sent_back(again)["元の行番号"].to_list() == ["2", "3", "4", "5"]


def test_row_that_cannot_be_told_apart_comes_back_as_its_text(house: House) -> None:
    house.put("partners/P1/leads.csv", "管理番号,会社名,理由\n1,あ\n2,い,x\n")
    _, reply = reply_to(house, "leads.csv", house.run())
    table = read_book(reply)
    assert table.header == ("管理番号", "会社名", "理由", "返却理由", "元の行番号")
    assert sent_back(reply).row(0)[:3] == ("【要修正】1,あ", "", "")


def test_word_of_no_list_is_answered_with_the_words_that_are(house: House) -> None:
    header = "event_id,契約番号,区分,実施日"
    house.put("partners/P1/contract_events.csv", f"{header}\nE1,C1,謎,2026-10-20\n")
    house.put("partners/P1/leads.csv", "管理番号,リード状況,同意区分,legal_basis\n1,謎,,何\n")
    intake = house.run()
    said = dict(intake.rejected.select("column_name", "reason_ja").rows())
    assert said["stage"].endswith(
        "（次のどれかを記入してください：導入、運用、更新、アップセル、解約、解約取消、初回利用）"
    )
    assert "新規、対応中、却下、商談、失注" in said["lead_status"]
    assert "同意、委託、共同利用" in said["legal_basis"]
    english = dict(intake.rejected.select("column_name", "reason_en").rows())
    assert english["legal_basis"].endswith(": consent, entrustment, joint_use")
    written = {path.name: path for path in write_replies(house.home, intake)}
    assert "初回利用" in written["contract_events.csv.receipt.html"].read_text()


def test_refused_file_gets_a_receipt_alone(house: House) -> None:
    house.put("partners/P1/leads.csv", "謎,何\n1,2\n")
    written = write_replies(house.home, house.run())
    assert [path.name for path in written] == ["leads.csv.receipt.html"]
    assert "受け付けできませんでした" in written[0].read_text()


@pytest.mark.parametrize(
    ("name", "text", "result", "step"),
    [
        ("leads__2.csv", "管理番号,会社名\n1,あ\n", "すべて受領済みの行でした", "何もする必要は"),
        ("leads__0.csv", "管理番号,会社名\n", "データの行がありませんでした", "行を記入して"),
        ("agreements.csv", "a,b\n1,2\n", "受け付けできませんでした", "お送りいただく必要は"),
        ("leads__3.csv", "謎,何\n1,2\n", "受け付けできませんでした", "ファイル全体を直して"),
    ],
)
def test_receipt_says_what_became_of_the_file(
    house: House, name: str, text: str, result: str, step: str
) -> None:
    house.put("partners/P1/leads__1.csv", "管理番号,会社名\n1,あ\n9,い\n")
    house.run(day=1)
    house.put(f"partners/P1/{name}", text)
    (path,) = write_replies(house.home, house.read(day=2))
    shown = path.read_text()
    assert f"<b>{result}</b>" in shown
    assert step in shown.partition("次にすること")[2]


def test_file_of_mostly_bad_rows_is_told_why_in_words(house: House) -> None:
    rows = "".join(f"{place},10/{place}\n" for place in range(1, 22))
    house.put("partners/P1/leads.csv", "管理番号,登録日\n" + rows + "30,2026-10-01\n")
    (path,) = write_replies(house.home, house.run())
    shown = path.read_text()
    assert "22行のうち21行、最も多い理由は登録日時の「日時として読めません" in shown
    assert "リード (leads)" in shown


def test_names_cannot_write_into_the_receipt(house: House) -> None:
    house.put("partners/P1/leads__<b>&$rows.csv", "管理番号,<i>列\n1,x\n")
    receipt = write_replies(house.home, house.run())[0].read_text()
    assert "leads__&lt;b&gt;&amp;$rows.csv" in receipt
    assert "&lt;i&gt;列" in receipt


def test_receipt_stays_one_page_however_many_reasons(house: House) -> None:
    header = ",".join(["管理番号", "会社名", *(f"謎{place}" for place in range(400))])
    house.put("partners/P1/leads.csv", f"{header}\n1,あ{',x' * 400}\n")
    receipt = write_replies(house.home, house.run())[0].read_text()
    assert "ほか 380 列" in receipt
    assert len(receipt) < 10_000


FORMULAS = [
    "=1+1",
    "+81",
    "-1+1",
    "@a",
    "\t=1",
    "\r=1",
    "＝1",
    "＋1",
    "－1",
    "＠a",
    "-5",
    "-5.0",
    "a=1",
]
HIDDEN = [" =1", "\u3000+1", "\u200b@a", "\ufeff-1+1", "\x0b＝1", "\u2060 \x7f﹢1", "−1+1", "\n=1"]


def test_negative_numbers_are_no_formulas() -> None:
    cells = pl.DataFrame({"cell": FORMULAS}).select(neutralise(pl.col("cell")))["cell"]
    assert cells.to_list() == [*(f"'{text}" for text in FORMULAS[:10]), *FORMULAS[10:]]


def test_signs_behind_what_is_not_seen_are_formulas_and_come_back_whole() -> None:
    cells = pl.DataFrame({"cell": [*HIDDEN, *FORMULAS, " a", "\u200bあ", "'a", " -5"]})
    marked = cells.select(neutralise(pl.col("cell")))
    assert marked["cell"].head(len(HIDDEN)).to_list() == [f"'{text}" for text in HIDDEN]
    assert marked["cell"].tail(4).to_list() == cells["cell"].tail(4).to_list()
    assert marked.select(restore(pl.col("cell"))).equals(cells)


def test_names_of_columns_are_no_formulas_either(house: House) -> None:
    header = "管理番号,代理店コード,=1+1,\u200b@備考,"
    house.put("partners/P1/leads.csv", f"{header}\n1,P3,a,b,c\n")
    _, reply = reply_to(house, "leads.csv", house.run())
    shown = ("管理番号", "代理店コード", "'=1+1", "'\u200b@備考", "column_5")
    assert read_book(reply).header == (*shown, "理由", "元の行番号")


def test_sentence_about_a_column_is_no_formula(tmp_path: Path) -> None:
    rows = pl.DataFrame({"a": ["1"]})
    returned = Returned(rows, pl.Series([2]), pl.Series(["=1+1：必須項目が空です"]), ())
    (tmp_path / "reply.xlsx").write_bytes(write_workbook(returned))
    assert read_book(tmp_path / "reply.xlsx").rows["理由"].to_list() == ["'=1+1：必須項目が空です"]


@pytest.mark.parametrize("own", ["備考", "理由", "理由,返却理由"])
def test_our_columns_do_not_enter_the_lake(house: House, write_workbook: Write, own: str) -> None:
    names = own.split(",")
    cells = ["= 1", "二回目"][: len(names)]
    line = ",".join(["1", "P3", *cells])
    house.put("partners/P1/leads.csv", f"管理番号,代理店コード,{own}\n{line}\n")
    _, reply = reply_to(house, "leads.csv", house.run())
    rows = read_book(reply).rows.with_columns(代理店コード=pl.lit("P1"))
    header = [re.sub("_[0-9]$", "", name) for name in rows.columns]
    fixed = write_workbook([header, *map(list, rows.rows())], name="fixed.xlsx")
    house.put("partners/P1/leads__again.xlsx", fixed.read_bytes())
    (extra,) = house.read(day=2).tables["leads"]["_extra"]
    assert json.loads(extra) == dict(zip(names, cells, strict=True))


def test_no_export_holds_a_formula(tmp_path: Path) -> None:
    """Every file that goes out: cells that a spreadsheet would run are marked, none is one."""
    rows = pl.DataFrame({"=head": FORMULAS})
    place = pl.Series([2] * len(FORMULAS))
    content = write_workbook(Returned(rows, place, pl.Series(["理由"] * len(FORMULAS)), ()))
    (tmp_path / "reply.xlsx").write_bytes(content)
    table = read_book(tmp_path / "reply.xlsx")
    assert table.warnings.is_empty(), "a formula would be warned of"
    assert table.rows.to_series(0).to_list() == [
        *(f"'{text}" for text in FORMULAS[:10]),
        *FORMULAS[10:],
    ]


def test_only_named_modules_write_workbooks_and_text_tables() -> None:
    """An exporter that is added must be looked at here: does it neutralise what others wrote?

    Templates hold only our words, the demonstration makes inbox files, and what a CRM answered is
    kept in the archive as it came, for machines.
    """
    root = Path(demo_files.__file__).parent.parent
    writers = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(r"xlsxwriter|write_csv\(|write_excel|csv\.writer\(", path.read_text())
    }
    assert writers == {
        "replies/workbooks.py",
        "guides/templates.py",
        "demo/files.py",
        "demo/company.py",
        "crm/mapping.py",
    }


def test_longest_cells_and_many_rows_fit_the_workbook(tmp_path: Path) -> None:
    rows = pl.DataFrame({"a": ["あ" * 40_000, "b"]})
    returned = Returned(rows, pl.Series([2, 3]), pl.Series(["x", "y"]), [(0, "a")])
    (tmp_path / "reply.xlsx").write_bytes(write_workbook(returned))
    assert read_book(tmp_path / "reply.xlsx").rows["a"].str.len_chars().to_list() == [32_767, 1]
    assert xlsxwriter.__version__
