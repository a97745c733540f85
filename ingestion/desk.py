"""Opens files one by one: archived, read, and their kind of data decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ingestion.bulk.lane import BULK_BYTES, BULK_ENTITIES, Bulk, Plan
from ingestion.bulk.pieces import Head, read_head
from ingestion.bulk.seen import Seen
from ingestion.columns import Entity
from ingestion.delimited.profiles import Profile
from ingestion.deliveries import Delivery, Sender
from ingestion.entities import ENTITIES
from ingestion.files import Arrival, archive_file, is_text, read_table
from ingestion.guides.examples import without_examples
from ingestion.guides.meanings import names_for_people
from ingestion.headers import AS_PAID, Mapping, best_entity, known_headers, map_headers
from ingestion.reasons import FileRefused, reason
from ingestion.rows import gather, reading_of
from ingestion.tables import Table, fold
from ingestion.xlsx.guard import WorkbookWorker


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
        try:
            if self._is_bulk(delivery.sender, named, kept):
                head = read_head(kept, known_headers(), profile)
                if head is not None:
                    delivery = replace(
                        delivery, encoding=head.encoding, dialect=head.dialect.evidence
                    )
                    return self._read_bulk(delivery, kept, head)
            table = read_table(kept, profile, self.worker)
            delivery = replace(delivery, encoding=table.encoding, dialect=table.dialect)
            if table.refusal is not None:
                return replace(delivery, entity=named, reason=table.refusal)
            return _load(delivery, table)
        except FileRefused as refused:
            return replace(delivery, entity=named, reason=refused.reason)

    def _is_bulk(self, sender: Sender, named: Entity | None, path: Path) -> bool:
        """Whether a file is to be read in pieces."""
        if sender.uploader_id is not None or named is None or named.name not in BULK_ENTITIES:
            return False
        return path.stat().st_size >= self.bulk_bytes and is_text(path)

    def _read_bulk(self, delivery: Delivery, path: Path, head: Head) -> Delivery:
        dialect = head.dialect
        table = Table(dialect.header, notes=dialect.notes)
        entity, mapping = _decide(delivery, table)
        reading = reading_of(table, entity, mapping, delivery.sender.implied)
        described = replace(delivery, entity=entity, unknown_columns=mapping.unknown)
        return self.bulk.read(Plan(described, path, head, mapping, reading))


def named_entity(name: str) -> Entity | None:
    """`leads__2026-10.csv` and `leads.csv` are leads, in any folder."""
    return ENTITIES.get(fold(Path(name).name.split("__")[0].split(".")[0]))


def _load(delivery: Delivery, table: Table) -> Delivery:
    entity, mapping = _decide(delivery, table)
    table = without_examples(table, entity, mapping)
    row_count = table.rows.height + table.problems["row_number"].n_unique()
    return replace(
        delivery,
        entity=entity,
        status="loaded",
        reason=None if row_count else reason("header_only"),
        unknown_columns=mapping.unknown,
        row_count=row_count,
        reading=reading_of(table, entity, mapping, delivery.sender.implied),
        cells=gather(table, entity, mapping),
        rejected=table.problems,
        warnings=table.warnings,
    )


def _decide(delivery: Delivery, table: Table) -> tuple[Entity, Mapping]:
    """What a table holds and which column is which. Raises FileRefused when that is in doubt."""
    entity = _decide_entity(delivery.sender, delivery.name, table)
    mapping = map_headers(table.header, entity)
    if mapping.conflicts:
        raise FileRefused("conflicting_columns", names_for_people(entity, mapping.conflicts))
    missing = mapping.missing(entity, delivery.sender.implied)
    if missing and not mapping.names_tombstones(entity):
        raise FileRefused("missing_columns", names_for_people(entity, missing))
    if entity.name not in AS_PAID and "税込" in fold(" ".join(table.notes)):
        # a note above the table: all amounts here are before tax
        raise FileRefused("tax_included")
    return entity, mapping


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
