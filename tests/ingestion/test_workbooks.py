"""Workbooks: read as text in a child process; a hostile one is refused and nothing dies."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from ingestion.files import read_table
from ingestion.workbooks import WorkbookWorker

Write = Callable[..., Path]


def code(path: Path, worker: WorkbookWorker | None = None) -> str | None:
    refusal = read_table(path, worker).refusal
    return refusal.code if refusal else None


def test_workbook_cells_are_text_with_their_row_numbers(write_workbook: Write) -> None:
    path = write_workbook(
        [
            ["紹介実績"],
            ["単位：千円"],
            ["管理番号", "会社名", "金額", "登録日"],
            [1001, "あ", 1.5, date(2026, 1, 31)],
            ["", "", "", ""],
            ["合計", "", 9, ""],
            ["A-2", "い", 0.1, "R8.1.31"],
        ]
    )
    table = read_table(path)
    assert table.header == ("管理番号", "会社名", "金額", "登録日")
    assert table.rows.rows() == [
        ("1001", "あ", "1.5", "2026-01-31 00:00:00"),
        ("A-2", "い", "0.1", "R8.1.31"),
    ]
    assert table.numbers.to_list() == [4, 7]
    assert table.notes == ("紹介実績   ", "単位：千円   ")


def test_two_sheets_with_tables_are_refused(write_workbook: Write) -> None:
    rows: list[list[object]] = [["lead_id", "会社名"], [1, "あ"]]
    assert code(write_workbook(rows, rows)) == "several_tables"
    assert code(write_workbook([["メモ"]], rows)) is None


def test_far_cell_kills_only_the_worker(write_workbook: Write, tmp_path: Path) -> None:
    hostile = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(hostile) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "lead_id")
        sheet.write(1_048_575, 16_383, "x")
    good = write_workbook([["lead_id", "会社名"], [1, "あ"]])
    with WorkbookWorker() as worker:
        assert code(hostile, worker) == "hostile_workbook"
        assert code(good, worker) is None


def test_slow_worker_is_given_up(write_workbook: Write) -> None:
    path = write_workbook([["lead_id", "会社名"], [1, "あ"]])
    with WorkbookWorker(max_seconds=0.0) as worker:
        assert code(path, worker) == "hostile_workbook"


def packed(path: Path, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", b"<Types/>")
        package.writestr("xl/workbook.xml", b"<workbook/>")
        for name, content in entries.items():
            package.writestr(name.replace("__", "/"), content)
    return path


def test_package_is_checked_before_it_is_opened(tmp_path: Path) -> None:
    bomb = packed(tmp_path / "bomb.xlsx", xl__a=bytes(50_000_000))
    doctype = packed(tmp_path / "doctype.xlsx", **{"xl__b.xml": b"<!DOCTYPE x>"})
    outside = packed(tmp_path / "outside.xlsx", **{"..__b.xml": b"<x/>"})
    assert [code(path) for path in (bomb, doctype, outside)] == ["hostile_workbook"] * 3


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"PK\x03\x04 broken", "hostile_workbook"),
        (b"not a zip", "hostile_workbook"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "unsupported_format"),
    ],
)
def test_broken_or_old_workbook_is_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    assert code(path) == expected


@pytest.mark.parametrize("suffix", [".xls", ".ods", ".pdf", ".zip"])
def test_other_format_is_refused_with_advice(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"leads{suffix}"
    path.write_bytes(b"lead_id,email\n1,a\n")
    refusal = read_table(path).refusal
    assert refusal is not None
    assert refusal.code == "unsupported_format"
    assert ".xlsx" in refusal.ja
