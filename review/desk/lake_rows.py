"""The rows of files as the lake holds them, for the flag that they speak of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from review.desk.published import records_of

_ROWS = """
select *, _known_at as known_at from read_parquet($path, hive_partitioning = false)
where list_contains($marks::varchar[], _file_sha256 || ':' || _row_number)
"""


def read_rows(home: Path, entity: str, files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of one entity, each with its columns, `known_at` (naive UTC) and `scope`: crm or the
    partner that sent it.

    `files`: as `list_evidence` gives them. Empty where the lake cannot be read.
    """
    batches: dict[str, list[str]] = {}
    files = [file for file in files if file["entity"] == entity]
    scopes = {file["file_sha256"]: file["uploader_id"] or "crm" for file in files}
    for file in files:
        marks = [f"{file['file_sha256']}:{row}" for row in file["rows"]]
        batches.setdefault(file["night_id"], []).extend(marks)
    found: list[dict[str, Any]] = []
    for night_id, marks in batches.items():
        path = home / "lake" / "raw" / f"batch={night_id}" / f"{entity}.parquet"
        try:
            with duckdb.connect() as lake:
                found += records_of(lake, _ROWS, {"path": str(path), "marks": marks})
        except duckdb.IOException:
            continue
    return [row | {"scope": scopes[row["_file_sha256"]]} for row in found]
