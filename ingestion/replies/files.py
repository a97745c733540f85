"""What a partner gets back: a receipt for each file, and its rejected rows ready to correct."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from ingestion import headers
from ingestion.amount_remarks import LABELS, remark_columns
from ingestion.columns import Entity, Kind
from ingestion.copied_columns import map_table
from ingestion.entities import ENTITIES
from ingestion.files import archive_path, read_table
from ingestion.guides.meanings import meaning_of
from ingestion.own_columns import own_columns
from ingestion.reasons import FileRefused
from ingestion.replies.marks import marked
from ingestion.replies.outbox import RECEIPT, REJECTED, Outbox, reply_place
from ingestion.replies.receipt_pages import receipt_page
from ingestion.replies.workbooks import Returned, write_workbook
from ingestion.tables import Table, unique_names
from ingestion.units import unit_of_notes
from ingestion.xlsx.guard import WorkbookWorker

# Files that nobody answers: their folder, or their name, is nobody's.
_UNANSWERED = ["unknown_partner", "bad_name"]
# Reasons for which a row that was read is no row of data.
_NO_DATA = ("label_row", "example_row")
_DATED = ("bad_date", "bad_timestamp", "bad_month")


def write_replies(
    home: Path, files: pl.DataFrame, rejected: pl.DataFrame, warnings: pl.DataFrame
) -> list[Path]:
    """Write `outbox/<partner_id>/<name>.receipt.html`, and `.rejected.xlsx` where rows failed.

    `files`, `rejected` and `warnings` as in an intake; only partners' files are answered. Writing
    again gives the same content. Returns the paths; see `outbox.reply_place` for their names.
    """
    outbox = Outbox(home / "outbox")
    outbox.discard_staged()
    answered = files.filter(
        pl.col("_uploader_id").is_not_null()
        & pl.col("reason_code").is_in(_UNANSWERED).fill_null(False).not_()
    )
    with WorkbookWorker() as worker:
        for receipt in answered.iter_rows(named=True):
            failed, noticed = (_of(frame, receipt) for frame in (rejected, warnings))
            place = Path(receipt["_uploader_id"]) / receipt["_file_name"]
            returns = receipt["status"] == "loaded" and failed.height > 0
            table = _table(home, receipt, worker) if failed.height or noticed.height else Table()
            page = receipt_page(
                receipt, failed, noticed, _labels(receipt, table), reply_place(place, REJECTED).name
            )
            outbox.write(place, RECEIPT, page.encode())
            if returns:
                returned = returned_rows(table, failed, ENTITIES[receipt["entity"]])
                outbox.write(place, REJECTED, write_workbook(returned))
    outbox.discard_staged()
    return outbox.written


def returned_rows(table: Table, failed: pl.DataFrame, entity: Entity) -> Returned:
    """The partner's own columns of the failing rows; what cannot be told apart as its raw text.

    `failed`: `REJECTED_SCHEMA`, one row a failing cell.
    """
    mapping = map_table(table, entity)
    own = mapping.sources | remark_columns(mapping)
    where = pl.col("column_name").replace({name: names[0] for name, names in own.items()})
    sentence = pl.concat_str(pl.concat_str(where, pl.lit("：")).fill_null(""), "reason_ja")
    reasons = failed.group_by("_row_number", maintain_order=True).agg(
        why=sentence.unique(maintain_order=True).str.join("；"), raw=pl.col("value").first()
    )
    cells = [table.rows.with_columns(_row_number=table.numbers)]
    if table.unread.height:
        cells.append(table.unread.rename({"row_number": "_row_number"}))
    rows = reasons.join(pl.concat(cells, how="diagonal"), on="_row_number", how="left")
    rows = rows.sort("_row_number").with_row_index("place")
    names = _kept_names(table)
    is_raw = pl.all_horizontal(pl.col(name).is_null() for name in names)
    rows = rows.with_columns(pl.when(is_raw).then("raw").otherwise(names[0]).alias(names[0]))
    failing = _failing(failed, rows, names, own)
    rows = _with_marks(rows, failing, set(table.numbers))
    shown = {name: name for name in names} | _with_units(table, entity, mapping)
    return Returned(
        rows.select(pl.col(name).alias(shown[name]) for name in names),
        rows["_row_number"],
        rows["why"],
        [(place, shown[name]) for place, name, *_ in failing],
    )


_Failing = list[tuple[int, str, str | None, str]]


def _failing(
    failed: pl.DataFrame, rows: pl.DataFrame, names: list[str], own: Mapping[str, Sequence[str]]
) -> _Failing:
    """(place, column of the file, value, reason code) of every failing cell; what is wrong with no
    column in particular stands at the first."""
    cells = failed.join(
        rows.select("_row_number", "place"), on="_row_number", maintain_order="left"
    )
    cells = cells.select("place", "column_name", "value", "reason_code")
    return [
        (place, name, value, code)
        for place, column, value, code in cells.iter_rows()
        for name in ([each for each in own.get(column, (column,)) if each in names] or names[:1])
    ]


def _with_marks(rows: pl.DataFrame, failing: _Failing, read: set[int]) -> pl.DataFrame:
    """The rows with a mark before each cell that would be taken if it came back as it is.

    That are cells of rows that could not be read (they are not among those `read`), or were found
    to be no data, and numbers that are days in a workbook only.
    """
    lines = rows["_row_number"].to_list()
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for place, name, value, code in failing:
        cell = rows[name][place] or ""
        is_serial = code in _DATED and cell.replace(".", "", 1).isdigit()
        if lines[place] not in read or code in _NO_DATA or is_serial:
            found[name][place] = marked(cell or value or "")
    return rows.with_columns(
        rows[name].scatter(list(cells), list(cells.values())) for name, cells in found.items()
    )


def _with_units(table: Table, entity: Entity, mapping: headers.Mapping) -> dict[str, str]:
    """Columns of amounts → with their unit, where a note says it: the note does not go back."""
    try:
        unit = unit_of_notes(table.notes)
    except FileRefused:
        return {}
    if unit in (None, "円"):
        return {}
    amounts = {column.name for column in entity.columns if column.kind is Kind.YEN}
    return {
        name: f"{name}（{unit}）"
        for column, names in mapping.sources.items()
        if column in amounts and mapping.units[column] is None
        for name in names
    }


def _of(problems: pl.DataFrame, receipt: Mapping[str, Any]) -> pl.DataFrame:
    """The problems of one file."""
    return problems.filter(
        (pl.col("_source") == receipt["_source"]) & (pl.col("_file_name") == receipt["_file_name"])
    )


def _table(home: Path, receipt: Mapping[str, Any], worker: WorkbookWorker) -> Table:
    """The file once more, from the archive."""
    kept = archive_path(home / "archive", receipt["_file_sha256"], receipt["_file_name"])
    return read_table(kept, worker=worker)


def _kept_names(table: Table) -> list[str]:
    """The partner's columns, without those that an earlier reply of ours put behind them."""
    names, ours = unique_names(table.header), own_columns(table.header)
    return [name for name in names if name not in ours] or names


def _labels(receipt: Mapping[str, Any], table: Table) -> dict[str, str]:
    """Canonical column → the header of the file, else the name it has in our dictionary."""
    entity = ENTITIES.get(receipt["entity"] or "")
    if entity is None:
        return {}
    usual = {column.name: meaning_of(entity, column).label for column in entity.columns}
    mapping = map_table(table, entity)
    sources = mapping.sources | remark_columns(mapping)
    own = {name: "・".join(names) for name, names in sources.items()}
    return LABELS | usual | own
