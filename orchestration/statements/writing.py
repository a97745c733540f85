"""Statements as files for people: a workbook and a page for each, and a list of them all."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl

from ingestion.replies.formulas import neutralise
from ingestion.statements import STATEMENT_SCHEMA
from orchestration.statements.pages import render_html
from orchestration.statements.workbooks import render_xlsx

INDEX = "index.csv"
_DRAFT = "draft"
# What the list says of a statement, beside name and sha256 of its files.
_LISTED = ("statement_id", "version", "partner_id", "amount_due_yen", "due_on", "content_sha256")
# A version that a later one replaced stays on the list, and is not the latest.
_MARKS = ("is_frozen", "is_latest")
_FORMS = ("xlsx", "html")
_INDEX_SCHEMA = (
    {name: STATEMENT_SCHEMA[name] for name in _LISTED}
    | dict.fromkeys(_MARKS, pl.Boolean())
    | {name: pl.String() for form in _FORMS for name in (form, f"{form}_sha256")}
)


def write_statement(header: Mapping[str, Any], lines: pl.DataFrame, folder: Path) -> dict[str, Any]:
    """Write one statement as `<partner>_<period>_v<n>.xlsx` and `.html`; a draft says so instead.

    `header`, `lines`: of `reading.Statements`. Returns its row of the index: `_LISTED`, and name
    and sha256 of both files. The same statement gives the same bytes; one that was frozen takes the
    place of its draft.
    """
    stem = f"{quote(header['partner_id'], safe='-_.()')}_{header['period']}"
    kept = f"v{header['version']}" if header["is_frozen"] else _DRAFT
    row = {name: header[name] for name in (*_LISTED, *_MARKS)}
    forms = {"xlsx": render_xlsx(header, lines), "html": render_html(header, lines).encode()}
    for form, content in forms.items():
        name = f"{stem}_{kept}.{form}"
        _replace(folder / name, content)
        row |= {form: name, f"{form}_sha256": hashlib.sha256(content).hexdigest()}
        if header["is_frozen"]:
            (folder / f"{stem}_{_DRAFT}.{form}").unlink(missing_ok=True)
    return row


def write_index(written: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """The list of a folder's statements; those written before and not now stay on it."""
    path = folder / INDEX
    rows = pl.DataFrame(written, schema=_INDEX_SCHEMA)
    if path.exists():
        before = pl.read_csv(path, schema_overrides=_INDEX_SCHEMA)
        others = before.join(rows, on="statement_id", how="anti")
        # a list of an earlier release has fewer columns
        rows = pl.concat([rows, others], how="diagonal")
    write_csv(rows.sort("partner_id", "version"), path)


def write_csv(rows: pl.DataFrame, path: Path) -> None:
    """A CSV that spreadsheets open as UTF-8 and run no formula of, put in place whole."""
    texts = pl.col([name for name, dtype in rows.schema.items() if dtype == pl.String()])
    _replace(path, rows.with_columns(neutralise(texts)).write_csv(include_bom=True).encode())


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f".{uuid.uuid4().hex}")
    try:
        staged.write_bytes(content)
        os.replace(staged, path)
    finally:
        staged.unlink(missing_ok=True)
