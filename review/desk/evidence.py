"""The file rows behind a flag: whose file it was, where it lies, and what the row says."""

from __future__ import annotations

from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb

from review.desk.fields import entity_label, field_label
from review.desk.published import columns_of, records_of

_FILES = """
select file_sha256, file_name, source, uploader_id, entity, night_id, received_on
from restricted.files
where list_contains(?::varchar[], file_sha256)
qualify row_number() over (
    partition by file_sha256 order by status = 'loaded' desc, night_id
) = 1
"""
_ROW = """
select * from read_parquet(?, hive_partitioning = false)
where _file_sha256 = ? and _row_number = ?
"""
# What the lake adds to a row for its own use.
_DERIVED = ("_hash", "_match", "_legal_form", "_form_position", "_domain", "_is_valid")


def list_evidence(connection: duckdb.DuckDBPyConnection, text: str) -> list[dict[str, Any]]:
    """`<file_sha256>:<row>;…` as one record a file: file_sha256, its `rows`, what is known of it.

    deliverer (the partner, or our own system), place (inbox/…), received_on, entity, night_id;
    empty where the publication does not know the file.
    """
    rows: dict[str, list[str]] = {}
    for sha256, _, row in (part.rpartition(":") for part in text.split(";") if part):
        rows.setdefault(sha256, []).append(row)
    known = _files(connection, list(rows))
    found = [
        {"file_sha256": sha256, "rows": sorted(told, key=_in_order)} | known.get(sha256, _UNKNOWN)
        for sha256, told in rows.items()
    ]
    return sorted(found, key=itemgetter("place", "file_sha256"))


def read_row(home: Path, file: dict[str, Any], row: str) -> list[tuple[str, str]]:
    """What the lake holds of one row of a file, as (label, value), empty cells left out.

    Empty when the row is of no file that was loaded, or the lake cannot be read from here.
    """
    if not (file["entity"] and file["night_id"]):
        return []
    path = home / "lake" / "raw" / f"batch={file['night_id']}" / f"{file['entity']}.parquet"
    try:
        with duckdb.connect() as connection:
            found = records_of(connection, _ROW, [str(path), file["file_sha256"], int(row)])
    except (duckdb.IOException, ValueError):
        return []
    return [
        (field_label(file["entity"], name), str(value))
        for name, value in (found[0] if found else {}).items()
        if value is not None and not name.startswith("_") and not name.endswith(_DERIVED)
    ]


def archived_copy(home: Path, file_sha256: str) -> str:
    """Where the file is kept as it came, below `TEIKEI_HOME`; empty when it is not there."""
    folder = home / "archive" / file_sha256[:2]
    found = next(iter(sorted(folder.glob(f"{file_sha256}.*"))), None)
    return str(found.relative_to(home)) if found else ""


def _in_order(row: str) -> int:
    return int(row) if row.isdecimal() else 0


def _files(connection: duckdb.DuckDBPyConnection, names: list[str]) -> dict[str, dict[str, Any]]:
    wanted = {"file_sha256", "file_name", "source", "uploader_id", "entity", "night_id", "status"}
    if not wanted <= columns_of(connection, "restricted", "files"):
        return {}
    return {
        file["file_sha256"]: {
            "uploader_id": file["uploader_id"] or "",
            "deliverer": file["uploader_id"] or f"自社（{file['source']}）",
            "place": f"inbox/{file['source']}/{file['file_name']}",
            "entity": file["entity"] or "",
            "entity_word": entity_label(file["entity"] or ""),
            "night_id": file["night_id"],
            "received_on": file["received_on"],
        }
        for file in records_of(connection, _FILES, [names])
    }


_UNKNOWN: dict[str, Any] = {
    "uploader_id": "",
    "deliverer": "",
    "place": "",
    "entity": "",
    "entity_word": "",
    "night_id": "",
    "received_on": None,
}
