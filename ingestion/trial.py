"""One file read as a night would read it from a partner's folder, and nothing kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from ingestion import partner_uploads
from ingestion.assembly import Intake, assemble
from ingestion.bulk.lane import Bulk
from ingestion.bulk.seen import Seen
from ingestion.copied_columns import map_table
from ingestion.deliveries import Delivery, type_all, warned_of_equal_versions
from ingestion.desk import Desk
from ingestion.entities import ENTITIES
from ingestion.entity_choice import named_entity
from ingestion.files import Arrival, printable, read_table
from ingestion.lake import Night
from ingestion.ownership import CONTRACT_COLUMNS, REP_COLUMNS, Records, latest_parents
from ingestion.tables import unique_names
from ingestion.versions import scan_rows
from ingestion.xlsx.guard import WorkbookWorker

# Who sends where nobody is named; hashes are made and thrown away.
_NOBODY, _KEY = "-", b"trial"


@dataclass(frozen=True)
class Trial:
    """`intake`: of this one file. `columns`: header → canonical column, in the file's order;
    `is_known`: whether the partner is registered in the lake, None where none was named."""

    intake: Intake
    columns: Mapping[str, str]
    is_known: bool | None

    @property
    def receipt(self) -> dict[str, Any]:
        """The file's row of `FILES_SCHEMA`."""
        return self.intake.files.row(0, named=True)


def try_file(
    path: Path, raw: Path, night: Night, partner_id: str | None = None, entity: str | None = None
) -> Trial:
    """Read a file; `raw` is only read, and may not exist.

    Rows are compared with what the partner sent before and with its records when it is named.
    `entity`: what the file is about where its name does not say it.
    """
    name = printable(path.name)
    if entity is not None and named_entity(name) is not ENTITIES[entity]:
        name = f"{entity}__{name}"
    sender = partner_uploads.sender_of(path.parent, partner_id or _NOBODY)
    with TemporaryDirectory() as kept, WorkbookWorker() as worker:
        bulk = Bulk(Path(kept) / "bulk", night, _KEY, raw)
        desk = Desk(Path(kept) / "archive", worker, Seen(), bulk)
        opened = desk.open(sender, Arrival(path, name))
        assert opened is not None  # nothing was seen before
        columns = _columns(path, opened, worker)
    parents = latest_parents(scan_rows(raw, ENTITIES["partners"]).collect())
    typed = type_all([opened], night, _KEY)
    if partner_id is None:
        judged = [warned_of_equal_versions(partner_uploads.fill_implied(one)) for one in typed]
    else:
        judged = partner_uploads.judge(typed, parents, _records(raw))
    is_known = None if partner_id is None else partner_id in parents["partner_id"]
    return Trial(assemble(judged, night, raw), columns, is_known)


def _records(raw: Path) -> Records:
    def known(entity: str, columns: tuple[str, ...]) -> pl.DataFrame:
        return scan_rows(raw, ENTITIES[entity]).select(columns).collect()

    return Records(
        contracts=known("contracts", tuple(CONTRACT_COLUMNS)),
        reps=known("partner_reps", tuple(REP_COLUMNS)),
    )


def _columns(path: Path, opened: Delivery, worker: WorkbookWorker) -> dict[str, str]:
    if opened.entity is None:
        return {}
    table = read_table(path, worker=worker)
    names = unique_names(table.header)
    sources = map_table(table, opened.entity).sources
    meant = {header: column for column, headers in sources.items() for header in headers}
    return {name: meant[name] for name in names if name in meant}
