"""The desk as a reviewer meets it, over Django's client."""

from __future__ import annotations

import csv
import stat
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.db import DatabaseError, connection
from django.test import Client

from ingestion.intake import Opening, lake_tables, read_doors
from ingestion.lake import Night, create_empty_batch
from review.desk.models import AppendOnlyError, Decision

FLAG = "/flag/?id=self_dealing:C-1"
VERDICT = {
    "verdict": "false_positive",
    "money_action": "release",
    "reason_code": "group_company",
    "note": "グループ会社, 一覧に追加",
    "decided_by": "佐藤",
    "evidence_seen": "d1",
}
Publish = Callable[..., None]


def text_of(response: Any) -> str:
    return response.content.decode()


def test_queue_says_so_when_nothing_is_published(desk: Client) -> None:
    response = desk.get("/")
    assert response.status_code == 200
    assert "まだ何も公開されていません" in text_of(response)


def test_queue_shows_an_open_flag_with_its_numbers(desk: Client, publish: Publish) -> None:
    publish({})
    page = text_of(desk.get("/"))
    for shown in (
        "顧客と代理店の同一性",
        "最重要",
        "C-1",
        "P-1",
        "in {false}",
        "50,000",
        "2026-10-31",
    ):
        assert shown in page


def test_measured_numbers_are_shown_with_three_digits(desk: Client, publish: Publish) -> None:
    publish({"observed_value": "ratio_low=1.8271326616121568, q=9.53606778547005e-13, n=20"})
    for page in (text_of(desk.get("/")), text_of(desk.get(FLAG))):
        assert "ratio_low=1.83, q=9.54e-13, n=20" in page


def test_queue_never_says_fraud_before_a_verdict(desk: Client, publish: Publish) -> None:
    publish({})
    pages = text_of(desk.get("/")) + text_of(desk.get(FLAG))
    assert "確認中" in pages
    assert not any(word in pages.lower() for word in ("不正", "詐欺", "fraud"))


def test_queue_pages_by_fifty_without_gap_or_repeat(desk: Client, publish: Publish) -> None:
    publish(*({"flag_id": f"self_dealing:C-{n:03}", "subject_id": f"C-{n:03}"} for n in range(120)))
    seen: list[str] = []
    query = ""
    for _ in range(3):
        response = desk.get(f"/{query}")
        seen += [flag["subject_id"] for flag in response.context["flags"]]
        query = f"?{response.context['next_page']}"
    assert seen == [f"C-{n:03}" for n in range(120)]
    assert query == "?"


def test_queue_orders_by_severity_then_yen(desk: Client, publish: Publish) -> None:
    publish(
        {"flag_id": "a:1", "severity": "low", "yen_at_risk": 9},
        {"flag_id": "a:2", "severity": "high", "yen_at_risk": -5},
        {"flag_id": "a:3", "severity": "high", "yen_at_risk": 7},
    )
    flags = desk.get("/").context["flags"]
    assert [flag["flag_id"] for flag in flags] == ["a:3", "a:2", "a:1"]


@pytest.mark.parametrize("query", ["rule=consent_missing", "partner=P-2"])
def test_queue_filters_by_rule_and_partner(desk: Client, publish: Publish, query: str) -> None:
    publish({}, {"flag_id": "x", "rule_id": "consent_missing", "partner_id": "P-2"})
    flags = desk.get(f"/?{query}").context["flags"]
    assert [flag["flag_id"] for flag in flags] == ["x"]


def test_queue_survives_a_broken_cursor_and_unknown_status(desk: Client, publish: Publish) -> None:
    publish({})
    response = desk.get("/?after=1~x~&status=nonsense&rule=")
    assert [flag["flag_id"] for flag in response.context["flags"]] == ["self_dealing:C-1"]


def test_flag_page_shows_evidence_file_and_row(desk: Client, publish: Publish) -> None:
    publish({})
    page = text_of(desk.get(FLAG))
    assert "a" * 16 in page
    assert ">12<" in page
    assert "一致した項目を確認" in page


def test_flag_page_marks_what_customer_and_partner_share(
    desk: Client, publish: Publish, home: Path
) -> None:
    publish({})
    path = home / "published" / "restricted" / "reviewers.duckdb"
    with duckdb.connect(str(path)) as file:
        file.execute(
            "create table restricted.customers as select 'contracts' as entity, 'crm' as scope_id,"
            " 'C-1' as united_id, '株式会社青空' as company_name, '青木' as contact_name, null as"
            " corporate_number, 'a@example.com' as email, '0312345678' as phone, '東京都' as"
            " prefecture, '港区1' as address, null as payer_account"
        )
        file.execute(
            "create table restricted.partner_contacts as select 'rep' as contact_kind, 'crm' as"
            " scope_id, 'P-1' as partner_id, 'R-1' as rep_id, '緑川' as contact_name,"
            " 'b@example.com' as email, '0312345678' as phone, null as address, null as"
            " bank_account"
        )
    page = text_of(desk.get(FLAG))
    assert page.count("<mark>0312345678</mark>") == 2
    assert page.count("<mark>") == 2
    assert "東京都港区1" in page


def test_flag_page_of_an_unknown_flag_is_not_found(desk: Client, publish: Publish) -> None:
    publish({})
    assert desk.get("/flag/?id=nobody").status_code == 404


def test_flag_page_escapes_what_a_partner_wrote(desk: Client, publish: Publish) -> None:
    publish({"observed_value": "<script>alert(1)</script>"})
    assert "<script>" not in text_of(desk.get(FLAG)) + text_of(desk.get("/"))


def test_verdict_is_logged_and_closes_the_flag(desk: Client, publish: Publish) -> None:
    publish({})
    assert desk.post(FLAG, VERDICT).status_code == 302
    assert desk.get("/").context["flags"] == []
    assert len(desk.get("/?status=decided").context["flags"]) == 1
    assert "問題なし" in text_of(desk.get(FLAG))


def test_verdict_is_exported_for_the_next_night(desk: Client, publish: Publish, home: Path) -> None:
    publish({})
    desk.post(FLAG, VERDICT)
    with (home / "inbox" / "review" / "decisions.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["flag_id"] == "self_dealing:C-1"
    assert (row["evidence_seen"], row["note"]) == ("d1", "グループ会社, 一覧に追加")
    assert row["decided_at"].endswith("+09:00")
    assert sorted(path.name for path in (home / "inbox" / "review").iterdir()) == ["decisions.csv"]


@pytest.mark.parametrize("note", ["=1+1", " ＝1", "\u200b@a", "- 電話で確認", "'=1", "-5", "A=1"])
def test_words_of_a_reviewer_are_no_formula_and_come_back_whole(
    desk: Client, publish: Publish, home: Path, note: str
) -> None:
    publish({})
    desk.post(FLAG, VERDICT | {"note": note, "decided_by": "@sato"})
    with (home / "inbox" / "review" / "decisions.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["decided_by"], row["note"][0]) == ("'@sato", "A" if note == "A=1" else "'")
    create_empty_batch(home / "lake" / "raw", lake_tables())
    night = Night(date.today() + timedelta(days=1), 1)
    read = read_doors(home, night, b"k" * 32, opening=Opening(0)).tables["decisions"]
    words = unicodedata.normalize("NFKC", note.strip().removeprefix("'"))
    assert read.select("decided_by", "note").rows() == [("@sato", words)]


def test_decisions_of_one_second_keep_their_order(desk: Client, publish: Publish) -> None:
    publish({})
    for verdict in ("escalate", "false_positive", "ask_partner"):
        desk.post(FLAG, VERDICT | {"verdict": verdict, "money_action": ""})
    by_name = Decision.objects.order_by("decision_id").values_list("verdict", flat=True)
    assert list(by_name) == ["escalate", "false_positive", "ask_partner"]


def test_new_evidence_reopens_a_decided_flag(desk: Client, publish: Publish) -> None:
    publish({})
    desk.post(FLAG, VERDICT)
    publish({"evidence_digest": "d2"})
    assert len(desk.get("/").context["flags"]) == 1
    assert "その後に更新" in text_of(desk.get(FLAG))


def test_escalation_leaves_the_flag_open(desk: Client, publish: Publish) -> None:
    publish({})
    desk.post(FLAG, VERDICT | {"verdict": "escalate", "money_action": ""})
    assert len(desk.get("/").context["flags"]) == 1


def test_verdict_on_evidence_that_changed_meanwhile_is_refused(
    desk: Client, publish: Publish
) -> None:
    publish({"evidence_digest": "d2"})
    response = desk.post(FLAG, VERDICT)
    assert response.status_code == 422
    assert "証拠が更新されました" in text_of(response)
    assert Decision.objects.count() == 0


@pytest.mark.parametrize(
    "second, status",
    [("", 422), ("佐藤", 422), ("佐\u200b藤", 422), ("-", 422), ("鈴木", 302)],
    ids=["none", "same", "same_with_a_space_without_width", "nobody", "other"],
)
def test_large_money_action_needs_a_second_person(
    desk: Client, publish: Publish, second: str, status: int
) -> None:
    publish({"yen_at_risk": 100_001})
    assert desk.post(FLAG, VERDICT | {"second_by": second}).status_code == status


@pytest.mark.parametrize(
    "verdict, action",
    [("ask_partner", "penalty"), ("data_error", "withhold"), ("suspicious_unproven", "claw_back")],
)
def test_verdict_must_fit_its_money_action(
    desk: Client, publish: Publish, verdict: str, action: str
) -> None:
    publish({})
    response = desk.post(FLAG, VERDICT | {"verdict": verdict, "money_action": action})
    assert response.status_code == 422


def test_only_a_deal_is_clawed_back(desk: Client, publish: Publish) -> None:
    publish({"subject_kind": "partner"})
    response = desk.post(FLAG, VERDICT | {"verdict": "confirmed", "money_action": "claw_back"})
    assert response.status_code == 422
    assert "契約・リードごとに" in text_of(response)


@pytest.mark.parametrize("note", ["vertical\x0btab", "broken \ufffd"])
def test_note_that_the_night_would_reject_is_refused(
    desk: Client, publish: Publish, note: str
) -> None:
    publish({})
    response = desk.post(FLAG, VERDICT | {"note": note})
    assert response.status_code == 422
    assert "取り込めない文字" in text_of(response)


def test_second_reviewer_of_one_page_is_told_of_the_first(desk: Client, publish: Publish) -> None:
    publish({})
    seen = {"decisions_seen": desk.get(FLAG).context["form"]["decisions_seen"].value()}
    assert desk.post(FLAG, VERDICT | seen).status_code == 302
    response = desk.post(FLAG, VERDICT | seen | {"verdict": "data_error"})
    assert response.status_code == 422
    assert "別の判定が記録されました" in text_of(response)


def test_decisions_cannot_be_changed_through_the_model(desk: Client, publish: Publish) -> None:
    publish({})
    desk.post(FLAG, VERDICT)
    decision = Decision.objects.get()
    for change in (decision.save, decision.delete, Decision.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            change()
    with pytest.raises(AppendOnlyError):
        Decision.objects.update(verdict="confirmed")


@pytest.mark.parametrize("sql", ["delete from desk_decision", "update desk_decision set note=''"])
def test_decisions_cannot_be_changed_in_the_database(
    desk: Client, publish: Publish, sql: str
) -> None:
    publish({})
    desk.post(FLAG, VERDICT)
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Decision.objects.count() == 1


def test_verdict_without_a_csrf_token_is_refused(home: Path, publish: Publish) -> None:
    publish({})
    strict = Client(enforce_csrf_checks=True, SERVER_NAME="localhost")
    assert strict.post(FLAG, VERDICT).status_code == 403


def test_desk_answers_to_local_names_only(home: Path) -> None:
    assert Client(SERVER_NAME="evil.example").get("/").status_code == 400


def test_pages_carry_no_inline_code_and_forbid_it(desk: Client, publish: Publish) -> None:
    publish({})
    response = desk.get(FLAG)
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert not any(
        mark in text_of(response) for mark in ("<script", "<style", " style=", "onclick")
    )
    sheet = desk.get("/static/desk.css")
    assert sheet["Content-Type"].startswith("text/css")
    assert b"table" in b"".join(sheet.streaming_content)


def test_secret_key_is_private_and_stays_the_same(tmp_path: Path) -> None:
    from review.secret import load_secret_key

    key = load_secret_key(tmp_path)
    assert load_secret_key(tmp_path) == key
    mode = (tmp_path / "secrets" / "review.key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
