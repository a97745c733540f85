"""Refusals speak to the sender of a file: no names of our code, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.files import read_table

TABLE: list[list[object]] = [["lead_id", "会社名"], ["L1", "山"], ["L2", "川"]]


@pytest.mark.parametrize("place", [30, 200, -30, -200])
def test_damaged_workbook_is_refused_in_plain_words(
    tmp_path: Path, write_workbook: Callable[..., Path], place: int
) -> None:
    content = bytearray(write_workbook(TABLE).read_bytes())
    cut, changed = tmp_path / "cut.xlsx", tmp_path / "changed.xlsx"
    cut.write_bytes(content[: len(content) + min(place, -1)])
    content[place : place + 8] = b"\xff" * 8
    changed.write_bytes(content)
    for path in (cut, changed):
        refusal = read_table(path).refusal
        if refusal is not None:
            assert not re.search(r"[A-Z][a-z]+(?:[A-Z][a-z]+|Error|Exception)", refusal.en)
            assert "：" not in refusal.ja and "Excel" in refusal.ja


def test_second_table_of_a_text_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    rows = "".join(f"L{n},2026-10-0{n}\n" for n in range(1, 7))
    path.write_text(f"lead_id,登録日\n{rows}\n商品コード,名称\n")
    refusal = read_table(path).refusal
    assert refusal is not None and refusal.code == "several_tables"
    assert "9 行目" in refusal.ja and "line 9" in refusal.en
    assert "1つのファイル" in refusal.ja
