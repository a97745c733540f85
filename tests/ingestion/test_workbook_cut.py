"""Cells cut out of a worksheet by position: whatever the bytes, never another answer than XML's."""

from __future__ import annotations

import random

import pytest

from ingestion.reasons import FileRefused
from ingestion.xlsx.sheet import Sheet, parse_sheet, scan

CELLS = [
    '<c r="A1" t="s"><v>0</v></c><c r="B1"><v>1.5</v></c>',
    '<c r="A12" s="1"/><c r="B12" s="12" t="str"><v>山田</v></c><c r="C12" t="n"><v></v></c>',
    '<c r="A13" s="3" t="e"><v>#N/A</v></c><c r="AB13" t="b"><v>1</v></c>',
    '<c r="A1000000" t="inlineStr"><is><t>あ</t></is></c>'
    '<c r="XFD1000000" s="999999"><f>A1</f><v>7</v></c>',
]
ROWS = [
    f'<row r="{number}" spans="1:3">{cells}</row>'
    for number, cells in zip((1, 12, 13, 1_000_000), CELLS, strict=True)
]


def sheet(rows: str) -> bytes:
    return f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()


def parsed(content: bytes) -> Sheet | None:
    try:
        return parse_sheet([content])
    except FileRefused:
        return None


def agree(content: bytes) -> bool:
    """Whether the sheet was cut; what is cut is what a full parse finds."""
    try:
        found = scan(iter([content]))
    except FileRefused:
        return False
    if found is None:
        return False
    whole = parsed(content)
    assert whole is not None, content
    assert found.cells.equals(whole.cells), content
    return True


def test_usual_cells_are_cut() -> None:
    assert agree(sheet("".join(ROWS)))


@pytest.mark.parametrize("row", ROWS)
def test_changed_byte_never_changes_what_is_read_unseen(row: str) -> None:
    """Every byte of the cells replaced by every sign of the markup: the same, or not cut."""
    written = sheet(row)
    first, last = written.index(b"<c "), written.index(b"</row>")
    for place in range(first, last):
        for sign in b'<>/"= 0A1vcrst\x01':
            agree(written[:place] + bytes([sign]) + written[place + 1 :])
        agree(written[:place] + written[place + 1 :])


@pytest.mark.parametrize("whole", ROWS)
def test_pieces_out_of_place_never_change_what_is_read_unseen(whole: str) -> None:
    chance = random.Random(3)
    cut = 0
    for _ in range(500):
        start, length, target = (chance.randrange(len(whole)) for _ in range(3))
        end = start + length % 40
        rest = whole[:start] + whole[end:]
        cut += agree(sheet(rest[:target] + whole[start:end] + rest[target:]))
    assert cut > 0


@pytest.mark.parametrize(
    "rows",
    [
        "<row>" + CELLS[0] + "</row>",
        ROWS[0] + CELLS[1] + "</row>",
        ROWS[0].replace("</row>", ""),
        ROWS[1].replace("12", "012"),
        ROWS[0].replace('r="1"', 'r="0"').replace("A1", "A0"),
        ROWS[0].replace("A1", "XFE1"),
        ROWS[0].replace("A1", "ABCD1"),
        ROWS[3].replace("1000000", "1048577"),
    ],
)
def test_cells_outside_of_their_row_are_not_cut(rows: str) -> None:
    assert not agree(sheet(rows))


@pytest.mark.parametrize(
    "between", ["\n", '<row r="5"/>', '<row r="5" ht="20"></row>\n<row r="6" hidden="1"/>']
)
def test_empty_rows_and_line_ends_between_rows_are_cut(between: str) -> None:
    assert agree(sheet(between.join(["", *ROWS, ""])))
