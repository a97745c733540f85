"""One file of one sender: what became of it, and its rows typed and judged as a whole."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from ingestion.columns import Entity
from ingestion.entities import ENTITIES
from ingestion.guides.meanings import meaning_of
from ingestion.lake import Night
from ingestion.reasons import Reason, reason
from ingestion.rows import Reading, column_readers, type_cells
from ingestion.tables import PROBLEM_SCHEMA
from ingestion.terms import overlapping

# A file is refused as a whole from this many bad rows on, if they are more than this share of it.
MIN_REJECTED, MAX_REJECTED_SHARE = 20, 0.5


@dataclass(frozen=True)
class Sender:
    """A folder of the inbox. `entities`: what it may send; `implied`: columns it may leave out."""

    source: str
    folder: Path
    uploader_id: str | None = None
    entities: tuple[Entity, ...] = tuple(ENTITIES.values())
    implied: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Spool:
    """Accepted rows of a bulk file, already in the Parquet form of the lake."""

    path: Path
    rows: int


@dataclass(frozen=True)
class Delivery:
    """What became of one file. A loaded one has `cells` and their `reading` until `type_all` has
    typed them: then `rows`, with their provenance. A bulk file's accepted rows, duplicates left
    out, lie in `spool` instead. `rejected` and `warnings` are `PROBLEM_SCHEMA`. `is_retry`: the
    last reading of the same bytes rejected rows, for whose sake they come again. `amount_units`:
    初期費用＝千円 for each column of amounts; `skipped_count`: lines that are no rows, such as
    totals and notes (of bulk files it is not known, and 0)."""

    sender: Sender
    name: str
    sha256: str | None
    status: str
    reason: Reason | None = None
    entity: Entity | None = None
    encoding: str | None = None
    dialect: str | None = None
    unknown_columns: tuple[str, ...] = ()
    amount_units: tuple[str, ...] = ()
    skipped_count: int = 0
    row_count: int = 0
    duplicate_count: int = 0
    reading: Reading | None = None
    cells: pl.DataFrame = field(default_factory=pl.DataFrame)
    rows: pl.DataFrame = field(default_factory=pl.DataFrame)
    rejected: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PROBLEM_SCHEMA))
    warnings: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PROBLEM_SCHEMA))
    spool: Spool | None = None
    is_retry: bool = False

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
        readers = column_readers(reading, key)
        rows = type_cells(pl.concat(cells), reading, readers, night.horizon)
        accepted = rows.accepted.partition_by("_file", as_dict=True, include_key=False)
        rejected = rows.rejected.partition_by("_file", as_dict=True, include_key=False)
        warned = rows.warnings.partition_by("_file", as_dict=True, include_key=False)
        nothing = pl.DataFrame(schema=PROBLEM_SCHEMA)
        for place in places:
            delivery = typed[place]
            own = accepted.get((place,), rows.accepted.clear().drop("_file"))
            typed[place] = refuse_mostly_bad(
                replace(
                    delivery,
                    reading=None,
                    cells=pl.DataFrame(),
                    rows=own.with_columns(**provenance(delivery, night)),
                    rejected=in_order(delivery.rejected, rejected.get((place,), nothing)),
                    warnings=in_order(delivery.warnings, warned.get((place,), nothing)),
                )
            )
    return typed


def in_order(*problems: pl.DataFrame) -> pl.DataFrame:
    """Problems (`PROBLEM_SCHEMA`) of one file by row."""
    return pl.concat(problems).sort("row_number", maintain_order=True)


def warned_of_equal_versions(delivery: Delivery, others: Collection[str] = ()) -> Delivery:
    """The delivery with a warning on each row whose key has other content in another row of the
    file, all as of the same time: the last one counts, which its sender may not know. Entities in
    `others` are judged elsewhere; the rows of a bulk file are not looked at."""
    rows, entity = delivery.rows, delivery.entity
    if entity is None or entity.name in others or rows.is_empty():
        return delivery
    repeated = rows.filter(rows.select(entity.key).is_duplicated())
    if repeated.is_empty():
        return delivery
    warnings = overlapping(repeated, entity, "equal_versions")
    return replace(delivery, warnings=in_order(delivery.warnings, warnings))


def refuse_mostly_bad(delivery: Delivery) -> Delivery:
    """Refuse a file as a whole when too large a share of its rows cannot be read.

    Then a column has changed its meaning or the wrong export was sent, and the rows that happen to
    be readable are as doubtful as the others.
    """
    bad = delivery.rejected["row_number"].n_unique()
    if bad < MIN_REJECTED or bad <= MAX_REJECTED_SHARE * delivery.row_count:
        return delivery
    worst = delivery.rejected.group_by("column_name", "reason_code").len()
    column, code, count = worst.sort("len", "column_name", "reason_code").row(-1)
    whole, worst_of_all = reason("too_many_rejections"), reason(code)
    name = _label(delivery.entity, column)
    return replace(
        delivery,
        status="refused",
        reason=Reason(
            whole.code,
            f"{whole.ja}：{delivery.row_count}行のうち{bad}行、"
            f"最も多い理由は{name}「{worst_of_all.ja}」{count}行",
            f"{whole.en}: {bad}/{delivery.row_count}, {column or '-'} {code} ×{count}",
        ),
        rows=pl.DataFrame(),
        spool=None,
        duplicate_count=0,
    )


def _label(entity: Entity | None, column: str | None) -> str:
    """A column in the sender's language, as the beginning of a phrase."""
    known = entity is not None and column in {declared.name for declared in entity.columns}
    if entity is None or column is None or not known:
        return ""
    return f"{meaning_of(entity, entity.column(column)).label}の"


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
