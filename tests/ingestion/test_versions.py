"""Sent again: the same bytes, the same rows, and corrections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ingestion.lake import Night

House = Any  # the fixture class of conftest.py
Receipt = Callable[..., dict[str, Any]]
HEADER = "管理番号,会社名\n"


def counts(line: dict[str, Any]) -> tuple[int, int, int]:
    return line["row_count"], line["accepted_count"], line["duplicate_count"]


def test_unchanged_inbox_brings_nothing(house: House) -> None:
    house.put("partners/P1/leads.csv", HEADER + "1,あ\n")
    house.run(day=1)
    intake = house.read(day=2)
    assert intake.files.is_empty()
    assert all(table.is_empty() for table in intake.tables.values())


def test_same_bytes_under_another_name_are_a_duplicate(house: House, receipt: Receipt) -> None:
    house.put("partners/P1/leads.csv", HEADER + "1,あ\n")
    house.run(day=1)
    house.put("partners/P1/leads__copy.csv", HEADER + "1,あ\n")
    house.put("partners/P2/leads.csv", HEADER + "1,あ\n")
    intake = house.read(day=2)
    assert receipt(intake, "leads__copy.csv")["status"] == "duplicate"
    assert intake.tables["leads"]["_uploader_id"].to_list() == ["P2"]


def test_same_bytes_are_judged_anew_while_rows_of_them_were_rejected(
    house: House, receipt: Receipt
) -> None:
    papers = "証憑番号,契約番号,書類\nE1,C1,同意書\nE2,C7,同意書\n"
    house.put("partners/P1/evidence.csv", papers)
    assert house.run(day=1).rejected["reason_code"].to_list() == ["unknown_contract"]
    contract = "contract_id,channel,partner_id,product_id\nC7,partner,P1,X\n"
    house.put("crm/sf/contracts__2.csv", contract)
    house.put("partners/P1/evidence__again.csv", papers)
    intake = house.run(day=2)
    assert counts(receipt(intake, "evidence__again.csv")) == (2, 1, 1)
    assert intake.tables["evidence"]["evidence_id"].to_list() == ["E2"]
    house.put("partners/P1/evidence__third.csv", papers)
    third = house.read(day=3)
    assert third.files.select("_file_name", "status").rows() == [
        ("evidence__third.csv", "duplicate")
    ]
    assert third.files["reason_en"].item().endswith("evidence__again.csv")


def test_refused_bytes_are_read_under_another_name(house: House, receipt: Receipt) -> None:
    house.put("partners/P1/products__1.csv", HEADER + "1,あ\n")
    assert receipt(house.run(day=1), "products__1.csv")["status"] == "refused"
    house.put("partners/P1/leads__1.csv", HEADER + "1,あ\n")
    house.put("partners/P1/leads__2.csv", HEADER + "1,あ\n")
    intake = house.read(day=2)
    assert receipt(intake, "leads__1.csv")["status"] == "loaded"
    assert receipt(intake, "leads__2.csv")["status"] == "duplicate"


def test_file_sent_again_for_its_rejected_rows_takes_no_correction_back(house: House) -> None:
    leads = HEADER + "1,あ\n,う\n"
    house.put("partners/P1/leads.csv", leads)
    house.run(day=1)
    house.put("partners/P1/leads__2.csv", HEADER + "1,い\n")
    house.run(day=2)
    house.put("partners/P1/leads__3.csv", leads)
    intake = house.read(day=3)
    assert intake.tables["leads"].is_empty()
    assert intake.files.select("duplicate_count", "rejected_count").rows() == [(1, 1)]
    kept = intake.warnings.select("_file_name", "_row_number", "reason_code").rows()
    assert kept == [("leads__3.csv", 2, "correction_kept")]


@pytest.mark.parametrize("names", [("leads",) * 3, ("leads__1", "leads__2", "leads__3")])
def test_bytes_that_return_after_others_are_a_correction(
    house: House, receipt: Receipt, names: tuple[str, ...]
) -> None:
    first, second = HEADER + "1,あ\n2,う\n", HEADER + "1,い\n2,う\n"
    for day, (name, text) in enumerate(zip(names, (first, second, first), strict=True), start=1):
        house.put(f"partners/P1/{name}.csv", text)
        intake = house.run(day)
    assert counts(receipt(intake, f"{names[2]}.csv")) == (2, 1, 1)
    back = intake.tables["leads"]
    assert back.select("lead_id", "company_name").rows() == [("1", "あ")]
    assert back["_known_at"].item() == Night(date(2026, 11, 3), 1).known_at
    house.put("partners/P1/leads__4.csv", first)
    assert house.run(day=4).files["status"].to_list() == ["duplicate"]
    assert house.run(day=5).files.is_empty()


def test_old_file_of_other_records_repeats_its_rows(house: House, receipt: Receipt) -> None:
    house.put("partners/P1/leads__10.csv", HEADER + "1,あ\n")
    house.run(day=1)
    house.put("partners/P1/leads__11.csv", HEADER + "2,い\n")
    house.run(day=2)
    house.put("partners/P1/leads__10_copy.csv", HEADER + "1,あ\n")
    assert counts(receipt(house.read(day=3), "leads__10_copy.csv")) == (1, 0, 1)


def test_files_of_one_night_count_in_the_order_of_their_names(house: House) -> None:
    for name, company in (("1", "あ"), ("2", "い"), ("3", "あ"), ("4", "あ")):
        house.put(f"partners/P1/leads__{name}.csv", HEADER + f"1,{company}\n")
    intake = house.run(day=1)
    assert intake.tables["leads"]["company_name"].to_list() == ["あ", "い", "あ"]
    house.put("partners/P1/leads__5.csv", HEADER + "1,あ\n")
    house.put("partners/P1/leads__6.csv", HEADER + "1,い\n")
    again = house.read(day=2)
    assert again.files["status"].to_list() == ["duplicate", "loaded"]
    assert again.tables["leads"]["company_name"].to_list() == ["い"]


def test_return_to_bytes_that_were_completed_meanwhile_is_a_correction(house: House) -> None:
    papers = "証憑番号,契約番号,書類\nE1,C1,同意書\nE2,C7,同意書\n"
    house.put("partners/P1/evidence__1.csv", papers)
    house.run(day=1)
    contract = "contract_id,channel,partner_id,product_id\nC7,partner,P1,X\n"
    house.put("crm/sf/contracts__2.csv", contract)
    house.put("partners/P1/evidence__2.csv", papers.replace("E1,C1", "E1,R1"))
    house.run(day=2)
    house.put("partners/P1/evidence__3.csv", papers)
    kept = house.run(day=3)
    assert kept.tables["evidence"].is_empty()
    assert kept.warnings["_row_number"].to_list() == [2]
    house.put("partners/P1/evidence__4.csv", papers)
    back = house.read(day=4)
    assert back.tables["evidence"].select("evidence_id", "contract_id").rows() == [("E1", "C1")]


def test_export_of_a_system_that_returns_under_another_name_is_a_correction(
    house: House, receipt: Receipt
) -> None:
    header = "lead_id,registered_at,channel,会社名\n"
    for day, company in ((1, "あ"), (2, "い"), (3, "あ"), (4, "あ")):
        house.put(f"crm/sf/leads__{day}.csv", header + f"1,2026-10-01,sales,{company}\n")
        intake = house.run(day)
        expected = (1, 0, 1) if day == 4 else (1, 1, 0)
        assert counts(receipt(intake, f"leads__{day}.csv")) == expected


def test_night_that_is_read_again_before_its_end_doubles_nothing(house: House) -> None:
    first, second = HEADER + "1,あ\n", HEADER + "1,い\n"
    for day, text in enumerate((first, second), start=1):
        house.put("partners/P1/leads.csv", text)
        house.run(day)
    house.put("partners/P1/leads.csv", first)
    once, twice = house.read(day=3), house.run(day=3)
    assert_frame_equal(once.tables["leads"], twice.tables["leads"])
    assert_frame_equal(once.files, twice.files)
    assert house.read(day=4).files.is_empty()


def test_bytes_of_one_kind_of_data_may_be_another(house: House) -> None:
    text = "contract_id,商材,lead_id\n1,X,L1\n"
    house.put("partners/P1/contracts.csv", text)
    house.run(day=1)
    house.put("partners/P1/leads.csv", text)
    intake = house.read(day=2)
    assert intake.tables["leads"]["lead_id"].to_list() == ["L1"]


def test_systems_of_the_vendor_correct_each_other(house: House, receipt: Receipt) -> None:
    header = "lead_id,registered_at,channel,会社名\n"
    house.put("crm/crm1/leads.csv", header + "1,2026-10-01,sales,あ\n")
    house.run(day=1)
    house.put("crm/crm2/leads.csv", header + "1,2026-10-01,sales,い\n")
    house.run(day=2)
    house.put("crm/crm1/leads__3.csv", header + "1,2026/10/1,sales,あ\n")
    assert house.run(day=3).tables["leads"]["company_name"].to_list() == ["あ"]
    house.put("crm/crm2/leads__4.csv", header + "1,2026/10/1,sales,あ\n")
    assert counts(receipt(house.read(day=4), "leads__4.csv")) == (1, 0, 1)


def test_reordered_rows_are_counted_once(house: House, receipt: Receipt) -> None:
    house.put("partners/P1/leads.csv", HEADER + "1,あ\n2,い\n")
    house.run(day=1)
    house.put("partners/P1/leads__2.csv", HEADER + "2,い\n1,あ\n3,う\n3,う\n")
    intake = house.read(day=2)
    assert counts(receipt(intake, "leads__2.csv")) == (4, 1, 3)
    assert intake.tables["leads"]["lead_id"].to_list() == ["3"]


def test_other_content_is_a_correction_also_back_to_the_old(house: House) -> None:
    house.put("partners/P1/leads.csv", HEADER + "1,あ\n")
    house.run(day=1)
    house.put("partners/P1/leads__2.csv", HEADER + "1,い\n1,あ\n1,あ\n")
    assert house.run(day=2).tables["leads"]["company_name"].to_list() == ["い", "あ"]
    house.put("partners/P1/leads__3.csv", HEADER + "1,い\n")
    assert house.read(day=3).tables["leads"].height == 1


def test_same_key_of_another_source_is_another_record(house: House) -> None:
    house.put("partners/P1/leads.csv", HEADER + "1,あ\n")
    house.put("partners/P2/leads.csv", HEADER + "1,あ\n\n")
    house.put("crm/sf/leads.csv", "lead_id,registered_at,channel,会社名\n1,2026-10-01,sales,あ\n")
    intake = house.read()
    assert intake.tables["leads"].height == 3


def test_rows_of_every_loaded_file_are_accounted_for(house: House) -> None:
    house.put("partners/P1/leads.csv", HEADER + "1,あ\n1,あ\n,い\n2\n3,〃\n合計,9\n")
    files = house.read().files.filter(pl.col("status") == "loaded")
    total = pl.sum_horizontal("accepted_count", "rejected_count", "duplicate_count")
    assert files.filter(total != pl.col("row_count")).is_empty()
    assert files.filter(pl.col("entity") == "leads")["row_count"].to_list() == [5]
