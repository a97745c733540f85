"""Contracts changed after a close: with yen, without, for other reasons, without a history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

MAY, JUNE, JULY = "2026-05-31#1", "2026-06-30#1", "2026-07-31#1"
CLOSES = {MAY: [{"close_id": f"{MAY}-c1", "period": "2026-05"}]}
SOLD = date(2026, 5, 10)
Warehouse = duckdb.DuckDBPyConnection
Posted = dict[str, list[dict[str, Any]]]


def _contract(build: SimpleNamespace, name: str, **more: Any) -> Any:
    given = {"partner_id": "P-1", "contracted_on": SOLD, "initial_yen": 100_000, "term_months": 12}
    return build.a_contract(f"C-{name}", **given | more)


def _sold(build: SimpleNamespace) -> list[Any]:
    """10 % of the first fee of PR-1, a fixed sum for PR-2 and for its onboarding."""
    rate = {"basis": "rate", "base_amount": "initial", "rate": Decimal("0.1"), "fixed_yen": None}
    clawback = {"clawback_method": "full", "clawback_months": 6}
    return [
        *(build.a_partner(f"P-{n}") for n in (1, 2)),
        *(build.an_agreement(f"A-{n}", f"P-{n}") for n in (1, 2)),
        *(build.a_term(f"T-{n}", f"A-{n}", product_id="PR-1", **rate | clawback) for n in (1, 2)),
        build.a_term("T-FIXED", "A-1", product_id="PR-2"),
        build.a_term("T-SETUP", "A-1", product_id="PR-2", stage="onboarding"),
        *(_contract(build, name) for name in ("RAISED", "MOVED", "GONE", "SAME", "BACK")),
        *(_contract(build, name, product_id="PR-2") for name in ("FIXED", "LATE")),
    ]


def _changed(build: SimpleNamespace) -> list[Any]:
    fixed = {"product_id": "PR-2"}
    return [
        _contract(build, "RAISED", initial_yen=300_000, monthly_yen=5_000),
        _contract(build, "MOVED", partner_id="P-2"),
        _contract(build, "GONE", cancelled_on=date(2026, 6, 20), term_months=1),
        _contract(build, "SAME", discount_rate=Decimal("0.1")),
        _contract(build, "BACK", initial_yen=200_000),
        _contract(build, "FIXED", initial_yen=300_000, **fixed),
        _contract(build, "LATE", term_months=24, **fixed),
        build.an_event("V-LATE", "C-LATE", occurred_on=date(2026, 5, 20)),
        _contract(build, "UNTOLD", initial_yen=300_000),
        _contract(build, "JUNE", contracted_on=date(2026, 6, 5)),
    ]


def _due(con: Warehouse) -> list[dict[str, Any]]:
    return con.sql("from intermediate.postings_due").pl().to_dicts()


def _renamed(due: list[dict[str, Any]], old: str, new: str) -> dict[str, Any]:
    """The posting of one contract as another's, of which nothing else is known."""
    (posting,) = (row for row in due if row["contract_id"] == old)
    return {
        name: value.replace(old, new) if isinstance(value, str) else value
        for name, value in posting.items()
    } | {"posting_id": new}


@pytest.fixture(scope="module")
def nights(warehouse: Callable[..., Warehouse], build: SimpleNamespace) -> dict[str, Warehouse]:
    """The nights of June, which brings the changes, and of July, which takes one of them back."""
    rows: dict[str, list[Any]] = {MAY: _sold(build)}
    posted: Posted = {MAY: _due(warehouse(rows))}
    posted[MAY].append(_renamed(posted[MAY], "C-RAISED", "C-UNTOLD"))
    rows |= {JUNE: _changed(build)}
    june = warehouse(rows, postings=posted, closes=CLOSES)
    posted |= {JUNE: _due(june)}
    rows |= {JULY: [_contract(build, "BACK", updated_at=datetime(2026, 7, 20))]}
    return {JUNE: june, JULY: warehouse(rows, postings=posted, closes=CLOSES)}


def _measured(con: Warehouse, name: str) -> Any:
    sql = "select drifted_yen, drifted_yen_evidence from marts.fct_contract_conduct"
    (found,) = con.sql(f"{sql} where contract_id = ?", params=[f"C-{name}"]).fetchall()
    return found


@pytest.mark.parametrize(
    ("name", "yen"),
    [
        ("RAISED", 20_000),
        # What one partner lost and the other got.
        ("MOVED", 20_000),
        ("BACK", 10_000),
        ("FIXED", 0),
        ("SAME", 0),
        ("GONE", 0),
        ("LATE", 0),
        ("JUNE", 0),
        ("UNTOLD", None),
    ],
)
def test_changes_after_the_close_moved(
    nights: dict[str, Warehouse], name: str, yen: int | None
) -> None:
    found, evidence = _measured(nights[JUNE], name)
    assert found == yen
    assert (evidence is not None) == bool(yen)


@pytest.mark.parametrize(("name", "yen"), [("RAISED", 20_000), ("BACK", 0), ("UNTOLD", None)])
def test_later_night_finds_what_is_left_of_it(
    nights: dict[str, Warehouse], name: str, yen: int | None
) -> None:
    assert _measured(nights[JULY], name)[0] == yen


def test_evidence_names_the_row_before_and_after(nights: dict[str, Warehouse]) -> None:
    rows = _measured(nights[JULY], "RAISED")[1].split(";")
    files = [row.rpartition(":")[0] for row in rows]
    assert files == [f"sha-contracts-{MAY}", f"sha-contracts-{JUNE}"]
