"""The door of the reviewers: `inbox/review/`, words on flags and on who is one customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from ingestion.columns import Entity
from ingestion.crm_exports import loaded_rows
from ingestion.deliveries import Delivery, Sender, in_order
from ingestion.entities import ENTITIES, OF_REVIEWERS
from ingestion.replies.formulas import restore
from ingestion.tables import problems
from ingestion.versions import mark_rewritten, scan_rows

_WORDS = ENTITIES["identity_decisions"]
_CUSTOMERS, _PARTIES = ("leads", "contracts"), ("partners", "partner_reps")
_SIDES = ("first_record", "second_record")
_BURIED = pl.col("is_deleted").fill_null(False)


def senders(inbox: Path) -> Iterator[Sender]:
    if (inbox / "review").is_dir():
        yield Sender(
            "review", inbox / "review", entities=tuple(ENTITIES[name] for name in OF_REVIEWERS)
        )


def as_decided(deliveries: list[Delivery]) -> list[Delivery]:
    """The words of the reviewers without the marks that the desk's export puts before formulas."""
    return [
        replace(delivery, cells=delivery.cells.with_columns(restore(pl.col(pl.String))))
        for delivery in deliveries
    ]


def judge(deliveries: list[Delivery], raw: Path) -> list[Delivery]:
    """Reject rows that rewrite a decision, and words on who is one customer that nobody can follow;
    `deliveries`: all of the night.

    Decisions are only added: what came first under a decision_id stands. Of words on customers
    first counts what a row says itself, then words of one time on one pair, then those that
    contradict each other or older ones in a circle. What was accepted before is not judged again.
    """
    for name in OF_REVIEWERS:
        deliveries = _judged(deliveries, ENTITIES[name], raw)
    return deliveries


def _judged(deliveries: list[Delivery], entity: Entity, raw: Path) -> list[Delivery]:
    """The deliveries after the rows of one entity were judged."""
    places = [
        place
        for place, delivery in enumerate(deliveries)
        if delivery.is_loaded and delivery.entity is entity and not delivery.rows.is_empty()
    ]
    if not places:
        return deliveries
    stored = scan_rows(raw, entity)
    rows = pl.concat(deliveries[place].rows.with_columns(_place=place) for place in places)
    rewritten = mark_rewritten(rows, entity, stored)
    failures = _failures(rows.filter(rewritten), "decision_id", "decision_rewritten")
    if entity is _WORDS:
        known = stored.select("decision_id").unique().collect()
        said = rows.filter(~rewritten).join(known, on="decision_id", how="anti")
        failures = pl.concat([failures, _unheeded(said, stored, deliveries, raw)])
    judged = list(deliveries)
    for place in places:
        own = failures.filter(pl.col("_place") == place).drop("_place")
        left = deliveries[place].without(own)
        judged[place] = replace(left, rejected=in_order(left.rejected))
    return judged


def _unheeded(
    rows: pl.DataFrame, stored: pl.LazyFrame, deliveries: list[Delivery], raw: Path
) -> pl.DataFrame:
    """Failures of new words that nobody can follow."""
    failures = _unfollowable(rows, _known_records(rows, deliveries, raw))
    failures = pl.concat([failures, _two_words(_without(rows, failures))])
    return pl.concat([failures, _circles(_without(rows, failures), stored)])


def _unfollowable(rows: pl.DataFrame, known: pl.Series) -> pl.DataFrame:
    """Failures of words on no record, on one, or on none of a customer."""
    said = rows.filter(~_BURIED)
    is_unknown = {side: ~pl.col(side).is_in(known.implode()) for side in _SIDES}
    is_strange = pl.any_horizontal(*is_unknown.values())
    is_party = pl.all_horizontal(
        pl.col(side).str.extract(r"^([^:]*)").is_in(_PARTIES) for side in _SIDES
    )
    one = pl.col("first_record") == pl.col("second_record")
    tests = [(side, "unknown_record", test) for side, test in is_unknown.items()]
    tests.append(("second_record", "same_record", ~is_strange & one))
    tests.append(("second_record", "no_customer_record", ~is_strange & ~one & is_party))
    return pl.concat(_failures(said.filter(test), column, code) for column, code, test in tests)


def _two_words(rows: pl.DataFrame) -> pl.DataFrame:
    """Failures of words on one pair that differ and were said at one time."""
    from ingestion.identity.words import PAIR, paired  # a second to import

    latest = rows.unique("decision_id", keep="last", maintain_order=True)
    said = latest.filter(~_BURIED).with_columns(*paired())
    several = pl.col("verdict").n_unique().over(*PAIR, "decided_at") > 1
    return _failures(said.filter(several), "verdict", "two_words")


def _circles(rows: pl.DataFrame, stored: pl.LazyFrame) -> pl.DataFrame:
    """Failures of words by which two records would be one customer and would not."""
    from ingestion.identity.words import PAIR, contradicting, in_force, paired

    failures = [_failures(rows.clear(), "verdict", "contradicting_words")]
    while True:
        left = _without(rows, pl.concat(failures))
        words = in_force(pl.concat([stored, left.lazy()], how="diagonal")).collect()
        is_customer = pl.all_horizontal(
            pl.col(name).str.extract(r"^([^:]*)").is_in(_CUSTOMERS) for name in PAIR
        )
        told = words.filter(is_customer).with_columns(is_new=pl.col("_place").is_not_null())
        found = contradicting(told)
        if found.is_empty():
            return pl.concat(failures)
        gone = left.filter(~_BURIED).with_columns(*paired()).join(found, on=PAIR, how="semi")
        failures.append(_failures(gone, "verdict", "contradicting_words"))


def _known_records(rows: pl.DataFrame, deliveries: list[Delivery], raw: Path) -> pl.Series:
    """Of the records that words are about those that have ever come, by any door."""
    asked = pl.concat([rows[side] for side in _SIDES]).unique()
    frames = [pl.LazyFrame(schema={"record": pl.String()})]
    for name in (*_CUSTOMERS, *_PARTIES):
        entity = ENTITIES[name]
        scope = pl.col("_uploader_id").fill_null("crm")
        record = pl.concat_str(pl.lit(name), scope, entity.key[0], separator=":")
        sources = [scan_rows(raw, entity), *loaded_rows(deliveries, entity)]
        frames += [source.select(record=record) for source in sources]
    found = pl.concat(frames).filter(pl.col("record").is_in(asked.implode())).unique()
    return found.collect()["record"]


def _failures(rows: pl.DataFrame, column: str, code: str) -> pl.DataFrame:
    """`PROBLEM_SCHEMA` of these rows, and the place of their delivery."""
    return problems(rows, column, pl.lit(code)).with_columns(rows["_place"])


def _without(rows: pl.DataFrame, failures: pl.DataFrame) -> pl.DataFrame:
    failed = failures.rename({"row_number": "_row_number"})
    return rows.join(failed, on=["_place", "_row_number"], how="anti", maintain_order="left")
