"""Verdicts on flags: what is refused, what is logged, what the night gets."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

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
    "decisions_seen": "0",
}
Publish = Callable[..., None]


def text_of(response: Any) -> str:
    return response.content.decode()


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
    for seen, verdict in enumerate(("escalate", "false_positive", "ask_partner")):
        said = {"verdict": verdict, "money_action": "", "decisions_seen": seen}
        desk.post(FLAG, VERDICT | said)
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
    # what is paid is taken back, too: the limit counts the posted yen
    publish({"yen_at_risk": 0, "posted_yen": 100_001})
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


def test_verdict_that_does_not_say_what_was_seen_gets_the_form_again(
    desk: Client, publish: Publish
) -> None:
    publish({})
    blind = {name: value for name, value in VERDICT.items() if name != "decisions_seen"}
    response = desk.post(FLAG, blind)
    assert response.status_code == 422
    assert "どの時点の画面での判定か分かりません" in text_of(response)
    assert Decision.objects.count() == 0
    seen = response.context["form"]["decisions_seen"].value()
    assert desk.post(FLAG, blind | {"decisions_seen": seen}).status_code == 302


def test_decided_list_shows_verdict_who_and_when(desk: Client, publish: Publish) -> None:
    publish({})
    desk.post(FLAG, VERDICT | {"second_by": "鈴木"})
    page, today = text_of(desk.get("/?status=decided")), f"{timezone.localtime():%Y-%m-%d}"
    for shown in ("問題なし（誤検知）・支払を再開", f"佐藤・鈴木 {today}"):
        assert shown in page
    assert "次の夜間処理から反映されます" in text_of(desk.get(FLAG))


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


@pytest.mark.parametrize("nobody", ["\u200b", "\u3164", "甲\u202e", "=1"])
def test_author_whom_nobody_can_read_is_refused(
    desk: Client, publish: Publish, nobody: str
) -> None:
    publish({})
    assert desk.post(FLAG, VERDICT | {"decided_by": nobody}).status_code == 422
    assert not Decision.objects.exists()
