"""`teikei statements --reissue`: May is closed and told; in July its partner turns out to be a
person, with a number and a name of its own. The second version says so; no posting moves."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import polars as pl
import pytest

from expectations.flags import rule_words
from expectations.rules import load_rules
from ingestion import ledger
from ingestion.closes import close_ids
from ingestion.lake import Night, batch_path
from ingestion.nights import finish_night, open_night
from ingestion.reissues import latest_version
from ingestion.statements import STATEMENT_TABLES
from orchestration.cli import main
from orchestration.publication import publish
from orchestration.settings import Settings

JULY, AUGUST = "2026-07-31#1", "2026-08-31#1"
FORCE = ("--force", "--reason", "資料は来月届く", "--second", "鈴木", "--by", "佐藤")
TOLD = ("--by", "佐藤", "--second", "鈴木", "--reason", "登録番号と氏名の訂正")
Warehouse = duckdb.DuckDBPyConnection


def _corrected(build: SimpleNamespace, partner: str) -> Any:
    return build.a_partner(
        partner,
        partner_name="提携花子",
        bank_account="架空銀行 本店 普通 1234567",
        invoice_number="T7000012050002",
        is_individual=True,
        is_gaikoin=True,
    )


@pytest.fixture(scope="module")
def told(
    closing: Any,
    partners: SimpleNamespace,
    warehouse: Callable[..., Warehouse],
    build: SimpleNamespace,
    dbt: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A home in which May is closed for the open partner, and July's night has been published."""
    place = Settings(tmp_path_factory.mktemp("reissue") / "home")
    shutil.copytree(closing.home, place.home)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TEIKEI_HOME", str(place.home))
        assert main(["close", "2026-05", "--partner", partners.open, *FORCE]) == 0
    (close_id,) = close_ids(place.closes)
    news = {JULY: [_corrected(build, partners.open)]}
    warehouse(
        closing.rows | news,
        postings=closing.postings,
        frozen={close_id: _kept(place, close_id)},
        settlement=True,
    )
    for path in (dbt.place.warehouse, dbt.place.night_file):
        shutil.copy(path, place.home / path.relative_to(dbt.home))
    nothing = pl.DataFrame(schema=ledger.POSTING_SCHEMA).drop("previous_hash")
    ledger.append(place.ledger, JULY, nothing)
    finish_night(place.lake, open_night(place.lake, Night.parse(JULY).business_day))
    publish(place, Night.parse(JULY), rule_words(load_rules(place.rules / "conduct")))
    return place.home


def _kept(place: Settings, record_id: str) -> dict[str, pl.DataFrame]:
    """Tables of a batch, for the lake of another night."""
    root = batch_path(place.closes, record_id)
    return {path.stem: pl.read_parquet(path) for path in root.glob("*.parquet")}


@pytest.fixture
def home(told: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "home"
    shutil.copytree(told, copy, symlinks=True)
    monkeypatch.setenv("TEIKEI_HOME", str(copy))
    monkeypatch.setenv("COLUMNS", "300")
    return copy


def _reissue(partner: str, *arguments: str) -> int:
    return main(["statements", "2026-05", "--partner", partner, "--reissue", *arguments])


def _version(home: Path, partner: str) -> dict[str, pl.DataFrame]:
    found = latest_version(home / "lake" / "closes", f"{partner}-2026-05")
    assert found is not None
    return found


def test_second_version_states_the_same_postings_and_the_new_status(home, partners, capsys):
    before = _version(home, partners.open)
    assert _reissue(partners.open, *TOLD) == 0
    after = _version(home, partners.open)
    assert after["statements"]["version"].to_list() == [2]
    facts = ["posting_id", "status", "amount_yen", "line_number"]
    assert after["statement_lines"].select(facts).equals(before["statement_lines"].select(facts))
    old, new = (found["statements"].row(0, named=True) for found in (before, after))
    assert (new["net_yen"], new["tax_yen"]) == (old["net_yen"], old["tax_yen"])
    assert (old["is_invoice_registered"], new["is_invoice_registered"]) == (False, True)
    assert new["deductible_tax_yen"] == new["tax_yen"] > old["deductible_tax_yen"]
    said = capsys.readouterr().out
    assert "提携商事" in said and "提携花子" in said
    assert "1234567" not in said


def test_difference_is_told_in_words_and_percent(home, partners, capsys):
    assert _reissue(partners.open, *TOLD) == 0
    said = capsys.readouterr().out
    (share,) = (line for line in said.splitlines() if "仕入税額控除の割合" in line)
    assert share.split() == ["仕入税額控除の割合", "80%", "100%"]
    assert "適格請求書発行事業者" in said
    assert not any(name in said for name in ("deductible_ppm", "800000", "True"))


def test_reissue_keeps_who_why_and_what_it_replaces(home, partners):
    before = _version(home, partners.open)["statements"].row(0, named=True)
    assert _reissue(partners.open, *TOLD) == 0
    (row,) = _kept(Settings(home), f"{JULY}-r1")["reissues"].to_dicts()
    assert (row["reissued_by"], row["second_by"]) == ("佐藤", "鈴木")
    assert row["reason"] == "登録番号と氏名の訂正"
    assert row["changed"] == (
        "bank_account;deductible_ppm;deductible_tax_yen;invoice_number;is_individual;"
        "is_invoice_registered;partner_name"
    )
    assert row["previous_sha256"] == before["content_sha256"]
    assert main(["ledger", "verify"]) == 0


def test_altered_first_version_breaks_the_chain(home, partners, capsys):
    assert _reissue(partners.open, *TOLD) == 0
    (close_id,) = close_ids(home / "lake" / "closes")
    path = batch_path(home / "lake" / "closes", close_id) / "manifest.json"
    path.write_text(path.read_text().replace('"rows": 1', '"rows": 2', 1))
    assert main(["ledger", "verify"]) == 1
    assert f"it is not the version that {JULY}-r1 replaces" in capsys.readouterr().out


def test_files_carry_the_version_and_the_first_one_stays(home, partners):
    assert main(["statements", "2026-05", "--partner", partners.open]) == 0
    folder = home / "statements" / "2026-05"
    first = (folder / f"{partners.open}_2026-05_v1.html").read_bytes()
    assert "提携商事 御中" in first.decode()
    assert _reissue(partners.open, *TOLD) == 0
    second = (folder / f"{partners.open}_2026-05_v2.html").read_text()
    assert "提携花子 様" in second
    assert "第1版は本書をもって差し替えます" in second
    assert (folder / f"{partners.open}_2026-05_v1.html").read_bytes() == first
    index = pl.read_csv(folder / "index.csv")
    assert index.select("version", "is_latest").rows() == [(1, False), (2, True)]


def test_reissue_that_would_read_the_same_is_refused(home, partners, capsys):
    assert _reissue(partners.open, *TOLD) == 0
    assert _reissue(partners.open, *TOLD) == 2
    assert "would read as it does" in capsys.readouterr().out
    assert not batch_path(home / "lake" / "closes", f"{JULY}-r2").exists()


def test_draft_is_not_reissued(home, partners, capsys):
    assert _reissue(partners.closed, *TOLD) == 2
    assert "Close 2026-05 first" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--by", "佐藤", "--second", "鈴木"),
        ("--by", "佐藤", "--reason", "訂正"),
        ("--by", "佐藤", "--reason", "訂正", "--second", "佐 藤"),
    ],
)
def test_reissue_without_reason_or_another_person_is_wrong_use(home, partners, arguments):
    assert _reissue(partners.open, *arguments) == 2
    assert not batch_path(home / "lake" / "closes", f"{JULY}-r1").exists()


@pytest.fixture(scope="module")
def august(
    told: Path,
    closing: Any,
    partners: SimpleNamespace,
    warehouse: Callable[..., Warehouse],
    build: SimpleNamespace,
    tmp_path_factory: pytest.TempPathFactory,
) -> Warehouse:
    """The night after the reissue; the first version was paid by its amount."""
    place = Settings(tmp_path_factory.mktemp("august") / "home")
    shutil.copytree(told, place.home, symlinks=True)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TEIKEI_HOME", str(place.home))
        assert _reissue(partners.open, *TOLD) == 0
    (close_id,) = close_ids(place.closes)
    batches = {name: _kept(place, name) for name in (close_id, f"{JULY}-r1")}
    due = int(_version(place.home, partners.open)["statements"]["amount_due_yen"].item())
    news = {
        JULY: [_corrected(build, partners.open)],
        AUGUST: [build.a_payout("O-1", partners.open, date(2026, 5, 31), due)],
    }
    return warehouse(
        closing.rows | news, postings=closing.postings, frozen=batches, settlement=True
    )


def test_night_after_takes_the_latest_version_once(august, partners):
    """The project's own tests ran in the build: Σ statement = Σ ledger, no posting stands twice."""
    stated = f"where statement_id = '{partners.open}-2026-05'"
    rows = august.sql(f"select version, is_frozen from marts.partner_statements {stated}")
    assert rows.fetchall() == [(2, True)]
    versions = august.sql(
        "select version from staging.stg_ledger__statement_versions order by version"
    ).fetchall()
    assert versions == [(1,), (2,)]


def test_journal_books_what_the_reissue_changed(august, partners):
    voucher = f"{partners.open}-2026-05#v2"
    sql = (
        "select account, debit_yen - credit_yen, booked_on from marts.commission_journal "
        f"where voucher_id = '{voucher}' order by account"
    )
    rows = august.sql(sql).fetchall()
    assert [account for account, *_ in rows] == ["deductible_tax", "nondeductible_tax"]
    assert sum(yen for _, yen, _ in rows) == 0
    assert {day for *_, day in rows} == {date(2026, 7, 31)}


def test_payout_is_compared_with_the_latest_version(august, partners):
    sql = "select status, payout_ids from marts.payout_reconciliation where partner_id = ?"
    assert august.execute(sql, [partners.open]).fetchall() == [("paid", "O-1")]


def test_tables_of_a_reissue_are_those_of_a_close(home, partners):
    assert _reissue(partners.open, *TOLD) == 0
    kept = _kept(Settings(home), f"{JULY}-r1")
    assert {name: kept[name].schema for name in STATEMENT_TABLES} == {
        name: pl.Schema(schema) for name, schema in STATEMENT_TABLES.items()
    }
