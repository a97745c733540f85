"""Reads .xlsx workbooks: a check of the zip directory first, then a guarded child process.

4.6 KB with one cell at XFD1048576 abort the reader, 400 KB can take 2 GB, and its panics are not
exceptions; so nothing here opens a workbook in this process.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import tempfile
import threading
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any

import polars as pl

from ingestion.reasons import FileRefused
from ingestion.tables import (
    HEADER_SEARCH_ROWS,
    MAX_COLUMNS,
    PROBLEM_SCHEMA,
    Table,
    find_header,
    is_total,
    unique_names,
)

MAX_UNPACKED = 400 * 1024**2
MAX_RATIO = 200
RATIO_MATTERS_FROM = 5 * 1024**2
MAX_ENTRIES = 2_000
# Address space, not resident memory: the libraries alone map about 0.4 GiB.
MAX_MEMORY = 2 * 1024**3
MAX_SECONDS = 10.0
OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_XML_HEAD = 4_096


def check_package(path: Path) -> None:
    """Refuse a zip that is not plainly a small workbook, without unpacking it."""
    with path.open("rb") as handle:
        if handle.read(len(OLE_MAGIC)) == OLE_MAGIC:
            raise FileRefused("unsupported_format", ".xls / password")
    try:
        with zipfile.ZipFile(path) as package:
            _check_directory(package, path.stat().st_size)
            _check_document_types(package)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise FileRefused("hostile_workbook", type(error).__name__) from None


def read_workbook(path: Path, known: frozenset[str], worker: WorkbookWorker) -> Table:
    """The table of the one visible sheet that has a known header, else of the first with cells."""
    check_package(path)
    sheets = [sheet for sheet in worker.read(path) if sheet.height]
    if not sheets:
        raise FileRefused("empty_file")
    heads = [sheet.head(HEADER_SEARCH_ROWS).rows() for sheet in sheets]
    found = [find_header(rows, known) for rows in heads]
    matching = [place for place, header in enumerate(found) if header is not None]
    if len(matching) > 1:
        raise FileRefused("several_tables")
    place = matching[0] if matching else 0
    return _table(sheets[place], found[place])


@dataclass
class WorkbookWorker:
    """One child process, started when first needed and again after a death; a context manager."""

    max_seconds: float = MAX_SECONDS
    max_memory: int = MAX_MEMORY
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def read(self, path: Path) -> list[pl.DataFrame]:
        """Visible sheets as text. Raises FileRefused when the child fails, dies or is too slow."""
        with self._lock, tempfile.TemporaryDirectory() as folder:
            answer = self._ask({"path": str(path), "folder": folder})
            if "error" in answer:
                raise FileRefused("hostile_workbook", str(answer["error"]))
            return [pl.read_ipc(sheet) for sheet in answer["sheets"]]

    def close(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def __enter__(self) -> WorkbookWorker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, request: dict[str, str]) -> dict[str, Any]:
        child = self._child or self._start()
        assert child.stdin is not None and child.stdout is not None
        try:
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.flush()
            line = child.stdout.readline() if self._answers(child) else b""
        except BrokenPipeError:
            line = b""
        if not line.endswith(b"\n"):
            self.close()
            return {"error": "the reader died or ran out of time or memory"}
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _answers(self, child: subprocess.Popen[bytes]) -> bool:
        with selectors.DefaultSelector() as selector:
            assert child.stdout is not None
            selector.register(child.stdout, selectors.EVENT_READ)
            return bool(selector.select(self.max_seconds))

    def _start(self) -> subprocess.Popen[bytes]:
        script = Path(__file__).with_name("workbook_worker.py")
        self._child = subprocess.Popen(
            [sys.executable, "-I", str(script), str(self.max_memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "POLARS_MAX_THREADS": "1"},
        )
        return self._child


def _check_directory(package: zipfile.ZipFile, size: int) -> None:
    entries = package.infolist()
    names = [entry.filename for entry in entries]
    unpacked = sum(entry.file_size for entry in entries)
    bad = [name for name in names if ".." in PurePosixPath(name).parts or name.startswith("/")]
    if len(entries) > MAX_ENTRIES or len(set(names)) < len(names) or bad:
        raise FileRefused("hostile_workbook", "zip entries")
    if unpacked > MAX_UNPACKED:
        raise FileRefused("hostile_workbook", f"{unpacked} bytes unpacked")
    if unpacked > RATIO_MATTERS_FROM and unpacked > MAX_RATIO * size:
        raise FileRefused("hostile_workbook", "compression ratio")
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused("unsupported_format", "password")
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise FileRefused("unsupported_format")


def _check_document_types(package: zipfile.ZipFile) -> None:
    """No part may declare a document type: entities in one can grow without bound."""
    for entry in package.infolist():
        if entry.filename.endswith((".xml", ".rels")):
            with package.open(entry) as part:
                if b"<!DOCTYPE" in part.read(_XML_HEAD).replace(b"\0", b"").upper():
                    raise FileRefused("hostile_workbook", "DOCTYPE")


def _table(sheet: pl.DataFrame, header_place: int | None) -> Table:
    filled = sheet.with_row_index("number", offset=1).filter(_filled(sheet.columns))
    if filled.is_empty():
        raise FileRefused("empty_file")
    first = header_place + 1 if header_place is not None else int(filled["number"][0])
    width = max(
        place
        for place, name in enumerate(sheet.columns, start=1)
        if (filled[name].str.strip_chars() != "").any()
    )
    if width > MAX_COLUMNS:
        raise FileRefused("too_many_columns", f"{width} > {MAX_COLUMNS}")
    columns = sheet.columns[:width]
    header = tuple(str(sheet[name][first - 1]) for name in columns)
    repeated = pl.all_horizontal(
        pl.col(name) == cell for name, cell in zip(columns, header, strict=True)
    )
    first_cell = pl.coalesce(
        pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name)) for name in columns
    )
    body = filled.filter(pl.col("number") > first)
    kept = body.filter((repeated | is_total(first_cell)).not_())
    notes = filled.filter(pl.col("number") < first).select(pl.concat_str(columns, separator=" "))
    return Table(
        header=header,
        rows=kept.select(columns).rename(dict(zip(columns, unique_names(header), strict=True))),
        problems=pl.DataFrame(schema=PROBLEM_SCHEMA),
        numbers=kept["number"].cast(pl.Int64).rename("row_number"),
        notes=tuple(notes.to_series()),
        encoding="xlsx",
        ignored=sheet.height - first - kept.height,
        is_workbook=True,
    )


def _filled(columns: list[str]) -> pl.Expr:
    return pl.any_horizontal(pl.col(name).str.strip_chars() != "" for name in columns)
