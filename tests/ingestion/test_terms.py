"""Terms, bands and steps that cannot be paid by are refused at the CRM's door, line by line."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

House = Any  # the fixture class of conftest.py
TERM = {"agreement_id": "A", "agreement_version": "1", "stage": "renewal", "basis": "fixed"}
RATE = {"basis": "rate", "base_amount": "initial"}
TIERED = {"tier_measure": "count", "tier_window": "month", "tier_mode": "marginal"}
STEPPED = {"clawback_method": "stepped"}
Told = list[tuple[int, str, str]]


def sheet(*rows: dict[str, str]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(row.get(name, "") for name in names) for row in rows]
    return "\n".join([",".join(names), *lines]) + "\n"


def terms(**changes: dict[str, str]) -> str:
    """A file of terms: T1=changes of a plain one, a line each from line 2 on."""
    return sheet(*({"term_id": name} | TERM | change for name, change in changes.items()))


def bands(*rows: tuple[str, str, str, str], **more: str) -> str:
    names = ("term_id", "from_value", "fixed_yen", "rate")
    return sheet(*(dict(zip(names, row, strict=True)) | more for row in rows))


def steps(*rows: tuple[str, str, str], **more: str) -> str:
    names = ("term_id", "from_month", "keep_rate")
    return sheet(*(dict(zip(names, row, strict=True)) | more for row in rows))


def put(house: House, entity: str, content: str) -> None:
    house.put(f"crm/sf/{entity}.csv", content)


def told(problems: pl.DataFrame, entity: str = "commission_terms") -> Told:
    """(line, column, reason) of an entity's rows; every reason has its sentences."""
    found = problems.filter(pl.col("entity") == entity)
    assert found["reason_ja"].null_count() == found["reason_en"].null_count() == 0
    columns = found.select("_row_number", "column_name", "reason_code")
    return sorted(columns.rows())


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({}, None),
        (RATE, None),
        ({"basis": "rate", "rate": "10%"}, ("base_amount", "rate_without_base")),
        (RATE | {"base_amount": "event"}, None),
        (
            RATE | {"base_amount": "event", "stage": "contract"},
            ("base_amount", "event_base_too_early"),
        ),
        (
            RATE | {"base_amount": "event", "stage": "agreement"},
            ("base_amount", "event_base_too_early"),
        ),
        (RATE | {"base_amount": "event", "stage": "onboarding"}, None),
        ({"stage": "lead"}, None),
        (RATE | {"stage": "lead"}, ("stage", "lead_term_not_plain")),
        ({"stage": "lead", "required_evidence": "同意書"}, ("stage", "lead_term_not_plain")),
        ({"stage": "lead", "clawback_method": "full"}, ("stage", "lead_term_not_plain")),
        ({"stage": "lead", "clawback_method": "none"}, None),
        ({"clawback_method": "linear"}, ("clawback_months", "linear_without_months")),
        ({"clawback_method": "linear", "clawback_months": "12"}, None),
        ({"clawback_method": "stepped"}, ("clawback_method", "stepped_without_steps")),
        ({"fixed_yen": "-1"}, ("fixed_yen", "negative_amount")),
        ({"cap_event_yen": "-1"}, ("cap_event_yen", "negative_amount")),
        ({"cap_window_yen": "-1"}, ("cap_window_yen", "negative_amount")),
        ({"cap_event_yen": "0"}, ("cap_event_yen", "zero_cap")),
        ({"cap_window_yen": "0"}, ("cap_window_yen", "zero_cap")),
        ({"cap_event_yen": "1", "cap_window_yen": "1", "fixed_yen": "0"}, None),
        (RATE | {"rate": "-0.1"}, ("rate", "bad_rate")),
        ({"payee": "parent"}, None),
        ({"payee": "uncle"}, ("payee", "unknown_value")),
    ],
)
def test_term_is_judged_by_its_own_columns(
    house: House, change: dict[str, str], refusal: tuple[str, str] | None
) -> None:
    put(house, "commission_terms", terms(T0={}, T1=change, T2={}))
    intake = house.read()
    assert told(intake.rejected) == ([(3, *refusal)] if refusal else [])


def test_draft_may_not_take_the_id_of_a_term_in_force(house: House) -> None:
    put(house, "commission_terms", terms(T1={}, T2={"scenario": "plan"}))
    house.run()
    put(house, "commission_terms", terms(T1={"scenario": "plan"}, T2={}, T3={"scenario": "plan"}))
    assert told(house.read(2).rejected) == [(2, "scenario", "draft_of_term_in_force")]


def test_ambiguous_terms_are_the_engines_to_decide(house: House) -> None:
    put(house, "commission_terms", terms(T1={"fixed_yen": "1"}, T2={"fixed_yen": "2"}))
    assert house.read().tables["commission_terms"].height == 2


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({}, None),
        ({"tier_mode": "marginal"}, ("tier_measure", "fixed_amount_tiers")),
        ({"tier_mode": ""}, ("tier_measure", "fixed_amount_tiers")),
        ({"base_amount": ""}, ("base_amount", "amount_tiers_without_base")),
    ],
)
def test_tiers_by_amount_need_a_base_and_rates_when_marginal(
    house: House, change: dict[str, str], refusal: tuple[str, str] | None
) -> None:
    slab = {"tier_measure": "amount", "tier_mode": "slab", "base_amount": "initial"}
    put(house, "commission_terms", terms(T1=slab | change))
    put(house, "commission_tiers", bands(("T1", "0", "1000", ""), ("T1", "500000", "2000", "")))
    assert told(house.read().rejected) == ([(2, *refusal)] if refusal else [])


def test_bands_start_at_zero_and_may_pay_nothing(house: House) -> None:
    put(house, "commission_terms", terms(T1=TIERED, T2=TIERED))
    rows = [("T1", "0", "0", ""), ("T1", "3", "500", ""), ("T2", "1", "100", "")]
    put(house, "commission_tiers", bands(*rows, ("T1", "5", "-1", "")))
    intake = house.read()
    assert told(intake.rejected, "commission_tiers") == [
        (4, "from_value", "first_tier_not_zero"),
        (5, "fixed_yen", "negative_amount"),
    ]
    assert told(intake.rejected) == [(3, "tier_measure", "tiers_without_bands")]


def test_bands_are_priced_like_their_term(house: House) -> None:
    put(house, "commission_terms", terms(T1=TIERED, T2=TIERED | RATE))
    put(
        house,
        "commission_tiers",
        bands(
            ("T1", "0", "1000", ""),
            ("T1", "3", "", "10%"),
            ("T1", "5", "1000", "10%"),
            ("T2", "0", "", "10%"),
            ("T2", "3", "1000", ""),
            ("T2", "5", "", ""),
        ),
    )
    assert told(house.read().rejected, "commission_tiers") == [
        (3, "fixed_yen", "band_price_mismatch"),
        (4, "fixed_yen", "band_price_mismatch"),
        (6, "rate", "band_price_mismatch"),
        (7, "rate", "band_price_mismatch"),
    ]


def test_overlapping_bands_are_refused_together(house: House) -> None:
    put(house, "commission_terms", terms(T1=TIERED, T2=TIERED))
    twice = [("T1", "3", "500", ""), ("T1", "3", "600", "")]
    repeated = [("T2", "0", "100", "")] * 2
    put(house, "commission_tiers", bands(("T1", "0", "100", ""), *twice, *repeated))
    intake = house.read()
    assert told(intake.rejected, "commission_tiers") == [
        (3, "from_value", "overlapping_bands"),
        (4, "from_value", "overlapping_bands"),
    ]
    assert intake.tables["commission_tiers"].height == 2


def test_newer_band_is_a_correction_and_no_overlap(house: House) -> None:
    put(house, "commission_terms", terms(T1=TIERED))
    old = {"term_id": "T1", "from_value": "0", "fixed_yen": "1", "updated_at": "2026-10-01 10:00"}
    new = old | {"fixed_yen": "2", "updated_at": "2026-10-02 10:00"}
    put(house, "commission_tiers", sheet(old, new))
    assert house.read().rejected.is_empty()


def test_tiered_term_waits_for_no_band_beyond_the_night(house: House) -> None:
    put(house, "commission_terms", terms(T1=TIERED, T2={"tier_measure": "none"}))
    assert told(house.run(day=1).rejected) == [(2, "tier_measure", "tiers_without_bands")]
    put(house, "commission_tiers", bands(("T1", "0", "1000", "")))
    assert house.run(day=2).rejected.is_empty()
    house.put("crm/sf/commission_terms__again.csv", terms(T1=TIERED))
    assert house.run(day=3).tables["commission_terms"]["term_id"].to_list() == ["T1"]


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_order_of_a_nights_files_does_not_matter(house: House, names: tuple[str, str]) -> None:
    house.put(f"crm/{names[0]}/commission_terms.csv", terms(T1=TIERED))
    house.put(f"crm/{names[1]}/commission_tiers.csv", bands(("T1", "0", "1000", "")))
    assert house.read().rejected.is_empty()


def test_term_that_changes_its_basis_must_bring_its_bands(house: House) -> None:
    put(house, "commission_terms", terms(T1=TIERED, T2=TIERED))
    put(house, "commission_tiers", bands(("T1", "0", "1000", ""), ("T2", "0", "1000", "")))
    assert house.run(day=1).rejected.is_empty()
    put(house, "commission_terms", terms(T1=TIERED | RATE, T2=TIERED | RATE))
    put(house, "commission_tiers", bands(("T2", "0", "", "5%")))
    assert told(house.run(day=2).rejected) == [(2, "basis", "band_price_mismatch")]


def test_first_band_cannot_be_deleted_while_its_term_stands(house: House) -> None:
    put(house, "commission_terms", terms(T1=TIERED, T2=TIERED))
    first, third = ("T1", "0", "1000", ""), ("T1", "3", "2000", "")
    put(house, "commission_tiers", bands(first, third, ("T2", "0", "1000", "")))
    assert house.run(day=1).rejected.is_empty()
    gone = bands(first, ("T2", "0", "1000", ""), is_deleted="true")
    put(house, "commission_tiers", gone)
    put(house, "commission_terms", terms(T2=TIERED | {"is_deleted": "true"}))
    rejected = house.run(day=2).rejected
    assert told(rejected, "commission_tiers") == [(2, "from_value", "first_tier_not_zero")]
    assert told(rejected) == []


def test_stepped_term_waits_for_no_step_beyond_the_night(house: House) -> None:
    put(house, "commission_terms", terms(T1=STEPPED, T2={}))
    assert told(house.run(day=1).rejected) == [(2, "clawback_method", "stepped_without_steps")]
    put(house, "clawback_steps", steps(("T1", "0", "0.5")))
    house.put("crm/sf/commission_terms__again.csv", terms(T1=STEPPED))
    assert house.run(day=2).rejected.is_empty()


def test_steps_that_say_nothing_are_no_steps_of_a_term(house: House) -> None:
    put(house, "commission_terms", terms(T1=STEPPED))
    put(house, "clawback_steps", steps(("T1", "0", "")))
    rejected = house.read().rejected
    assert told(rejected, "clawback_steps") == [(2, "keep_rate", "step_without_rate")]
    assert told(rejected) == [(2, "clawback_method", "stepped_without_steps")]


def test_last_step_cannot_be_deleted_while_its_term_stands(house: House) -> None:
    put(house, "commission_terms", terms(T1=STEPPED, T2=STEPPED, T3=STEPPED))
    first, third = ("T1", "0", "0.5"), ("T1", "3", "0.7")
    others = ("T2", "0", "0.5"), ("T3", "0", "0.5")
    put(house, "clawback_steps", steps(first, third, *others))
    assert house.run(day=1).rejected.is_empty()
    put(house, "clawback_steps", steps(first, *others, is_deleted="true"))
    put(house, "commission_terms", terms(T2=STEPPED | {"is_deleted": "true"}))
    rejected = house.run(day=2).rejected
    assert told(rejected, "clawback_steps") == [(4, "from_month", "stepped_without_steps")]
    assert told(rejected) == []


def test_steps_say_what_is_kept_once(house: House) -> None:
    put(house, "commission_terms", terms(T1=STEPPED))
    kept = ["0", "100%", "", "1.1", "50%", "60%"]
    months = ["0", "3", "4", "5", "6", "6"]
    rows = [("T1", month, rate) for month, rate in zip(months, kept, strict=True)]
    put(house, "clawback_steps", steps(*rows))
    intake = house.read()
    assert told(intake.rejected, "clawback_steps") == [
        (4, "keep_rate", "step_without_rate"),
        (5, "keep_rate", "bad_rate"),
        (6, "from_month", "overlapping_steps"),
        (7, "from_month", "overlapping_steps"),
    ]
    assert intake.warnings.is_empty()


def test_steps_without_a_stepped_term_are_kept_with_a_warning(house: House) -> None:
    put(house, "commission_terms", terms(T1={}, T2=STEPPED))
    put(house, "clawback_steps", steps(*((name, "3", "0.5") for name in ("T1", "T2", "T9"))))
    intake = house.read()
    assert intake.tables["clawback_steps"].height == 3
    assert told(intake.warnings, "clawback_steps") == [
        (2, "term_id", "step_without_term"),
        (4, "term_id", "step_without_term"),
    ]


def test_differing_rows_of_one_term_are_kept_with_a_warning(house: House) -> None:
    put(house, "commission_terms", terms(T1={"fixed_yen": "1"}) + "T1,A,1,renewal,fixed,2\n")
    agreement = {"agreement_id": "A", "version": "1", "partner_id": "P1"}
    starts = [{"effective_from": day} for day in ("2026-04-01", "2026-05-01")]
    put(house, "agreements", sheet(*(agreement | start for start in starts)))
    intake = house.read()
    assert intake.rejected.is_empty()
    assert told(intake.warnings) == [(n, "term_id", "equal_versions") for n in (2, 3)]
    assert told(intake.warnings, "agreements") == [(n, "version", "equal_versions") for n in (2, 3)]
