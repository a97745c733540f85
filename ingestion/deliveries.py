"""One file of one sender: opened, archived, its kind of data decided, its rows typed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from ingestion.columns import Entity
from ingestion.entities import ENTITIES
from ingestion.files import Arrival, archive_copy, digest, read_table
from ingestion.headers import best_entity, map_headers
from ingestion.lake import Night
from ingestion.reasons import FileRefused, Reason, reason
from ingestion.rows import Reading, gather, reading_of, type_cells
from ingestion.seen import Seen
from ingestion.tables import PROBLEM_SCHEMA, Table, fold
from ingestion.workbooks import WorkbookWorker


@dataclass(frozen=True)
class Sender:
    """A folder of the inbox. `entities`: what it may send; `implied`: columns it may leave out."""

    source: str
    folder: Path
    uploader_id: str | None = None
    entities: tuple[Entity, ...] = tuple(ENTITIES.values())
    implied: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Delivery:
    """What became of one file. A loaded one has `cells` and their `reading` until `type_all` has
    typed them: then `rows`, with their provenance. `rejected` is `PROBLEM_SCHEMA`."""

    sender: Sender
    name: str
    sha256: str | None
    status: str
    reason: Reason | None = None
    entity: Entity | None = None
    encoding: str | None = None
    unknown_columns: tuple[str, ...] = ()
    row_count: int = 0
    duplicate_count: int = 0
    reading: Reading | None = None
    cells: pl.DataFrame = field(default_factory=pl.DataFrame)
    rows: pl.DataFrame = field(default_factory=pl.DataFrame)
    rejected: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PROBLEM_SCHEMA))

    @property
    def is_loaded(self) -> bool:
        return self.status == "loaded"

    def without(self, failures: pl.DataFrame) -> Delivery:
        """The same delivery after more rows failed (`PROBLEM_SCHEMA`)."""
        if failures.is_empty():
            return self
        rows = self.rows.join(
            failures.select(_row_number="row_number"),
            on="_row_number",
            how="anti",
            maintain_order="left",
        )
        return replace(self, rows=rows, rejected=pl.concat([self.rejected, failures]))


@dataclass
class Desk:
    """What opening a file needs, for one night; `seen` grows with every file."""

    archive: Path
    worker: WorkbookWorker
    seen: Seen

    def open(self, sender: Sender, arrival: Arrival) -> Delivery | None:
        """Read one file; None for one that lies there unchanged since an earlier night."""
        if arrival.refusal is not None:
            status = "ignored" if arrival.refusal.code == "growing" else "refused"
            return Delivery(sender, arrival.name, None, status, arrival.refusal)
        try:
            sha256 = digest(arrival.path)
            names = self.seen.names.setdefault((sender.source, sha256), set())
            if arrival.name in names:
                return None
            kept = archive_copy(arrival.path, self.archive, sha256)
        except OSError as error:
            refusal = reason("unreadable_file", type(error).__name__)
            return Delivery(sender, arrival.name, None, "refused", refusal)
        names.add(arrival.name)
        if taken := self.seen.taken.get((sender.source, sha256)):
            return Delivery(sender, arrival.name, sha256, "duplicate", reason("same_bytes", taken))
        delivery = self._read(sender, arrival.name, sha256, kept)
        if delivery.is_loaded:
            # a copy in the same night would be judged alike, whatever is rejected later
            self.seen.taken[sender.source, sha256] = arrival.name
        return delivery

    def _read(self, sender: Sender, name: str, sha256: str, kept: Path) -> Delivery:
        table = read_table(kept, self.worker)
        delivery = Delivery(sender, name, sha256, "refused", table.refusal, encoding=table.encoding)
        if table.refusal is not None:
            return replace(delivery, entity=named_entity(name))
        try:
            entity = _decide_entity(sender, name, table)
            return self._load(replace(delivery, entity=entity), entity, table)
        except FileRefused as refused:
            return replace(delivery, entity=named_entity(name), reason=refused.reason)

    def _load(self, delivery: Delivery, entity: Entity, table: Table) -> Delivery:
        sender = delivery.sender
        mapping = map_headers(table.header, entity)
        if mapping.conflicts:
            raise FileRefused("conflicting_columns", ", ".join(mapping.conflicts))
        missing = mapping.missing(entity, sender.implied)
        if missing and not mapping.names_tombstones(entity):
            raise FileRefused("missing_columns", ", ".join(missing))
        _refuse_tax_included(table)
        return replace(
            delivery,
            status="loaded",
            reason=None if table.rows.height + table.problems.height else reason("header_only"),
            unknown_columns=mapping.unknown,
            row_count=table.rows.height + table.problems.height,
            reading=reading_of(table, entity, mapping, sender.implied),
            cells=gather(table, entity, mapping),
            rejected=table.problems,
        )


def type_all(deliveries: list[Delivery], night: Night, key: bytes) -> list[Delivery]:
    """Type the cells of all loaded deliveries, those that read alike together; order is kept."""
    groups: dict[Reading, list[int]] = {}
    for place, delivery in enumerate(deliveries):
        if delivery.reading is not None:
            groups.setdefault(delivery.reading, []).append(place)
    typed = list(deliveries)
    for reading, places in groups.items():
        cells = [
            typed[place].cells.with_columns(_file=pl.lit(place, pl.UInt32)) for place in places
        ]
        rows = type_cells(pl.concat(cells), reading, key, night.horizon)
        accepted = rows.accepted.partition_by("_file", as_dict=True, include_key=False)
        rejected = rows.rejected.partition_by("_file", as_dict=True, include_key=False)
        for place in places:
            own = accepted.get((place,), rows.accepted.clear().drop("_file"))
            failed = rejected.get((place,), rows.rejected.clear().drop("_file"))
            typed[place] = _typed(typed[place], own, failed, night)
    return typed


def provenance(delivery: Delivery, night: Night) -> dict[str, pl.Expr]:
    """Where a row comes from and when it became known: constant columns of one delivery."""
    return {
        "_batch_id": pl.lit(night.id),
        "_known_at": pl.lit(night.known_at, pl.Datetime("us")),
        "_source": pl.lit(delivery.sender.source),
        "_uploader_id": pl.lit(delivery.sender.uploader_id, pl.String),
        "_file_name": pl.lit(delivery.name),
        "_file_sha256": pl.lit(delivery.sha256, pl.String),
    }


def _typed(delivery: Delivery, rows: pl.DataFrame, failed: pl.DataFrame, night: Night) -> Delivery:
    return replace(
        delivery,
        reading=None,
        cells=pl.DataFrame(),
        rows=rows.with_columns(**provenance(delivery, night)),
        rejected=pl.concat([delivery.rejected, failed]).sort("row_number", maintain_order=True),
    )


def _decide_entity(sender: Sender, name: str, table: Table) -> Entity:
    named = named_entity(name)
    if named is not None:
        if named not in sender.entities:
            raise FileRefused("not_uploadable", named.name)
        return named
    allowed = best_entity(table.header, [(entity, sender.implied) for entity in sender.entities])
    if len(allowed) == 1:
        return allowed[0]
    if allowed:
        raise FileRefused("ambiguous_entity", ", ".join(entity.name for entity in allowed))
    forbidden = [entity for entity in ENTITIES.values() if entity not in sender.entities]
    if best_entity(table.header, [(entity, sender.implied) for entity in forbidden]):
        raise FileRefused("not_uploadable")
    raise FileRefused("unknown_entity")


def named_entity(name: str) -> Entity | None:
    """`leads__2026-10.csv` and `leads.csv` are leads, in any folder."""
    return ENTITIES.get(fold(Path(name).name.split("__")[0].split(".")[0]))


def _refuse_tax_included(table: Table) -> None:
    """A note above the table that amounts include tax: all amounts here are before tax."""
    if "税込" in fold(" ".join(table.notes)):
        raise FileRefused("tax_included")
