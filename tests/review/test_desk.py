"""The desk as a reviewer meets it, over Django's client."""

from __future__ import annotations

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.test import Client

from review.desk.published import business_day, published

FLAG = "/flag/?id=self_dealing:C-1"
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
        "顧客と代理店側に一致する項目がある",
        "（基準 いいえ）",
        "50,000",
        "2026-10-31",
    ):
        assert shown in page


def test_measured_numbers_are_shown_with_three_digits(desk: Client, publish: Publish) -> None:
    observed = "ratio_low=1.8271326616121568, q=9.53606778547005e-13, n=20"
    publish({"rule_id": "of_tomorrow", "observed_value": observed, "bound": "ratio_low ≤ 1.5"})
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
            " 'C-1' as united_id, 'C-1' as record_id, '株式会社青空' as company_name,"
            " '青木' as contact_name, null as corporate_number, 'a@example.com' as email,"
            " '0312345678' as phone, '東京都' as"
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


def test_many_requests_at_once_each_see_the_publication(
    home: Path, publish: Publish, figures: Callable[[str], None]
) -> None:
    publish({})
    figures("create table marts._build as select date '2026-10-31' as business_day")

    def ask(_: int) -> date | None:
        with published(home) as connection:
            assert connection is not None
            return business_day(connection)

    with ThreadPoolExecutor(8) as requests:
        assert set(requests.map(ask, range(40))) == {date(2026, 10, 31)}
