"""Who is one customer: the pairs left to people, their pages, their words."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from django.db import DatabaseError, connection
from django.test import Client

from ingestion.intake import Opening, lake_tables, read_doors
from ingestion.lake import Night, create_empty_batch
from review.desk.models import IdentityDecision

PAIR = "/pair/?first=leads:crm:L-1&second=leads:crm:L-2"
WORD = {"verdict": "same", "decided_by": "佐藤", "note": "", "decisions_seen": "0"}


@pytest.fixture(autouse=True)
def asked(home: Path, publish: Callable[..., None], personal: Callable[[str], None]) -> None:
    publish({})
    personal("""
        create table restricted.customers as select * from (values
            ('leads', 'crm', 'L-1', '山田建材', '0311112222'),
            ('leads', 'crm', 'L-2', '山田建材東北', '0311112222')
        ) as rows (entity, scope_id, record_id, company_name, phone),
        (select null::varchar as united_id, null::varchar as contact_name,
            null::varchar as corporate_number, null::varchar as email,
            null::varchar as prefecture, null::varchar as address,
            null::varchar as payer_account)
    """)
    folder = home / "lake" / "identity"
    folder.mkdir(parents=True)
    records = [f"leads:crm:L-{number}" for number in (1, 2, 3)]
    pl.DataFrame(
        {
            "first_record": [records[0], records[1], records[0]],
            "second_record": [records[1], records[2], records[2]],
            "match_probability": [0.5, 0.7, 0.4],
        }
    ).write_parquet(folder / "doubtful_pairs.parquet")
    pl.DataFrame(
        {
            "entity": ["contracts", "leads"],
            "scope_id": ["PT-1", "crm"],
            "record_id": ["K-1", "L-1"],
            "party_kind": ["rep", "partner"],
            "party_scope_id": ["crm", "crm"],
            "party_id": ["R-1", "P-1"],
            "match_probability": [0.65, 1.0],
            "is_certain": [False, True],
        }
    ).write_parquet(folder / "party_matches.parquet")


def listed(desk: Client, status: str = "open") -> list[str]:
    response = desk.get(f"/pairs/?status={status}")
    return [
        f"{pair['records'][0]['word']}{pair['kind_word']}" for pair in response.context["pairs"]
    ]


def say(desk: Client, first: int, second: int, verdict: str, seen: int = 0) -> int:
    url = f"/pair/?first=leads:crm:L-{first}&second=leads:crm:L-{second}"
    return desk.post(url, WORD | {"verdict": verdict, "decisions_seen": seen}).status_code


def test_pairs_are_listed_likeliest_first_with_those_of_the_sellers_side(desk: Client) -> None:
    assert listed(desk) == [
        "リード L-2（CRM）顧客どうし",
        "契約 K-1（PT-1）顧客と代理店側",
        "リード L-1（CRM）顧客どうし",
        "リード L-1（CRM）顧客どうし",
    ]


def test_page_of_a_pair_marks_what_is_equal(desk: Client) -> None:
    page = desk.get(PAIR).content.decode()
    assert page.count("<mark>0311112222</mark>") == 2
    assert "山田建材東北" in page
    assert "50%" in page


def test_word_on_a_pair_leaves_the_list_and_comes_back_when_it_is_taken_back(
    desk: Client,
) -> None:
    assert say(desk, 1, 2, "same") == 302
    assert len(listed(desk)) == 3
    assert listed(desk, "decided") == ["リード L-1（CRM）顧客どうし"]
    assert "<small>佐藤 20" in desk.get("/pairs/?status=decided").content.decode()
    assert say(desk, 2, 1, "open", seen=1) == 302
    assert len(listed(desk)) == 4


def test_word_on_a_pair_reaches_the_night(desk: Client, home: Path) -> None:
    crm = home / "inbox" / "crm" / "sf"
    crm.mkdir(parents=True)
    (crm / "leads.csv").write_text(
        "lead_id,registered_at,channel\nL-1,2026-10-01,sales\nL-2,2026-10-01,sales\n"
    )
    desk.post(PAIR, WORD | {"note": "=電話で確認"})
    create_empty_batch(home / "lake" / "raw", lake_tables())
    night = Night(date.today() + timedelta(days=1), 1)
    tables = read_doors(home, night, b"k" * 32, opening=Opening(0)).tables
    read = tables["identity_decisions"].select("first_record", "second_record", "verdict", "note")
    assert read.rows() == [("leads:crm:L-1", "leads:crm:L-2", "same", "=電話で確認")]


def test_file_of_words_by_hand_is_left_alone(desk: Client, home: Path) -> None:
    by_hand = home / "inbox" / "review" / "identity_decisions.csv"
    by_hand.parent.mkdir(parents=True)
    by_hand.write_text("kept")
    desk.post(PAIR, WORD)
    path = by_hand.with_name("identity_decisions__desk.csv")
    with path.open(encoding="utf-8", newline="") as file:
        assert [row["decided_by"] for row in csv.DictReader(file)] == ["佐藤"]
    assert by_hand.read_text() == "kept"


def test_word_that_contradicts_the_others_is_refused(desk: Client) -> None:
    assert say(desk, 1, 2, "same") == 302
    assert say(desk, 2, 3, "same") == 302
    response = desk.post(
        "/pair/?first=leads:crm:L-1&second=leads:crm:L-3", WORD | {"verdict": "not_same"}
    )
    assert response.status_code == 422
    assert "これまでの判断と矛盾します" in response.content.decode()
    assert say(desk, 2, 3, "open", seen=1) == 302
    assert say(desk, 1, 3, "not_same") == 302


def test_second_word_from_one_page_is_told_of_the_first(desk: Client) -> None:
    assert say(desk, 1, 2, "same") == 302
    assert say(desk, 1, 2, "not_same") == 422
    assert IdentityDecision.objects.count() == 1


def test_pair_that_nobody_asks_about_has_no_page(desk: Client) -> None:
    assert desk.get("/pair/?first=leads:crm:L-1&second=leads:crm:L-9").status_code == 404


def test_words_cannot_be_changed_in_the_database(desk: Client) -> None:
    desk.post(PAIR, WORD)
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("delete from desk_identitydecision")
