"""The nightly pass over the lake: likeness in clear text, ids that stay, words that stick."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion.identity import resolve_customers, word_on
from ingestion.identity.customers import compare_customers
from ingestion.lake import Night

House = Any  # the fixture class of conftest.py
HEADER = "lead_id,registered_at,channel,会社名,電話,メール,住所,is_deleted\n"
STREET = "東京都千代田区神田1-2-3"
YAMA = f"2026-10-01,sales,株式会社山田建材工業,03-1234-5678,soumu@yamada.example,{STREET},"
MISSPELT = f"2026-10-01,sales,山田材工業㈱,0312345678,SOUMU@yamada.example,{STREET},"
OTHER = "2026-10-01,sales,海野水産,06-2222-3333,,大阪市北区梅田4-5-6,"
WORDS = "decision_id,first_record,second_record,verdict,decided_by,decided_at\n"


@pytest.fixture
def night(house: House) -> Callable[..., dict[str, str]]:
    """`night(1, L1=YAMA)` commits leads of the CRM and returns lead → customer."""

    def run(day: int, **leads: str) -> dict[str, str]:
        if leads:
            rows = "".join(f"{lead},{row}\n" for lead, row in leads.items())
            house.put(f"crm/sf/leads__{day}.csv", HEADER + rows)
        house.run(day)
        return customers(house.home, day)

    return run


def customers(home: Path, day: int) -> dict[str, str]:
    found = resolve_customers(home, Night(date(2026, 11, day), 1).known_at)
    return dict(
        found.filter(pl.col("entity") == "leads").select("record_id", "customer_id").iter_rows()
    )


def tables(home: Path) -> list[pl.DataFrame]:
    return [
        pl.read_parquet(path) for path in sorted((home / "lake" / "identity").glob("*.parquet"))
    ]


def test_misspelt_customer_is_found_by_likeness(night: Callable[..., dict[str, str]]) -> None:
    found = night(1, L1=YAMA, L2=MISSPELT, L3=OTHER)
    assert found == {"L1": "leads:crm:L1", "L2": "leads:crm:L1", "L3": "leads:crm:L3"}


def test_customer_keeps_the_id_of_its_oldest_record(night: Callable[..., dict[str, str]]) -> None:
    night(1, L5=YAMA)
    assert night(2, L1=MISSPELT) == {"L5": "leads:crm:L5", "L1": "leads:crm:L5"}


def test_part_that_is_split_off_gets_its_own_id(night: Callable[..., dict[str, str]]) -> None:
    night(1, L5=YAMA)
    night(2, L1=MISSPELT)
    assert night(3, L1=OTHER) == {"L5": "leads:crm:L5", "L1": "leads:crm:L1"}


def test_id_outlives_its_record(night: Callable[..., dict[str, str]]) -> None:
    night(1, L1=YAMA)
    night(2, L2=MISSPELT)
    assert night(3, L1=YAMA + "true") == {"L2": "leads:crm:L1"}


def test_old_night_has_the_ids_it_had(house: House, night: Callable[..., dict[str, str]]) -> None:
    night(1, L5=YAMA, L7=OTHER)
    second = night(2, L1=MISSPELT)
    night(3, L1=OTHER)
    assert customers(house.home, 2) == second
    shutil.rmtree(house.home / "lake" / "identity")
    assert customers(house.home, 2) == second


def test_words_of_reviewers_stick_until_a_later_word(
    house: House, night: Callable[..., dict[str, str]]
) -> None:
    def say(day: int, *words: str) -> dict[str, str]:
        rows = "".join(f"D{day}{n},{word},佐藤,2026-11-0{day}\n" for n, word in enumerate(words))
        house.put(f"review/identity_decisions__{day}.csv", WORDS + rows)
        return night(day)

    night(1, L1=YAMA, L2=MISSPELT, L3=OTHER)
    apart = say(2, "leads:crm:L2,leads:crm:L1,not_same", "leads:crm:L3,leads:crm:L1,same")
    assert apart == {"L1": "leads:crm:L1", "L2": "leads:crm:L2", "L3": "leads:crm:L1"}
    assert word_on(house.home, "leads:crm:L1", "leads:crm:L2") is False
    assert word_on(house.home, "leads:crm:L2", "leads:crm:L3") is None
    assert night(3, L4=YAMA)["L2"] == "leads:crm:L2"
    undone = say(4, "leads:crm:L1,leads:crm:L2,open", "leads:crm:L1,leads:crm:L3,not_same")
    assert undone["L2"] == "leads:crm:L1"
    assert undone["L3"] == "leads:crm:L3"


def test_doubtful_pairs_are_named_and_nothing_personal_is_kept(
    house: House, night: Callable[..., dict[str, str]]
) -> None:
    near = "2026-10-01,sales,山田建材東北,0312345678,,,"
    night(1, L1=YAMA, L2=near, L3=OTHER)
    pairs = pl.read_parquet(house.home / "lake" / "identity" / "doubtful_pairs.parquet")
    assert pairs.columns == ["first_record", "second_record", "match_probability"]
    kept = b"".join(
        pl.read_parquet(path).write_csv().encode()
        for path in (house.home / "lake" / "identity").rglob("*.parquet")
    )
    kept += (house.home / "lake" / "identity" / "state" / "model.json").read_bytes()
    assert not any(text.encode() in kept for text in ("山田", "31234", "神田", "海野"))


def test_night_without_news_compares_nothing(
    house: House, night: Callable[..., dict[str, str]]
) -> None:
    night(1, L1=YAMA, L2=MISSPELT, L3=OTHER)
    path = house.home / "lake" / "identity" / "customers.parquet"
    written = path.stat().st_mtime_ns
    assert night(2)["L2"] == "leads:crm:L1"
    assert path.stat().st_mtime_ns == written
    assert compare_customers(house.home).links.scores.scored == 0


def test_customer_that_is_the_partner_is_a_party_match(
    house: House, night: Callable[..., dict[str, str]]
) -> None:
    header = "partner_id,partner_name,partner_kind,phone,address\n"
    row = f"P9,株式会社山田建材工業,sales_agency,03-1234-5678,{STREET}\n"
    house.put("crm/sf/partners__9.csv", header + row)
    night(1, L1=YAMA, L2=MISSPELT, L3=OTHER)
    found = pl.read_parquet(house.home / "lake" / "identity" / "party_matches.parquet")
    matched = found.select("record_id", "party_kind", "partner_id", "is_certain").rows()
    assert matched[0] == ("L1", "partner", "P9", True)
    assert found["fields"][0] == "company=equal;phone=equal;address=equal"
    assert "L3" not in found["record_id"]


def test_word_on_a_customer_and_a_party_stands_above_likeness(
    house: House, night: Callable[..., dict[str, str]]
) -> None:
    header = "partner_id,partner_name,partner_kind,phone,address\n"
    row = f"P9,株式会社山田建材工業,sales_agency,03-1234-5678,{STREET}\n"
    house.put("crm/sf/partners__9.csv", header + row)
    apart, same = "D1,leads:crm:L1,partners:crm:P9,not_same", "D2,partners:crm:P9,leads:crm:L3,same"
    words = "".join(f"{word},佐藤,2026-11-01\n" for word in (apart, same))
    house.put("review/identity_decisions__1.csv", WORDS + words)
    night(1, L1=YAMA, L2=MISSPELT, L3=OTHER)
    found = pl.read_parquet(house.home / "lake" / "identity" / "party_matches.parquet")
    # nobody spoke of L2
    assert dict(found.select("record_id", "is_certain").iter_rows()) == {"L2": False, "L3": True}
