"""Two partners with the same deals; one partner's May is closed before June's news arrives.

The last of three nights is built whole, so that `teikei close` and `teikei ledger explain` can be
run on its home."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from expectations.rules import load_rules
from ingestion import closes, lake, ledger
from ingestion.lake import Night
from ingestion.nights import finish_night, open_night
from orchestration.assets.flags import commit_once, judge
from orchestration.dbt_runs import PASS_2
from orchestration.settings import Settings

MAY, JUNE, AGAIN = "2026-05-31#1", "2026-06-30#1", "2026-06-30#2"
CLOSED, OPEN = "P-CLOSED", "P-OPEN"


def _partner(build: SimpleNamespace, partner: str) -> list[Any]:
    """Terms of a partner: 10 % at contract, another product's with evidence, tiers on a third."""
    agreement = f"A-{partner}"
    rate = {"basis": "rate", "base_amount": "initial", "rate": Decimal("0.1"), "fixed_yen": None}
    return [
        build.a_partner(partner),
        build.an_agreement(agreement, partner),
        build.a_term(
            f"T-{partner}",
            agreement,
            **rate,
            cap_event_yen=50_000,
            clawback_method="linear",
            clawback_months=12,
        ),
        build.a_term(
            f"T-{partner}-E", agreement, product_id="PR-E", required_evidence="consent_form"
        ),
        build.a_term(
            f"T-{partner}-Q",
            agreement,
            product_id="PR-Q",
            fixed_yen=None,
            tier_measure="count",
            tier_mode="slab",
        ),
        build.a_tier(f"T-{partner}-Q", 0, fixed_yen=1_000),
        build.a_tier(f"T-{partner}-Q", 2, fixed_yen=1_500),
        # two equal terms for one product: nothing is paid
        build.a_term(f"T-{partner}-X1", agreement, product_id="PR-X"),
        build.a_term(f"T-{partner}-X2", agreement, product_id="PR-X"),
    ]


def _sold(build: SimpleNamespace, contract_id: str, partner: str, **more: Any) -> Any:
    day = date(2026, 5, 10)
    given = {"contracted_on": day, "starts_on": day, "initial_yen": 123_457} | more
    return build.a_contract(contract_id, partner_id=partner, **given)


def _of_may(build: SimpleNamespace, partner: str) -> list[Any]:
    return [
        *_partner(build, partner),
        *(_sold(build, f"{partner}-{name}", partner) for name in ("cancelled", "corrected")),
        _sold(build, f"{partner}-evidence", partner, product_id="PR-E"),
        *(_sold(build, f"{partner}-q{n}", partner, product_id="PR-Q") for n in (1, 2)),
        _sold(build, f"{partner}-x", partner, product_id="PR-X"),
    ]


def _of_june(build: SimpleNamespace, partner: str) -> list[Any]:
    """A cancellation, a correction, evidence of May and a third contract of May, all late."""
    return [
        _sold(build, f"{partner}-cancelled", partner, cancelled_on=date(2026, 6, 15)),
        _sold(build, f"{partner}-corrected", partner, initial_yen=200_009),
        build.an_evidence(
            f"{partner}-V", f"{partner}-evidence", received_at=datetime(2026, 5, 20, 3)
        ),
        _sold(build, f"{partner}-q3", partner, product_id="PR-Q"),
    ]


@dataclass(frozen=True)
class Closing:
    """Rows of the doors and postings by night, and the home after the last one."""

    rows: dict[str, list[Any]]
    postings: dict[str, list[dict[str, Any]]]
    home: Path

    def posted(self, night: str, partner: str) -> list[dict[str, Any]]:
        return [row for row in self.postings[night] if row["partner_id"] == partner]


@pytest.fixture(scope="session")
def closing(
    warehouse: Callable[..., duckdb.DuckDBPyConnection],
    build: SimpleNamespace,
    dbt: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Closing:
    rows = {
        MAY: [row for partner in (CLOSED, OPEN) for row in _of_may(build, partner)],
        JUNE: [row for partner in (CLOSED, OPEN) for row in _of_june(build, partner)],
        AGAIN: [],
    }
    closed = {"period": "2026-05", "partner_id": CLOSED, "closed_by": "佐藤", "is_forced": False}
    postings: dict[str, list[dict[str, Any]]] = {}
    for place, night in enumerate(rows):
        con = warehouse(
            {name: rows[name] for name in list(rows)[: place + 1]},
            night=night,
            postings=postings,
            closes={MAY: [closed]} if place else {},
        )
        postings = postings | {night: con.sql("from intermediate.postings_due").pl().to_dicts()}
    home = _finish(dbt, postings, tmp_path_factory.mktemp("closing") / "home")
    return Closing(rows, postings, home)


def _finish(dbt: Any, postings: dict[str, list[dict[str, Any]]], home: Path) -> Path:
    """The home as the nightly job leaves it: chained ledger, judged rules, finished nights."""
    shutil.rmtree(dbt.home / "lake" / "ledger")
    area = dbt.home / "lake" / "ledger"
    lake.create_empty_batch(area, {"postings": ledger.POSTING_SCHEMA})
    for night_id, due in postings.items():
        ledger.append(area, night_id, _frame(due))
    dbt.run("build", *PASS_2, "--exclude-resource-type", "unit_test")
    shutil.copytree(dbt.home, home)
    place = Settings(home)
    shutil.rmtree(place.closes)
    closes.prepare(place.closes)
    last = Night.parse(AGAIN)
    commit_once(place, last, judge(place, last, load_rules(place.rules / "conduct")))
    for night_id in postings:
        finish_night(place.lake, open_night(place.lake, Night.parse(night_id).business_day))
    return home


def _frame(due: list[dict[str, Any]]) -> Any:
    import polars as pl

    schema = {name: t for name, t in ledger.POSTING_SCHEMA.items() if name != "previous_hash"}
    return pl.DataFrame(due, schema=schema)


@pytest.fixture
def home(closing: Closing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the finished home, in which nothing is closed yet."""
    copy = tmp_path / "home"
    shutil.copytree(closing.home, copy)
    monkeypatch.setenv("TEIKEI_HOME", str(copy))
    return copy


@pytest.fixture(scope="session")
def partners() -> SimpleNamespace:
    return SimpleNamespace(closed=CLOSED, open=OPEN, nights=SimpleNamespace(may=MAY, june=JUNE))
