"""Opens files one by one: archived, read, and their kind of data decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ingestion.bulk.lane import BULK_BYTES, BULK_ENTITIES, Bulk, Plan
from ingestion.bulk.pieces import read_head
from ingestion.bulk.seen import Seen
from ingestion.columns import Entity, Kind
from ingestion.copied_columns import map_table
from ingestion.delimited.profiles import Profile
from ingestion.deliveries import Delivery, Sender
from ingestion.entity_choice import (
    choose_entity,
    likely_mapping,
    named_entity,
    rivals_for_people,
)
from ingestion.files import Arrival, archive_file, is_text, read_table
from ingestion.guides.examples import without_examples
from ingestion.guides.meanings import names_for_people
from ingestion.headers import AS_PAID, Mapping, known_headers, map_headers
from ingestion.label_rows import without_labels
from ingestion.reasons import FileRefused, reason
from ingestion.rows import Reading, gather, reading_of
from ingestion.tables import Table, fold
from ingestion.units import mentions_money, outside
from ingestion.xlsx.guard import WorkbookWorker
from ingestion.yen import UNITS


@dataclass
class Desk:
    """What opening a file needs, for one night; `seen` grows with every file."""

    archive: Path
    worker: WorkbookWorker
    seen: Seen
    bulk: Bulk
    bulk_bytes: int = BULK_BYTES

    def open_all(self, arrivals: Iterable[tuple[Sender, Arrival]]) -> list[Delivery]:
        """What became of files, without those that lie there unchanged since an earlier night."""
        opened = [self.open(sender, arrival) for sender, arrival in arrivals]
        return [delivery for delivery in opened if delivery is not None]

    def open(self, sender: Sender, arrival: Arrival) -> Delivery | None:
        """Read one file; None for one that lies there unchanged since an earlier night."""
        if arrival.refusal is not None:
            status = "ignored" if arrival.refusal.code == "growing" else "refused"
            return Delivery(sender, arrival.name, None, status, arrival.refusal)
        try:
            sha256, kept = self._archive(sender, arrival)
        except OSError:
            refusal = reason("unreadable_file")
            return Delivery(sender, arrival.name, None, "refused", refusal)
        if kept is None:
            return None
        named = named_entity(arrival.name)
        same = self.seen.same_as(sender.source, sha256, named)
        # a system's export is compared row by row, whatever came before
        is_upload = sender.uploader_id is not None
        is_retry = is_upload and (sender.source, sha256) in self.seen.unfinished
        self.seen.note(sender.source, arrival.name, sha256)
        if is_upload and same is not None:
            return Delivery(sender, arrival.name, sha256, "duplicate", reason("same_bytes", same))
        opened = Delivery(sender, arrival.name, sha256, "refused", is_retry=is_retry)
        delivery = self._read(opened, named, kept, arrival.profile)
        if delivery.entity is not None and delivery.is_loaded:
            # a copy in the same night would be judged alike, whatever is rejected later
            file = (sha256, arrival.name)
            self.seen.note_read(sender.source, delivery.entity.name, file)
        return delivery

    def _archive(self, sender: Sender, arrival: Arrival) -> tuple[str, Path | None]:
        """(sha256, archived copy); no copy of a file that lies there as it did before."""
        before = self.seen.latest.get((sender.source, arrival.name))
        sha256, kept = archive_file(arrival.path, self.archive, before)
        return sha256, None if sha256 == before else kept

    def _read(
        self, delivery: Delivery, named: Entity | None, kept: Path, profile: Profile | None
    ) -> Delivery:
        """The delivery read; a refused one says what was understood of it before."""
        table, head = Table(), None
        try:
            if self._is_bulk(delivery.sender, named, kept):
                head = read_head(kept, known_headers(), profile)
            if head is not None:
                dialect = head.dialect
                table = Table(dialect.header, notes=dialect.notes, encoding=head.encoding)
                table = replace(table, dialect=dialect.evidence)
            else:
                table = read_table(kept, profile, self.worker)
            delivery = replace(
                delivery, entity=named, encoding=table.encoding, dialect=table.dialect
            )
            if table.refusal is not None:
                return replace(delivery, reason=table.refusal)
            table = _with_name(table, delivery.name)
            delivery, mapping = _understood(delivery, table)
            reading = _reading(delivery, table, mapping)
            if head is not None:
                return self.bulk.read(Plan(delivery, kept, head, mapping, reading))
            return _load(delivery, table, mapping, reading)
        except FileRefused as refused:
            if delivery.entity is None:
                delivery = replace(delivery, unknown_columns=_not_understood(delivery, table))
            return replace(delivery, entity=delivery.entity or named, reason=refused.reason)

    def _is_bulk(self, sender: Sender, named: Entity | None, path: Path) -> bool:
        """Whether a file is to be read in pieces."""
        if sender.uploader_id is not None or named is None or named.name not in BULK_ENTITIES:
            return False
        return path.stat().st_size >= self.bulk_bytes and is_text(path)


def _with_name(table: Table, name: str) -> Table:
    """The table with what its file's name says about amounts among the notes."""
    said = Path(name).stem
    return (
        replace(table, notes=(*table.notes, outside("ファイル名", said)))
        if (mentions_money(said))
        else table
    )


def _understood(delivery: Delivery, table: Table) -> tuple[Delivery, Mapping]:
    """What a table holds and which column is which. Raises FileRefused when that is in doubt."""
    entity = choose_entity(delivery.name, table.header, _candidates(delivery.sender))
    # of what may come as a bulk file, which is not there whole, only the header counts
    is_whole = delivery.sender.uploader_id is not None
    mapping = map_table(table, entity) if is_whole else map_headers(table.header, entity)
    return replace(delivery, entity=entity, unknown_columns=mapping.unknown), mapping


def _not_understood(delivery: Delivery, table: Table) -> tuple[str, ...]:
    """The unknown columns of a file about nothing known, as the likely kind of data has them."""
    likely = likely_mapping(table.header, _candidates(delivery.sender))
    return likely.unknown if likely else ()


def _candidates(sender: Sender) -> list[tuple[Entity, frozenset[str]]]:
    return [(entity, sender.implied) for entity in sender.entities]


def _reading(delivery: Delivery, table: Table, mapping: Mapping) -> Reading:
    """How the cells are to be read. Raises FileRefused where columns or amounts are in doubt."""
    entity, implied = mapping.entity, delivery.sender.implied
    if mapping.conflicts:
        raise FileRefused("conflicting_columns", ", ".join(rivals_for_people(mapping)))
    missing = mapping.missing(entity, implied)
    if missing and not mapping.names_tombstones(entity):
        raise FileRefused("missing_columns", names_for_people(entity, missing))
    if entity.name not in AS_PAID and "税込" in fold(" ".join(table.notes)):
        # a note above the table: all amounts here are before tax
        raise FileRefused("tax_included")
    return reading_of(table, entity, mapping, implied)


def _load(delivery: Delivery, table: Table, mapping: Mapping, reading: Reading) -> Delivery:
    entity = reading.entity
    table = without_examples(table, entity, mapping)
    if delivery.sender.uploader_id is not None:
        table = without_labels(table, entity, mapping)
    row_count = table.rows.height + table.problems["row_number"].n_unique()
    return replace(
        delivery,
        status="loaded",
        reason=None if row_count else reason("header_only"),
        row_count=row_count,
        amount_units=_amount_units(mapping, reading),
        skipped_count=table.ignored,
        reading=reading,
        cells=gather(table, entity, mapping),
        rejected=table.problems,
        warnings=table.warnings,
    )


def _amount_units(mapping: Mapping, reading: Reading) -> tuple[str, ...]:
    """初期費用＝千円: which unit the numbers of each column of amounts were counted in."""
    names, units = {size: name for name, size in UNITS.items()}, dict(reading.units)
    return tuple(
        f"{header}＝{names[units.get(column.name, 1)]}"
        for column in reading.entity.columns
        if column.kind is Kind.YEN
        for header in mapping.sources.get(column.name, ())
    )
