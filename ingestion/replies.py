"""What a partner gets back: a receipt for each file, and its rejected rows ready to correct."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from ingestion.entities import ENTITIES
from ingestion.files import archive_path, read_table
from ingestion.headers import map_headers
from ingestion.lake import TOKYO_OFFSET
from ingestion.outbox import RECEIPT, REJECTED, Outbox
from ingestion.tables import unique_names
from ingestion.workbooks import WorkbookWorker

REASON_COLUMN = "理由"
_FORMULA_START = r"^([=+\-@\t\r＝＋－＠])"
_STATUS = {
    "loaded": "受理 / loaded",
    "refused": "受付不可 / refused",
    "duplicate": "受領済み / received before",
    "ignored": "次回に読み込み / left for the next night",
}
# A fixed date inside the workbook: the same rows give the same bytes.
_MADE_AT = datetime(2000, 1, 1, tzinfo=UTC)


def neutralise(text: pl.Expr) -> pl.Expr:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    return text.str.replace(_FORMULA_START, "'${1}")


def write_replies(home: Path, files: pl.DataFrame, rejected: pl.DataFrame) -> list[Path]:
    """Write `outbox/<partner_id>/<name>.receipt.txt`, and `.rejected.xlsx` where rows failed.

    `files` and `rejected` as in an intake; only partners' files are answered. Writing again gives
    the same content. Returns the paths written; see `outbox.reply_place` for their names.
    """
    outbox = Outbox(home / "outbox")
    outbox.discard_staged()
    answered = files.filter(
        pl.col("_uploader_id").is_not_null()
        & pl.col("reason_code").is_in(["unknown_partner", "bad_name"]).fill_null(False).not_()
    )
    with WorkbookWorker() as worker:
        for receipt in answered.iter_rows(named=True):
            place = Path(receipt["_uploader_id"]) / receipt["_file_name"]
            outbox.write(place, RECEIPT, _receipt_text(receipt).encode())
            failed = rejected.filter(
                (pl.col("_source") == receipt["_source"])
                & (pl.col("_file_name") == receipt["_file_name"])
            )
            if failed.height:
                rows = _rejected_rows(home, receipt, failed, worker)
                outbox.write(place, REJECTED, _workbook(rows))
    outbox.discard_staged()
    return outbox.written


def _rejected_rows(
    home: Path, receipt: dict[str, Any], failed: pl.DataFrame, worker: WorkbookWorker
) -> pl.DataFrame:
    """The partner's own columns of the failing rows, then why; unreadable rows as raw text."""
    table = read_table(
        archive_path(home / "archive", receipt["_file_sha256"], receipt["_file_name"]), worker
    )
    mapping = map_headers(table.header, ENTITIES[receipt["entity"]])
    own = {name: sources[0] for name, sources in mapping.sources.items()}
    where = pl.col("column_name").replace(own)
    sentence = pl.concat_str(pl.concat_str(where, pl.lit("：")).fill_null(""), "reason_ja")
    reasons = failed.group_by("_row_number").agg(
        sentence.unique(maintain_order=True).str.join("；").alias("_why"),
        pl.col("value").first().alias("_raw"),
    )
    numbered = table.rows.with_columns(_row_number=table.numbers)
    names = unique_names(table.header)
    rows = reasons.join(numbered, on="_row_number", how="left").sort("_row_number")
    unreadable = pl.all_horizontal(pl.col(name).is_null() for name in names)
    rows = rows.with_columns(pl.when(unreadable).then("_raw").otherwise(names[0]).alias(names[0]))
    why = REASON_COLUMN if REASON_COLUMN not in names else f"{REASON_COLUMN}_2"
    return rows.select(*(neutralise(pl.col(name)) for name in names), pl.col("_why").alias(why))


def _workbook(rows: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": _MADE_AT})
        rows.write_excel(book, worksheet="rejected", autofit=True)
    return buffer.getvalue()


def _receipt_text(receipt: dict[str, Any]) -> str:
    day = (receipt["_known_at"] + TOKYO_OFFSET).date().isoformat()
    lines = [
        "受領書 / Receipt",
        f"ファイル / file: {receipt['_file_name']}",
        f"営業日 / business day: {day}",
        f"受付番号 / sha256: {receipt['_file_sha256'] or '-'}",
        f"データの種類 / kind: {receipt['entity'] or '-'}",
        f"結果 / result: {_STATUS[receipt['status']]}",
        f"行数 / rows: {receipt['row_count']}",
        f"  受理 / accepted: {receipt['accepted_count']}",
        f"  却下 / rejected: {receipt['rejected_count']}",
        f"  重複 / received before: {receipt['duplicate_count']}",
    ]
    if receipt["unknown_columns"]:
        lines.append(f"使用しない列 / unknown columns: {receipt['unknown_columns']}")
    if receipt["reason_code"]:
        lines += [f"理由: {receipt['reason_ja']}", f"reason: {receipt['reason_en']}"]
    return "\n".join(lines) + "\n"
