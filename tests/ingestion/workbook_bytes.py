"""Workbooks written by hand: every byte of every part is the test's; and read in one process."""

from __future__ import annotations

import atexit
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ingestion.files import read_table
from ingestion.tables import Table
from ingestion.xlsx.guard import WorkbookWorker

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def parts(
    rows: str,
    *,
    strings: str = "",
    styles: str = "",
    tail: str = "",
    settings: str = "",
    calculation: str = "",
    main_type: str = _SHEET_TYPE,
) -> dict[str, bytes]:
    """The parts of a workbook with one sheet; `rows` is what stands in its sheetData."""
    texts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{main_type}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{settings}<sheets>'
        f'<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets>{calculation}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{RELATIONS}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId3" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>'
        f"{tail}</worksheet>",
    }
    return {name: (_HEAD + text).encode() for name, text in texts.items()}


def pack(path: Path, content: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in content.items():
            package.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), part, 8)
    return path


def formats(*codes: str) -> str:
    """Styles 1, 2, … with these number formats; style 0 is General."""
    custom = "".join(
        f'<numFmt numFmtId="{place}" formatCode="{code.replace(chr(34), "&quot;")}"/>'
        for place, code in enumerate(codes, start=164)
    )
    styles = "".join(f'<xf numFmtId="{place}"/>' for place in range(164, 164 + len(codes)))
    return f'<numFmts>{custom}</numFmts><cellXfs><xf numFmtId="0"/>{styles}</cellXfs>'


def text(reference: str, value: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'


def row(number: int, *cells: str) -> str:
    """Cells of a row: texts stand in A, B, …; what begins with < is a cell written out."""
    written = [
        cell if cell.startswith("<") else text(f"{chr(65 + place)}{number}", cell)
        for place, cell in enumerate(cells)
        if cell
    ]
    return f'<row r="{number}">{"".join(written)}</row>'


def read_book(path: Path) -> Table:
    """As `read_table` does; a new process for every book would take half a second."""
    return read_table(path, worker=_worker())


@cache
def _worker() -> WorkbookWorker:
    worker = WorkbookWorker()
    atexit.register(worker.close)
    return worker
