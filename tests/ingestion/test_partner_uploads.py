"""The partners' door: only about themselves and their sub-agents, and answered row by row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pytest

from ingestion.intake import partner_rows, reject_rows, write_replies
from ingestion.replies.formulas import neutralise

House = Any  # the fixture class of conftest.py
Receipt = Callable[..., dict[str, Any]]
KNOWN_AT = datetime(2026, 10, 31, 15, 0, 0, 1)


def test_what_the_door_knows_may_be_left_out(house: House) -> None:
    house.put("partners/P1/leads.csv", "管理番号,会社名\n1,あ\n")
    row = house.read().tables["leads"].row(0, named=True)
    assert (row["partner_id"], row["channel"], row["_uploader_id"]) == ("P1", "partner", "P1")
    assert row["registered_at"] == KNOWN_AT


def test_stated_time_is_kept(house: House) -> None:
    house.put("partners/P1/leads.csv", "管理番号,登録日\n1,2026-10-02\n2,\n")
    leads = house.read().tables["leads"]
    assert leads["registered_at"].to_list() == [datetime(2026, 10, 1, 15), KNOWN_AT]


def test_row_about_another_partner_is_rejected(house: House, receipt: Receipt) -> None:
    house.put("partners/P1/leads.csv", "管理番号,代理店コード\n1,P1\n2,P2\n3,P3\n")
    house.put("partners/P2/leads.csv", "管理番号,代理店コード\n1,P1\n")
    intake = house.read()
    assert intake.tables["leads"]["partner_id"].to_list() == ["P1", "P2"]
    assert set(intake.rejected["reason_code"]) == {"not_your_record"}
    assert set(intake.rejected["_source"]) == {"partners/P1", "partners/P2"}


def test_evidence_follows_its_contract(house: House) -> None:
    house.put("partners/P1/contracts.csv", "管理番号,商材,契約日\nU1,X,2026-10-09\n")
    ids = ["C1", "R1", "C2", "U1", "C9", "ZZ"]
    rows = "".join(f"E{place},{name},同意書\n" for place, name in enumerate(ids))
    house.put("partners/P1/evidence.csv", "証憑番号,契約番号,書類\n" + rows)
    intake = house.read()
    assert intake.tables["evidence"]["contract_id"].to_list() == ["C1", "R1", "C2", "U1"]
    assert set(intake.tables["evidence"]["evidence_kind"]) == {"consent_form"}
    found = intake.rejected.select("value", "reason_code").rows()
    assert found == [("C9", "not_your_record"), ("ZZ", "unknown_contract")]


def test_contract_uploaded_earlier_is_still_ones_own(house: House) -> None:
    house.put("partners/P1/contracts.csv", "管理番号,商材,契約日\nU1,X,2026-10-09\n")
    house.run(day=1)
    events = "event_id,契約番号,区分,実施日\nE1,U1,導入,2026-10-20\n"
    house.put("partners/P1/contract_events.csv", events)
    house.put("partners/P3/contract_events.csv", events)
    intake = house.read(day=2)
    assert intake.tables["contract_events"]["_uploader_id"].to_list() == ["P1"]
    assert intake.rejected["reason_code"].to_list() == ["unknown_contract"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("P1/agreements.csv", "not_uploadable"),
        ("P1/prices.csv", "not_uploadable"),
        ("PX/leads.csv", "unknown_partner"),
    ],
)
def test_what_a_partner_may_not_send_is_refused(
    house: House, receipt: Receipt, name: str, code: str
) -> None:
    house.put(f"partners/{name}", "product_id,product_name,list_monthly_yen\nX,あ,1\n")
    line = receipt(house.read(), name.partition("/")[2])
    assert (line["status"], line["reason_code"]) == ("refused", code)


def test_folder_of_a_partner_registered_later_is_read_then(house: House, receipt: Receipt) -> None:
    house.put("partners/P4/leads.csv", "管理番号\n1\n")
    house.run(day=1)
    house.put("crm/sf/partners__2.csv", "partner_id,partner_name,partner_kind\nP4,四番,reseller\n")
    assert receipt(house.read(day=2), "leads.csv")["status"] == "loaded"


def test_verdicts_move_rows_and_keep_the_counts(house: House, receipt: Receipt) -> None:
    house.put("partners/P1/leads.csv", "管理番号,会社名\n1,あ\n2,い\n")
    intake = house.read()
    row_id = partner_rows(intake, "leads")["row_id"][1]
    verdict = {
        "row_id": [row_id],
        "column_name": ["company_name"],
        "reason_code": ["implausible"],
        "reason_ja": ["不自然です"],
        "reason_en": ["Implausible"],
    }
    judged = reject_rows(intake, "leads", pl.DataFrame(verdict))
    line = receipt(judged, "leads.csv")
    assert (line["accepted_count"], line["rejected_count"], line["row_count"]) == (1, 1, 2)
    assert judged.rejected.select("_row_number", "value").rows() == [(3, "い")]
    assert reject_rows(judged, "leads", pl.DataFrame(verdict)) == judged


def test_same_bytes_of_two_partners_are_different_rows(house: House) -> None:
    for place in ("P1/leads.csv", "P2/leads.csv"):
        house.put(f"partners/{place}", "管理番号,会社名\n1,あ\n2,い\n")
    intake = house.read()
    rows = partner_rows(intake, "leads")
    assert rows["row_id"].n_unique() == rows.height == 4
    verdict = rows.filter(pl.col("_uploader_id") == "P2").select(
        "row_id",
        column_name=pl.lit("company_name"),
        reason_code=pl.lit("implausible"),
        reason_ja=pl.lit("不自然です"),
        reason_en=pl.lit("Implausible"),
    )
    judged = reject_rows(intake, "leads", verdict)
    assert judged.tables["leads"]["_uploader_id"].to_list() == ["P1", "P1"]
    assert judged.rejected["_uploader_id"].to_list() == ["P2", "P2"]


@pytest.mark.parametrize("door", ["partners/P1", "crm/sf"])
def test_personal_data_cannot_be_a_key(house: House, door: str) -> None:
    people = [
        "taro＠example.jp",
        "03-1234-5678",
        "０９０ 1234 5678",
        "0312345678",
        "+81 90-1234-5678",
    ]
    numbers = ["2026-0001", "0000012345", "01-2026-0001", "L1", "10-1234-5678"]
    rows = "".join(f"{name},2026-10-01,sales\n" for name in people + numbers)
    house.put(f"{door}/leads.csv", "lead_id,registered_at,channel\n" + rows)
    intake = house.read()
    assert intake.tables["leads"]["lead_id"].to_list() == numbers
    assert intake.rejected["reason_code"].to_list() == ["personal_key"] * len(people)


def test_reply_holds_the_partners_own_rows_and_reasons(house: House) -> None:
    text = "管理番号,会社名,代理店コード\n1,あ,P1\n2,=HYPERLINK(),P3\n3,broken\n"
    house.put("partners/P1/2026/leads__十月.csv", text, "cp932")
    intake = house.run()
    receipt, reply = write_replies(house.home, intake)
    assert reply == house.home / "outbox/P1/2026/leads__十月.csv.rejected.xlsx"
    sheet = fastexcel.read_excel(reply).load_sheet(0, dtypes="string").to_polars()
    assert sheet.columns == ["管理番号", "会社名", "代理店コード", "理由", "元の行番号"]
    assert sheet.row(0)[:3] == ("2", "'=HYPERLINK()", "P3")
    assert "貴社" in sheet.row(0)[3]
    # a line that could not be read comes back marked: sent again as it is, it is rejected again
    assert sheet.row(1)[0] == "【要修正】3,broken"
    assert "一部の行をお返しします" in receipt.read_text()


def test_reply_is_the_same_when_written_again(house: House) -> None:
    house.put("partners/P1/leads.csv", "管理番号,代理店コード\n1,P1\n2,P3\n")
    intake = house.run()
    first = {path: path.read_bytes() for path in write_replies(house.home, intake)}
    assert {path: path.read_bytes() for path in write_replies(house.home, intake)} == first


def test_corrected_reply_can_be_sent_again(house: House, receipt: Receipt) -> None:
    house.put(
        "partners/P1/leads.csv",
        "管理番号,電話番号,代理店コード\n1,+81312345678,P1\n2,+81312345679,P3\n",
    )
    reply: Path = write_replies(house.home, house.run())[1]
    rows = fastexcel.read_excel(reply).load_sheet(0, dtypes="string").to_polars()
    fixed = rows.with_columns(代理店コード=pl.lit("P1"))
    house.put("partners/P1/leads__again.csv", fixed.write_csv())
    intake = house.read(day=2)
    assert intake.tables["leads"].select("lead_id", "phone").rows() == [("2", "+81312345679")]
    assert receipt(intake, "leads__again.csv")["unknown_columns"] is None


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_formula_characters_are_neutralised(start: str) -> None:
    cells = pl.DataFrame({"cell": [f"{start}1+1", f"a{start}"]})
    assert cells.select(neutralise(pl.col("cell"))).to_series().to_list() == [
        f"'{start}1+1",
        f"a{start}",
    ]
