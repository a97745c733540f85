"""Large CSV files of the vendor's systems: read, typed and written a piece at a time.

A file of any size takes the memory of a few pieces and 16 bytes a row. Its rows go straight into
a Parquet file beside the lake, which becomes part of the night's batch when that is committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from ingestion.bulk.pieces import PIECE_BYTES, Head, read_pieces
from ingestion.columns import Entity
from ingestion.deliveries import Delivery, Spool, in_order, provenance, refuse_mostly_bad
from ingestion.entities import lake_schema
from ingestion.headers import Mapping
from ingestion.lake import Night, write_stream
from ingestion.rows import Reading, column_readers, gather, type_cells
from ingestion.tables import Table
from ingestion.versions import Known, scan_rows

# From this size on a file is read in pieces.
BULK_BYTES = 64 * 1024**2
# Entities whose rows are not judged beside those of other files before they are written.
BULK_ENTITIES = frozenset({"leads", "contracts", "contract_events", "evidence", "collections"})


@dataclass
class Tally:
    """What is known of a file's rows while they pass."""

    row_count: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: list[pl.DataFrame] = field(default_factory=list)
    warnings: list[pl.DataFrame] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """A bulk file and how it is to be read."""

    delivery: Delivery
    path: Path
    head: Head
    mapping: Mapping
    reading: Reading


@dataclass
class Bulk:
    """Reads the bulk files of one night into `folder`."""

    folder: Path
    night: Night
    key: bytes
    raw: Path
    piece_bytes: int = PIECE_BYTES
    _known: dict[str, Known] = field(default_factory=dict)

    def read(self, plan: Plan) -> Delivery:
        """The delivery with its rows in a spool, its counts and what was rejected.

        Raises FileRefused when the text turns out to be unreadable; then nothing of it is kept.
        """
        entity, delivery = plan.reading.entity, plan.delivery
        known = self._known_rows(entity).copy()
        tally = Tally()
        self.folder.mkdir(parents=True, exist_ok=True)
        spool = self.folder / f"{delivery.sha256}.parquet"
        write_stream(spool, lake_schema(entity), self._type(plan, known, tally))
        read = refuse_mostly_bad(
            replace(
                delivery,
                status="loaded",
                row_count=tally.row_count,
                duplicate_count=tally.duplicates,
                rejected=in_order(delivery.rejected, *tally.rejected),
                warnings=in_order(delivery.warnings, *tally.warnings),
                spool=Spool(spool, tally.accepted),
            )
        )
        if read.is_loaded:
            self._known[entity.name] = known
        return read

    def _known_rows(self, entity: Entity) -> Known:
        if entity.name not in self._known:
            stored = scan_rows(self.raw, entity).filter(pl.col("_uploader_id").is_null())
            self._known[entity.name] = Known.of(stored, entity)
        return self._known[entity.name]

    def _type(self, plan: Plan, known: Known, tally: Tally) -> Iterator[pl.DataFrame]:
        """Accepted rows (`lake_schema`) that are no duplicates, a frame a piece."""
        entity, header = plan.reading.entity, plan.head.dialect.header
        origin = provenance(plan.delivery, self.night)
        schema = lake_schema(entity)
        readers = column_readers(plan.reading, self.key)
        for body in read_pieces(plan.path, plan.head, self.piece_bytes):
            table = Table(header, body.rows, body.problems, numbers=body.numbers)
            cells = gather(table, entity, plan.mapping).with_columns(_file=pl.lit(0, pl.UInt32))
            rows = type_cells(cells, plan.reading, readers, self.night.horizon)
            accepted = rows.accepted.with_columns(**origin).select(*schema)
            repeats = known.repeats(accepted)
            kept = accepted.filter(~repeats) if repeats.any() else accepted
            tally.row_count += body.rows.height + body.problems["row_number"].n_unique()
            tally.accepted += kept.height
            tally.duplicates += accepted.height - kept.height
            tally.rejected += [body.problems, rows.rejected.drop("_file")]
            tally.warnings.append(rows.warnings.drop("_file"))
            yield kept
