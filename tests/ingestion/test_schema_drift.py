"""A sender's file changes its shape: kept and told, understood, or refused in clear words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

House = Any  # the fixture class of conftest.py
Receipt = Callable[..., dict[str, Any]]
USUAL = "管理番号,会社名,同意取得日\n1,甲社,2026-10-01\n"


def test_added_column_is_kept_and_told(house: House, receipt: Receipt) -> None:
    house.put("partners/P1/leads__1.csv", USUAL)
    house.put("partners/P1/leads__2.csv", "管理番号,会社名,同意取得日,占い\n2,乙社,,大吉\n")
    intake = house.read()
    assert receipt(intake, "leads__1.csv")["unknown_columns"] is None
    line = receipt(intake, "leads__2.csv")
    assert (line["status"], line["unknown_columns"]) == ("loaded", "占い")
    extras = intake.tables["leads"].sort("lead_id")["_extra"].to_list()
    assert extras[0] is None
    assert json.loads(extras[1]) == {"占い": "大吉"}


def test_column_renamed_to_a_known_synonym_is_the_same_column(house: House) -> None:
    house.put("partners/P1/leads__1.csv", USUAL)
    house.put("partners/P1/leads__2.csv", "受付番号,企業名,同意日\n2,甲社,2026-10-02\n")
    leads = house.read().tables["leads"].sort("lead_id")
    assert leads["company_name"].to_list() == ["甲社", "甲社"]
    assert leads["company_name_hash"].n_unique() == 1
    assert leads["consent_on"].null_count() == 0


def test_column_renamed_to_something_unknown_is_told_and_not_guessed(
    house: House, receipt: Receipt
) -> None:
    house.put("partners/P1/leads.csv", "管理番号,会社名,同意した日らしい\n1,甲社,2026-10-01\n")
    intake = house.read()
    assert receipt(intake, "leads.csv")["unknown_columns"] == "同意した日らしい"
    assert intake.tables["leads"]["consent_on"].to_list() == [None]


def test_missing_required_columns_are_named_with_what_to_do(house: House, receipt: Receipt) -> None:
    house.put("partners/P1/trainings.csv", "研修番号,修了日\n1,2026-10-01\n")
    line = receipt(house.read(), "trainings.csv")
    assert (line["status"], line["reason_code"]) == ("refused", "missing_columns")
    assert "rep_id (受講者番号), course (研修科目)" in line["reason_ja"]
    assert "列を追加して送り直してください" in line["reason_ja"]
    assert "rep_id (受講者番号), course (研修科目)" in line["reason_en"]
    assert "add them as in the template" in line["reason_en"]


def test_cells_of_another_type_cost_only_their_rows(house: House, receipt: Receipt) -> None:
    header = "管理番号,商材,契約日,月額\n"
    rows = (
        '1,X,2026-10-01,"30,000"\n2,X,四半期末,30000\n3,X,2026-10-03,三万\n4,X,2026-10-04,3万円\n'
    )
    house.put("partners/P1/contracts__10.csv", header + rows)
    intake = house.read()
    line = receipt(intake, "contracts__10.csv")
    assert (line["accepted_count"], line["rejected_count"], line["row_count"]) == (2, 2, 4)
    mine = intake.tables["contracts"].filter(intake.tables["contracts"]["_uploader_id"] == "P1")
    assert mine["monthly_yen"].to_list() == [30_000, 30_000]
    found = intake.rejected.select("_row_number", "column_name", "reason_code").rows()
    assert found == [(3, "contracted_on", "bad_date"), (4, "monthly_yen", "bad_yen")]
