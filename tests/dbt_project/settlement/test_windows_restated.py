"""January is stated and closed; what February learns of its windows is judged term by term.

The engine posts the yen, a partner a case, under the subcontracting act (toriteki)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import duckdb
import polars as pl
import pytest

from ingestion.closes import CLOSE_SCHEMA
from ingestion.lake import Night
from ingestion.statements import STATEMENT_TABLES, frozen

JAN, FEB = "2028-01-31#1", "2028-02-29#1"
MARTS = {"statements": "partner_statements", "statement_lines": "partner_statement_lines"}
Warehouse = duckdb.DuckDBPyConnection
Rows = list[Any]
Stated = Mapping[tuple[str, str], tuple[int, dict[tuple[str, str, str], int]]]


def _sold(b: SimpleNamespace, case: str, place: int, **more: Any) -> Any:
    given = {"contracted_on": date(2028, 1, 10), "partner_id": f"P-{case}"} | more
    return b.a_contract(f"{case}{place}", **given)


def _slab(b: SimpleNamespace, case: str, name: str, low: int, high: int, **more: Any) -> Rows:
    """A term of a month's count: `low` a deal, `high` each from the second on."""
    tiers = {"fixed_yen": None, "tier_measure": "count", "tier_mode": "slab"}
    term = f"{case}-{name}"
    return [
        b.a_term(term, f"A-{case}", tier_window="month", **(tiers | more)),
        b.a_tier(term, 0, fixed_yen=low),
        b.a_tier(term, 2, fixed_yen=high),
    ]


def _capped(b: SimpleNamespace, case: str, *initials: int, cap_yen: int = 45_000) -> Rows:
    rate = {"basis": "rate", "base_amount": "initial", "rate": Decimal("0.1"), "fixed_yen": None}
    sold = [_sold(b, case, place, initial_yen=yen) for place, yen in enumerate(initials, 1)]
    return [b.a_term(f"{case}-T1", f"A-{case}", cap_window_yen=cap_yen, **rate), *sold]


def _of_january(b: SimpleNamespace) -> dict[str, Rows]:
    one, two = {"product_id": "PR-1"}, {"product_id": "PR-2"}
    return {
        "LOWERED": _capped(b, "LOWERED", 250_000, 200_000, 180_000),
        "HELD": _capped(b, "HELD", 429_990, 150_000),
        "FULL": _capped(b, "FULL", 500_000),
        "CAP": _capped(b, "CAP", 500_000),
        "TERMS": [
            *_slab(b, "TERMS", "T1", 1_000, 5_000, **one),
            *_slab(b, "TERMS", "T2", 1_000, 5_000, **two),
            *(_sold(b, "TERMS", place, **one) for place in (1, 2)),
            _sold(b, "TERMS", 3, **two),
        ],
        "YOUNG": [
            *_slab(b, "YOUNG", "T1", 1_000, 5_000, maturation_days=90, **one),
            *_slab(b, "YOUNG", "T2", 1_000, 5_000, **two),
            *(_sold(b, "YOUNG", place, **one) for place in (1, 2)),
            *(_sold(b, "YOUNG", place, **two) for place in (3, 4)),
        ],
        "VERSION": [
            *_slab(b, "VERSION", "T1", 1_000, 5_000),
            *(_sold(b, "VERSION", place) for place in (1, 2)),
        ],
        "RECUT": [
            *_slab(b, "RECUT", "T1", 1_000, 5_000),
            *(_sold(b, "RECUT", place) for place in (1, 2)),
        ],
    }


def _of_february(b: SimpleNamespace) -> Rows:
    later = {"agreement_version": 2, "applies_to_existing": True}
    return [
        _sold(b, "LOWERED", 1, initial_yen=50_000),
        _sold(b, "FULL", 2, initial_yen=150_000),
        *_capped(b, "CAP", cap_yen=30_000),
        b.a_tier("TERMS-T1", 2, fixed_yen=3_500),
        _sold(b, "TERMS", 4, product_id="PR-2", contracted_on=date(2028, 1, 20)),
        b.an_agreement("A-VERSION", "P-VERSION", version=2, effective_from=date(2028, 2, 1)),
        *_slab(b, "VERSION", "T2", 1_000, 3_500, **later),
        b.a_tier("RECUT-T1", 0, fixed_yen=500),
    ]


def _flag(case: str, place: int) -> dict[str, Any]:
    contract = f"{case}{place}"
    return {
        "flag_id": f"consent_missing:{contract}",
        "rule_id": "consent_missing",
        "rule_version": "1",
        "subject_kind": "contract",
        "subject_id": contract,
        "partner_id": f"P-{case}",
        "contract_id": contract,
        "severity": "high",
        "hold_scope": "contract",
        "evidence_rows": "file:2",
        "evidence_digest": "seen",
    }


def _close(con: Warehouse) -> dict[str, pl.DataFrame]:
    """What `teikei close 2028-01` commits."""
    known_at = Night.parse(JAN).known_at
    close = {"close_id": f"{JAN}-c1", "period": "2028-01", "known_at": known_at}
    rows = {
        table: con.sql(f"from marts.{mart} where period = '2028-01'").pl()
        for table, mart in MARTS.items()
    }
    kept = {name: frozen(each, STATEMENT_TABLES[name], close) for name, each in rows.items()}
    return {"closes": pl.DataFrame([close], schema=CLOSE_SCHEMA), **kept}


def _stated(con: Warehouse) -> Stated:
    """(case, period) → net yen, and yen by term, component and status."""
    nets = con.sql("select partner_id, period, net_yen from marts.partner_statements").fetchall()
    told: Stated = {
        (partner.removeprefix("P-"), period): (net, {}) for partner, period, net in nets
    }
    lines = con.sql(
        "select partner_id, period, term_id, component, status, cast(sum(amount_yen) as bigint)"
        " from marts.partner_statement_lines where component <> 'carried' group by all"
    ).fetchall()
    for partner, period, term, component, status, yen in lines:
        case = partner.removeprefix("P-")
        told[case, period][1][term.removeprefix(f"{case}-"), component, status] = yen
    return told


@pytest.fixture(scope="module")
def stated(warehouse: Callable[..., Warehouse], build: SimpleNamespace) -> Stated:
    cases = _of_january(build)
    partners = [
        row
        for case in cases
        for row in (
            build.a_partner(f"P-{case}", legal_regime="toriteki"),
            build.an_agreement(f"A-{case}", f"P-{case}"),
        )
    ]
    nights = {JAN: [*partners, *(row for rows in cases.values() for row in rows)]}
    given: dict[str, Any] = {"flags": {JAN: [_flag("HELD", 2), _flag("FULL", 2)]}, "postings": {}}
    for night, news in ((JAN, None), (FEB, _of_february(build))):
        if news:
            nights[night] = news
        due = warehouse(nights, **given).sql("from intermediate.postings_due").pl().to_dicts()
        given["postings"] |= {night: due}
        con = warehouse(nights, settlement=True, **given)
        given["frozen"] = {f"{JAN}-c1": _close(con)}
    return _stated(con)


def test_cap_given_back_for_a_lowering_waits_with_it(stated: Stated) -> None:
    """January paid 63,000 − 18,000 = 45,000; of the target of 43,000 nothing more is due."""
    assert stated["LOWERED", "2028-01"][0] == 45_000
    assert stated["LOWERED", "2028-02"] == (
        0,
        {("T1", "base", "needs_legal"): -20_000, ("T1", "cap", "needs_legal"): 18_000},
    )


def test_cap_waits_with_the_held_deal_that_it_cuts(stated: Stated) -> None:
    assert stated["HELD", "2028-01"][0] == 42_999
    held = {("T1", "base", "held"): 15_000, ("T1", "cap", "held"): -12_999}
    assert stated["HELD", "2028-02"] == (0, held)


def test_cap_that_was_reached_waits_with_the_held_deal_all_the_same(stated: Stated) -> None:
    """January paid 50,000 − 5,000: a further deal of 15,000 is held with its cut of 15,000."""
    assert stated["FULL", "2028-01"][0] == 45_000
    held = {("T1", "base", "held"): 15_000, ("T1", "cap", "held"): -15_000}
    assert stated["FULL", "2028-02"] == (0, held)


def test_cut_by_a_lower_cap_is_not_netted_with_what_is_settled(stated: Stated) -> None:
    """The cap falls from 45,000, which January paid, to 30,000."""
    assert stated["CAP", "2028-01"][0] == 45_000
    assert stated["CAP", "2028-02"] == (0, {("T1", "cap", "needs_legal"): -15_000})


def test_uplift_of_one_term_is_not_netted_with_anothers(stated: Stated) -> None:
    assert stated["TERMS", "2028-01"][0] == 11_000
    assert stated["TERMS", "2028-02"] == (
        9_000,
        {
            ("T1", "uplift", "needs_legal"): -3_000,
            ("T2", "base", "payable"): 1_000,
            ("T2", "uplift", "payable"): 8_000,
        },
    )


def test_uplift_does_not_wait_for_another_terms_maturity(stated: Stated) -> None:
    assert stated["YOUNG", "2028-01"] == (
        10_000,
        {
            ("T1", "base", "immature"): 2_000,
            ("T1", "uplift", "immature"): 8_000,
            ("T2", "base", "payable"): 2_000,
            ("T2", "uplift", "payable"): 8_000,
        },
    )


def test_uplift_of_a_replaced_version_is_judged_with_its_successors(stated: Stated) -> None:
    """−8,000 and +5,000 are one lowering of 3,000 for the same two deals."""
    net, lines = stated["VERSION", "2028-02"]
    uplifts = {key: yen for key, yen in lines.items() if key[1] == "uplift"}
    assert net == 0
    assert uplifts == {
        ("T1", "uplift", "needs_legal"): -8_000,
        ("T2", "uplift", "needs_legal"): 5_000,
    }


def test_uplift_that_mirrors_a_lowering_of_base_lines_waits_with_it(stated: Stated) -> None:
    """The first band falls from 1,000 to 500: two deals still come to 10,000 in all."""
    assert stated["RECUT", "2028-01"][0] == 10_000
    assert stated["RECUT", "2028-02"] == (
        0,
        {("T1", "base", "needs_legal"): -1_000, ("T1", "uplift", "needs_legal"): 1_000},
    )
