"""Hostile and corrupt workbooks: refused or read right, in time, and nothing dies."""

from __future__ import annotations

import gzip
import io
import random
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.files import read_table
from ingestion.xlsx.guard import WorkbookWorker
from ingestion.xlsx.sheet import parse_sheet, scan
from ingestion.xlsx.strings import parse_strings, read_strings
from tests.ingestion.workbook_bytes import formats, pack, parts, row

ROWS = [("L1", "株式会社あ", "1200"), ("L2", "い商店", "3400"), ("L3", "う＆え", "0.5")]
SHEET = "xl/worksheets/sheet1.xml"
SECONDS = 10.0


def sheet_rows() -> str:
    lines = [row(1, "lead_id", "会社名", "金額")]
    for number, (lead, name, amount) in enumerate(ROWS, start=2):
        lines.append(row(number, lead, name, f'<c r="C{number}" s="1"><v>{amount}</v></c>'))
    return "".join(lines)


def good_parts() -> dict[str, bytes]:
    return parts(sheet_rows(), styles=formats("#,##0"))


def good_bytes() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in good_parts().items():
            package.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def worker() -> Iterator[WorkbookWorker]:
    with WorkbookWorker() as shared:
        yield shared


def code(path: Path, worker: WorkbookWorker | None = None) -> str | None:
    refusal = read_table(path, worker=worker).refusal
    return refusal.code if refusal else None


def judge(path: Path, worker: WorkbookWorker) -> str | None:
    """Read a damaged copy of the good book: in time, and what is taken is what was written."""
    started = time.monotonic()
    table = read_table(path, worker=worker)
    assert time.monotonic() - started < SECONDS
    if table.refusal is not None:
        assert table.refusal.code != "unreadable_file", table.refusal
        return table.refusal.code
    if table.header == ("lead_id", "会社名", "金額"):
        assert set(table.rows.rows()) <= set(ROWS)
    return None


def test_truncated_book_is_refused(tmp_path: Path, worker: WorkbookWorker) -> None:
    whole = good_bytes()
    path = tmp_path / "cut.xlsx"
    for length in range(0, len(whole), max(len(whole) // 80, 1)):
        path.write_bytes(whole[:length])
        assert judge(path, worker) is not None, length


def test_flipped_bits_are_found_or_change_nothing(tmp_path: Path, worker: WorkbookWorker) -> None:
    whole, chance = good_bytes(), random.Random(7)
    path = tmp_path / "flipped.xlsx"
    codes = []
    for _ in range(250):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        codes.append(judge(path, worker))
    assert codes.count("damaged_workbook") > 100


def test_wrong_content_under_a_right_crc_never_goes_through_unseen(
    tmp_path: Path, worker: WorkbookWorker
) -> None:
    """Bits flipped before packing: what is accepted is XML that says so, or no value at all."""
    chance = random.Random(11)
    for name, content in good_parts().items():
        for _ in range(15):
            damaged = bytearray(content)
            damaged[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            path = pack(tmp_path / "odd.xlsx", good_parts() | {name: bytes(damaged)})
            started = time.monotonic()
            read_table(path, worker=worker)
            assert time.monotonic() - started < SECONDS


def replaced(**content: bytes) -> dict[str, bytes]:
    """The good parts with some replaced: `sheet`, `strings`, `styles`, `book`, `types`."""
    names = {
        "sheet": SHEET,
        "strings": "xl/sharedStrings.xml",
        "styles": "xl/styles.xml",
        "book": "xl/workbook.xml",
        "types": "[Content_Types].xml",
        "relations": "xl/_rels/workbook.xml.rels",
    }
    return good_parts() | {names[name]: part for name, part in content.items()}


GOOD_SHEET = good_parts()[SHEET]
DEEP = b"<a>" * 200_000 + b"</a>" * 200_000
WIDE = b"<row r='9' " + b" ".join(b'a%d=""' % place for place in range(300_000)) + b"/>"
LAUGHS = (
    b'<!DOCTYPE w [<!ENTITY a "ha">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (98 + place, b"&%c;" % (97 + place) * 10) for place in range(9)
    )
    + b"]>"
)
HOSTILE = {
    "doctype": replaced(sheet=LAUGHS + GOOD_SHEET.partition(b"\n")[2]),
    "doctype in utf-16": replaced(sheet=(LAUGHS.decode() + "<worksheet/>").encode("utf-16")),
    "entities": replaced(sheet=GOOD_SHEET.replace(b"L1", b"&j;")),
    "unknown reference": replaced(sheet=GOOD_SHEET.replace(b"L1", b"&nbsp;")),
    "bare ampersand": replaced(sheet=GOOD_SHEET.replace(b"L1", b"L&1")),
    "illegal character": replaced(sheet=GOOD_SHEET.replace(b"L1", b"&#0;")),
    "nul": replaced(sheet=GOOD_SHEET.replace(b"L1", b"L\0")),
    "deep": replaced(sheet=GOOD_SHEET.replace(b"</worksheet>", DEEP + b"</worksheet>")),
    "deep styles": replaced(styles=DEEP),
    "invalid utf-8": replaced(sheet=GOOD_SHEET.replace(b"L1", b"\xff\xfe")),
    "overlong utf-8": replaced(strings=b"<sst><si><t>\xc0\xaf</t></si></sst>"),
    "unclosed": replaced(sheet=GOOD_SHEET[:-30]),
    "no sheet part": {name: part for name, part in good_parts().items() if name != SHEET},
    "no sheets": replaced(book=b"<workbook><sheets/></workbook>"),
    "sheet of no relation": replaced(relations=b"<Relationships/>"),
    "word": parts(sheet_rows(), main_type="application/vnd.ms-word.document.main+xml"),
    "binary book": parts(sheet_rows(), main_type="application/vnd.ms-excel.sheet.binary.main"),
    "types missing": replaced(types=b"<Types/>"),
    "not xml": replaced(sheet=b"PK\x03\x04" * 100),
    "empty part": replaced(sheet=b""),
    "cell twice": replaced(sheet=GOOD_SHEET.replace(b'r="B2"', b'r="A2"')),
    "cell in another row": replaced(sheet=GOOD_SHEET.replace(b'<c r="A2"', b'<c r="A7"')),
    "row beyond the last": replaced(sheet=GOOD_SHEET.replace(b'="A2"', b'="A1048577"')),
    "column beyond the last": replaced(sheet=GOOD_SHEET.replace(b'"A2"', b'"XFE2"')),
    "column without end": replaced(sheet=GOOD_SHEET.replace(b'"A2"', b'"AAAAAAA2"')),
    "row zero": replaced(sheet=GOOD_SHEET.replace(b'"A2"', b'"A0"')),
    "negative style": replaced(sheet=GOOD_SHEET.replace(b's="1"', b's="-1"')),
    "huge style": replaced(sheet=GOOD_SHEET.replace(b's="1"', b's="99999999999999999999"')),
    "unknown type": replaced(sheet=GOOD_SHEET.replace(b'"inlineStr"', b'"zzz"')),
    "two values": replaced(sheet=GOOD_SHEET.replace(b"<v>", b"<v>9</v><v>")),
    "bad merge": replaced(
        sheet=GOOD_SHEET.replace(
            b"</worksheet>", b'<mergeCells><mergeCell ref="A1:ZZZZ9"/></mergeCells></worksheet>'
        )
    ),
    "outside": good_parts() | {"../../evil.xml": b"<x/>"},
    "absolute": good_parts() | {"/etc/evil.xml": b"<x/>"},
    "windows": good_parts() | {"C:\\evil.xml": b"<x/>"},
    "same name twice": good_parts() | {SHEET.upper(): b"<x/>"},
    "unpacks to much": good_parts() | {"xl/media/a": bytes(450_000_000)},
    "zeros as sheet": replaced(sheet=bytes(50_000_000)),
    "spaces as sheet": replaced(sheet=b"<worksheet>" + b" " * 100_000_000),
    "too many entries": good_parts() | {f"x{place}": b"" for place in range(3_000)},
    "two more merges than memory": replaced(
        sheet=GOOD_SHEET.replace(
            b"</worksheet>", b'<mergeCell ref="A1:XFD1048576"/>' * 2_000_000 + b"</worksheet>"
        )
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_book_is_refused_in_time(tmp_path: Path, worker: WorkbookWorker, name: str) -> None:
    assert judge(pack(tmp_path / "book.xlsx", HOSTILE[name]), worker) is not None


def test_attributes_without_number_are_read_or_refused(
    tmp_path: Path, worker: WorkbookWorker
) -> None:
    sheet = GOOD_SHEET.replace(b"</sheetData>", WIDE + b"</sheetData>")
    judge(pack(tmp_path / "book.xlsx", replaced(sheet=sheet)), worker)


def headers_of(content: bytes) -> Iterator[int]:
    """Where the central directory keeps each entry."""
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        yield place
        place = content.find(b"PK\x01\x02", place + 4)


@pytest.mark.parametrize(
    ("offset", "form", "value"),
    [
        (16, "<I", 0xDEADBEEF),  # CRC
        (20, "<I", 0xFFFFFFFF),  # packed size: ZIP64 without a ZIP64 record
        (24, "<I", 1),  # declared smaller than it is
        (24, "<I", 0x7FFFFFFF),  # declared larger
        (10, "<H", 99),  # method
        (8, "<H", 1),  # encrypted
        (38, "<I", 0xA1FF0000),  # a symbolic link
        (42, "<I", 0),  # all entries at one place
        (42, "<I", 0x7FFFFFFF),  # beyond the end
        (28, "<H", 0xFFFF),  # name longer than the file
    ],
)
def test_directory_that_lies_is_refused(
    tmp_path: Path, worker: WorkbookWorker, offset: int, form: str, value: int
) -> None:
    content = bytearray(good_bytes())
    for place in list(headers_of(bytes(content))):
        struct.pack_into(form, content, place + offset, value)
    path = tmp_path / "lie.xlsx"
    path.write_bytes(content)
    assert judge(path, worker) is not None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"not a zip", "not_a_workbook"),
        ("管理番号,会社名\n1,あ\n".encode("cp932"), "not_a_workbook"),
        (b"<html><table><tr><td>lead_id</td></tr></table></html>", "not_a_workbook"),
        (gzip.compress(good_bytes(), mtime=0), "not_a_workbook"),
        (b"%PDF-1.7", "not_a_workbook"),
        (b"PK\x03\x04 broken", "damaged_workbook"),
        (b"PK\x05\x06" + bytes(18), "damaged_workbook"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "unsupported_format"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            "password_protected",
        ),
    ],
)
def test_what_is_no_workbook_is_refused_with_advice(
    tmp_path: Path, worker: WorkbookWorker, content: bytes, expected: str
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    assert code(path, worker) == expected


def test_zip_with_other_things_is_no_workbook(tmp_path: Path, worker: WorkbookWorker) -> None:
    folders = pack(tmp_path / "folders.xlsx", {"xl/": b"", "_rels/": b""})
    assert code(folders, worker) == "not_a_workbook"
    assert code(pack(tmp_path / "zip.xlsx", {"leads.csv": b"lead_id"}), worker) == "not_a_workbook"


@pytest.mark.parametrize("suffix", [".xls", ".ods", ".xlsb", ".numbers", ".pdf", ".zip"])
def test_other_format_is_refused_with_advice(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"leads{suffix}"
    path.write_bytes(b"lead_id,email\n1,a\n")
    refusal = read_table(path).refusal
    assert refusal is not None
    assert refusal.code == "unsupported_format"
    assert ".xlsx" in refusal.ja


def test_macros_lie_unread(tmp_path: Path, worker: WorkbookWorker) -> None:
    book = parts(
        sheet_rows(),
        styles=formats("0"),
        main_type="application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    path = pack(tmp_path / "book.xlsm", book | {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 macro"})
    assert read_table(path, worker=worker).rows.rows() == ROWS


def test_far_cell_is_one_cell(tmp_path: Path, worker: WorkbookWorker) -> None:
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["lead_id", "会社名"])
        sheet.write_row(1, 0, ["L1", "あ"])
        sheet.write(1_048_575, 16_383, "x")
    table = read_table(path, worker=worker)
    assert table.rows.rows() == [("L1", "あ")]
    assert table.warnings["reason_code"].to_list() == ["cells_beside_table"]


def test_million_formatted_rows_are_no_rows(tmp_path: Path) -> None:
    blank = "".join(
        f'<row r="{n}" spans="1:3" ht="20" customHeight="1"/>' if n % 2 else
        f'<row r="{n}"><c r="A{n}" s="1"/><c r="B{n}" s="1"/></row>'
        for n in range(5, 1_048_577)
    )  # fmt: skip
    path = pack(tmp_path / "book.xlsx", parts(sheet_rows() + blank, styles=formats("0")))
    with WorkbookWorker() as own:
        started = time.monotonic()
        table = read_table(path, worker=own)
        assert table.rows.rows() == ROWS
        assert time.monotonic() - started < SECONDS
        assert peak_memory(own) < 1024**3


def peak_memory(worker: WorkbookWorker) -> int:
    """Most bytes that were resident in the child."""
    assert worker.child_id is not None
    status = Path(f"/proc/{worker.child_id}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def test_book_larger_than_memory_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    cells = "".join(row(n, *(f"{n}-{c}" * 3 for c in range(20))) for n in range(1, 40_000))
    large = pack(tmp_path / "large.xlsx", parts(cells))
    good = pack(tmp_path / "good.xlsx", good_parts())
    with WorkbookWorker(max_memory=220 * 1024**2) as small:
        assert code(large, small) == "hostile_workbook"
        assert read_table(good, worker=small).rows.rows() == ROWS


def test_slow_worker_is_given_up(tmp_path: Path) -> None:
    path = pack(tmp_path / "good.xlsx", good_parts())
    with WorkbookWorker(max_seconds=0.0) as hasty:
        assert code(path, hasty) == "hostile_workbook"


def test_other_ways_to_write_the_same_book_read_the_same(
    tmp_path: Path, worker: WorkbookWorker
) -> None:
    sheet = GOOD_SHEET.decode()
    prefixed = sheet.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?")
    ways = {
        "prefix": prefixed.replace("xmlns=", "xmlns:x=").encode(),
        "utf-16": sheet.replace("UTF-8", "UTF-16").encode("utf-16"),
        "comments": sheet.replace("<row", "<!-- <c r='Z9'/> --><row").encode(),
        "blanks": sheet.replace("><", ">\n  <").encode(),
        "bom": b"\xef\xbb\xbf" + GOOD_SHEET,
        "rows turned": rows_turned(sheet).encode(),
        "no references": sheet.replace(' r="', ' q="').encode(),
        "wrong dimension": sheet.replace(
            "<sheetData>", '<dimension ref="A1"/><sheetData>'
        ).encode(),
    }
    for way, content in ways.items():
        table = read_table(pack(tmp_path / "book.xlsx", replaced(sheet=content)), worker=worker)
        assert table.rows.rows() == ROWS, way


def rows_turned(sheet: str) -> str:
    head, _, rest = sheet.partition("<sheetData>")
    body, _, tail = rest.partition("</sheetData>")
    lines = [f"<row{line}" for line in body.split("<row")[1:]]
    return f"{head}<sheetData>{''.join(reversed(lines))}</sheetData>{tail}"


VALUES = st.one_of(
    st.none(),
    st.sampled_from(
        ["", "0", "1.5", "あ", "a &amp; b", "&#10;", "x\r\ny", "&lt;c r=&quot;A1&quot;"]
    ),
    st.text("あa1 ._-", max_size=5),
)
CELLS = st.tuples(
    VALUES,
    st.sampled_from(["", ' s="3"']),
    st.sampled_from(["", ' t="n"', ' t="s"', ' t="str"', ' t="e"']),
    st.sampled_from(["", "<f>1+1</f>", "<f/>", '<f t="shared" si="0"/>', "<is>"]),
    st.sampled_from(["<v>%</v>", "<v xml:space='preserve'>%</v>", "<v/>", ""]),
)


def cell(reference: str, made: tuple[str | None, str, str, str, str]) -> str:
    value, style, kind, formula, form = made
    if value is None:
        return f'<c r="{reference}"{style}/>'
    if formula == "<is>":
        return f'<c r="{reference}"{style} t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{reference}"{style}{kind}>{formula}{form.replace("%", value)}</c>'


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=4), max_size=5))
def test_fast_and_full_reading_of_a_sheet_agree(
    made: list[list[tuple[str | None, str, str, str, str]]],
) -> None:
    lines = [
        "".join(cell(f"{chr(65 + column)}{n}", each) for column, each in enumerate(cells))
        for n, cells in enumerate(made, start=1)
    ]
    rows = "".join(f'<row r="{n}">{line}</row>' for n, line in enumerate(lines, start=1))
    content = f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()
    fast = scan(iter([content]))
    assert fast is not None
    assert fast.cells.equals(parse_sheet([content]).cells)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["<t>%</t>", "<t xml:space='preserve'>%</t>", "<t/>", "<r><t>%</t></r>"]
            ),
            st.sampled_from(["", "あ", " a ", "&amp;", "x\r\ny", "_x000D_"]),
            st.sampled_from(["", '<rPh sb="0" eb="1"><t>ア</t></rPh><phoneticPr fontId="1"/>']),
        )
    )
)
def test_fast_and_full_reading_of_strings_agree(made: list[tuple[str, str, str]]) -> None:
    items = "".join(f"<si>{form.replace('%', text)}{kana}</si>" for form, text, kana in made)
    content = f'<sst xmlns="x">{items}</sst>'.encode()
    assert read_strings(content).to_list() == parse_strings([content]).to_list()


def test_overlapping_entries_are_refused(tmp_path: Path, worker: WorkbookWorker) -> None:
    """Many names over the same packed bytes, each declared right: the bomb that no ratio shows."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packed.compress(bytes(1_000_000)) + packed.flush()
    local, directory = b"", b""
    for place in range(200):
        name = b"xl/a%03d" % place
        head = (20, 0, 8, 0, 0, zlib.crc32(bytes(1_000_000)), len(body), 1_000_000, len(name), 0)
        if place == 0:
            local = struct.pack("<4s5H3I2H", b"PK\x03\x04", *head) + name + body
        directory += struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, *head, 0, 0, 0, 0, 0) + name
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 200, 200, len(directory), len(local), 0)
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(local + directory + end)
    assert judge(path, worker) is not None


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    path = pack(tmp_path / "good.xlsx", good_parts())
    with WorkbookWorker() as own:
        assert code(path, own) is None
        child = own.child_id
    assert not list((tmp_path / "scratch").iterdir())
    assert not Path(f"/proc/{child}").exists()
