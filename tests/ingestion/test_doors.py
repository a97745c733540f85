"""The doors: files to accepted rows, rejected rows and receipts that add up."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion.entities import ENTITIES, lake_schema

House = Any  # the fixture class of conftest.py
Receipt = Callable[..., dict[str, Any]]
LEADS = "lead_id,registered_at,channel,partner_id,会社名\n"


def test_japanese_file_loads_with_provenance(house: House, receipt: Receipt) -> None:
    house.put(
        "crm/sf/leads__2026-10.csv",
        "リード ID,作成日,チャネル,代理店コード,会社名,姓,名,リード状況,謎\n"
        "L1,2026/10/1,代理店,P1,㈱あ,山田,太郎,新規,x\n",
        "cp932",
    )
    intake = house.read()
    row = intake.tables["leads"].row(0, named=True)
    assert (row["channel"], row["lead_status"], row["contact_name"]) == (
        "partner",
        "new",
        "山田 太郎",
    )
    assert (row["_source"], row["_row_number"], row["_extra"]) == ("crm/sf", 2, '{"謎":"x"}')
    assert row["_known_at"] == datetime(2026, 10, 31, 15, 0, 0, 1)
    assert receipt(intake, "leads__2026-10.csv")["unknown_columns"] == "謎"
    assert intake.tables["leads"].schema == pl.Schema(lake_schema(ENTITIES["leads"]))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("leads.csv", b"", "empty_file"),
        ("leads.csv", b"lead_id,email\n1,a\n", "missing_columns"),
        ("leads.csv", "lead_id,会社名,企業名\n".encode(), "conflicting_columns"),
        ("leads.pdf", b"%PDF", "unsupported_format"),
        ("leads.csv", b"\xff\xfe\xff", "unknown_encoding"),
        ("whatever.csv", b"a,b\n1,2\n", "unknown_entity"),
        ("..\\leads.csv", b"lead_id\n", "bad_name"),
        ("leads.csv", ",".join(f"c{i}" for i in range(10_000)).encode(), "too_many_columns"),
        ("leads.csv", "税込\n\nlead_id,registered_at,channel\n".encode(), "tax_included"),
    ],
)
def test_file_that_cannot_be_used_is_one_clear_line(
    house: House, receipt: Receipt, name: str, content: bytes, code: str
) -> None:
    house.put(f"crm/sf/{name}", content)
    line = receipt(house.read(), name)
    assert (line["status"], line["reason_code"]) == ("refused", code)
    assert line["reason_ja"] and line["reason_en"]


def test_header_only_loads_nothing_and_says_so(house: House, receipt: Receipt) -> None:
    house.put("crm/sf/leads.csv", LEADS)
    line = receipt(house.read(), "leads.csv")
    assert (line["status"], line["reason_code"], line["row_count"]) == ("loaded", "header_only", 0)


def test_link_and_stray_files_are_refused(house: House, receipt: Receipt) -> None:
    (house.home / "inbox/crm/sf/link.csv").symlink_to("/etc/hostname")
    house.put("partners/stray.csv", "lead_id\n1\n")
    house.put("root.csv", "lead_id\n1\n")
    house.put("partner/P1/leads.csv", "lead_id\n1\n")
    house.put("crm/sf/~$leads.xlsx", "lock")
    house.put("crm/sf/.leads.csv", "hidden")
    intake = house.read()
    codes = {
        name: receipt(intake, name)["reason_code"]
        for name in ("link.csv", "stray.csv", "root.csv", "partner")
    }
    assert codes == {
        "link.csv": "outside_inbox",
        "stray.csv": "misplaced",
        "root.csv": "misplaced",
        "partner": "misplaced",
    }
    assert intake.files.height == 6


def test_folder_named_like_a_file_is_a_folder(house: House, receipt: Receipt) -> None:
    house.put("partners/P1/leads.csv/leads.csv", "管理番号\n1\n")
    intake = house.read()
    assert receipt(intake, "leads.csv/leads.csv")["accepted_count"] == 1
    assert intake.files.filter(pl.col("_uploader_id") == "P1").height == 1


def test_time_that_lies_ahead_cannot_lock_a_key(house: House) -> None:
    header = "lead_id,registered_at,updated_at,channel\n"
    rows = "L1,2026-10-01,2026-11-02 23:59,sales\nL2,2026-10-01,2099-01-01,sales\n"
    house.put("crm/sf/leads.csv", header + rows + "L3,2026-11-03,,sales\n")
    house.put("partners/P1/leads.csv", "管理番号,登録日,updated_at\n1,2026-10-01,2099-01-01\n")
    gone = "event_id,is_deleted,updated_at\nE1,true,2099-01-01\n"
    house.put("partners/P1/contract_events.csv", gone)
    intake = house.read()
    assert intake.tables["leads"]["lead_id"].to_list() == ["L1"]
    assert intake.tables["contract_events"].is_empty()
    assert set(intake.rejected["reason_code"]) == {"future_timestamp"}
    assert intake.rejected.height == 4


def test_growing_file_is_left_for_the_next_night(house: House, receipt: Receipt) -> None:
    path = house.put("crm/sf/leads.csv", LEADS + "L1,2026-10-01,sales,,あ\n")
    growing = receipt(house.read(settle_seconds=60), "leads.csv")
    assert (growing["status"], growing["reason_code"]) == ("ignored", "growing")
    os.utime(path, (0, 0))
    assert receipt(house.read(settle_seconds=60), "leads.csv")["status"] == "loaded"


def test_bad_rows_cost_only_themselves(house: House, receipt: Receipt) -> None:
    rows = "L1,2026-10-01,partner,P1,あ\nL2,10/1,謎,P1,い\nL3,2026-10-01\n,2026-10-01,sales,,う\n"
    house.put("crm/sf/leads.csv", LEADS + rows)
    intake = house.read()
    line = receipt(intake, "leads.csv")
    assert (line["row_count"], line["accepted_count"], line["rejected_count"]) == (4, 1, 3)
    found = intake.rejected.select("_row_number", "column_name", "reason_code").sort("_row_number")
    assert found.rows() == [
        (3, "registered_at", "bad_timestamp"),
        (3, "channel", "unknown_value"),
        (4, None, "ragged_row"),
        (5, "lead_id", "missing_value"),
    ]


def test_other_currency_and_thousands_are_read_from_the_file(house: House) -> None:
    house.put(
        "crm/sf/contracts__b.csv",
        "単位：千円\n\ncontract_id,channel,product_id,契約金額,通貨\nC5,sales,X,1.5,円\nC6,sales,X,9,USD\n",
    )
    intake = house.read()
    new = intake.tables["contracts"].filter(pl.col("_file_name") == "contracts__b.csv")
    assert new.select("contract_id", "initial_yen").rows() == [("C5", 1500)]
    assert intake.rejected["reason_code"].to_list() == ["unsupported_currency"]


def test_tombstone_needs_only_its_key(house: House) -> None:
    house.put(
        "crm/sf/leads.csv", "lead_id,registered_at,channel,IsDeleted\nL1,,,true\nL2,,,false\n"
    )
    intake = house.read()
    assert intake.tables["leads"]["lead_id"].to_list() == ["L1"]
    assert set(intake.rejected["_row_number"]) == {3}


def test_workbook_gives_the_same_rows_as_text(
    house: House, receipt: Receipt, write_workbook: Callable[..., Path]
) -> None:
    header = ["lead_id", "registered_at", "channel", "会社名"]
    book = write_workbook([header, ["L1", date(2026, 10, 1), "partner", "㈱あ"]])
    house.put("crm/sf/leads__book.xlsx", book.read_bytes())
    house.put("crm/hubspot/leads.csv", ",".join(header) + "\nL1,2026-10-01,partner,㈱あ\n")
    intake = house.read()
    assert intake.tables["leads"]["_source"].to_list() == ["crm/hubspot"]
    assert receipt(intake, "leads__book.xlsx")["duplicate_count"] == 1


def test_file_of_tombstones_needs_no_other_column(house: House, receipt: Receipt) -> None:
    house.put("crm/sf/leads__gone.csv", "lead_id,is_deleted\nL1,true\nL2,false\n")
    intake = house.read()
    assert intake.tables["leads"].select("lead_id", "is_deleted").rows() == [("L1", True)]
    missing = intake.rejected.select("_row_number", "column_name", "reason_code").rows()
    assert missing == [(3, "channel", "missing_value"), (3, "registered_at", "missing_value")]
    house.put("crm/sf/leads__keys.csv", "lead_id,email\nL1,a\n")
    assert receipt(house.read(), "leads__keys.csv")["reason_code"] == "missing_columns"


def test_partner_may_delete_an_event_by_its_key(house: House) -> None:
    house.put("partners/P1/contract_events__gone.csv", "event_id,is_deleted\nE1,true\n")
    intake = house.read()
    assert intake.tables["contract_events"]["event_id"].to_list() == ["E1"]


def test_required_evidence_speaks_of_the_kinds_that_papers_have(house: House) -> None:
    kinds = ["同意書； 申込書", "Consent_Form;consent_form", "Site Photo;", ";", ""]
    rows = "".join(f"T{place},A,1,contract,fixed,{kind}\n" for place, kind in enumerate(kinds))
    header = "term_id,agreement_id,agreement_version,stage,basis,required_evidence\n"
    house.put("crm/sf/commission_terms.csv", header + rows)
    header = "evidence_id,contract_id,evidence_kind,received_at\n"
    papers = "E1,C1,CONSENT_form,2026-10-01\nE2,C1,site photo,2026-10-01\n"
    house.put("crm/sf/evidence.csv", header + papers)
    intake = house.read()
    assert intake.tables["commission_terms"]["required_evidence"].to_list() == [
        "consent_form;application_form",
        "consent_form",
        "sitephoto",
        None,
    ]
    assert intake.tables["evidence"]["evidence_kind"].to_list() == ["consent_form", "sitephoto"]
    assert intake.rejected["reason_code"].to_list() == ["bad_evidence_kinds"]


def test_digests_do_not_differ_by_letter_case(house: House) -> None:
    header = "evidence_id,contract_id,evidence_kind,received_at,document_sha256\n"
    rows = "E1,C1,同意書,2026-10-01,AB12\nE2,C1,同意書,2026-10-01,ａb12\n"
    house.put("crm/sf/evidence.csv", header + rows)
    header = "decision_id,flag_id,evidence_seen,verdict,decided_by,decided_at\n"
    house.put("review/decisions.csv", header + "D1,F,AbC1,confirmed,sato,2026-11-01 10:00\n")
    tables = house.read().tables
    assert tables["evidence"]["document_sha256"].to_list() == ["ab12", "ab12"]
    assert tables["decisions"]["evidence_seen"].to_list() == ["abc1"]


def test_decisions_come_through_their_own_door(house: House, receipt: Receipt) -> None:
    header = "decision_id,flag_id,verdict,decided_by,decided_at\n"
    row = "D1,self_dealing:C1,confirmed,sato,2026-11-01 10:00\n"
    house.put("review/decisions.csv", header + row)
    house.put("crm/sf/decisions.csv", header + row)
    intake = house.read()
    assert intake.tables["decisions"]["_source"].to_list() == ["review"]
    assert intake.files.filter(pl.col("status") == "refused")["_source"].to_list() == ["crm/sf"]


def test_unpayable_terms_are_rejected(house: House) -> None:
    house.put(
        "crm/sf/commission_terms.csv",
        "term_id,agreement_id,agreement_version,stage,basis,fixed_yen,rate,base_amount,clawback_method\n"
        "T1,A,1,contract,fixed,1000,,,\nT2,A,1,contract,rate,,10%,,\nT3,A,1,contract,fixed,-1,,,\n"
        "T4,A,1,contract,rate,,10%,event,\nT5,A,1,lead,fixed,1,,,full\nT6,A,1,renewal,fixed,1,,,linear\n",
    )
    house.put(
        "crm/sf/commission_tiers.csv", "term_id,from_value,fixed_yen\nT1,0,1\nT1,5,2\nT9,1,1\n"
    )
    intake = house.read()
    assert intake.tables["commission_terms"]["term_id"].to_list() == ["T1"]
    assert intake.tables["commission_tiers"]["from_value"].to_list() == [0, 5]
    assert set(intake.rejected["reason_code"]) == {
        "rate_without_base",
        "negative_amount",
        "event_base_too_early",
        "lead_term_not_plain",
        "linear_without_months",
        "first_tier_not_zero",
    }
