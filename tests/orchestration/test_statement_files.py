"""`teikei statements` and `teikei journal`: what a clerk sends to partners and to bookkeeping."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from ingestion.closes import record_close
from ingestion.lake import Night
from ingestion.statements import STATEMENT_LINE_SCHEMA, STATEMENT_SCHEMA
from orchestration.cli import main

PERIOD = "2026-06"
JOURNAL = {
    "entry_id": "V-1#1",
    "voucher_id": "V-1",
    "booked_on": date(2026, 6, 30),
    "partner_id": "P-1",
    "statement_id": "P-1-2026-06",
    "side_ja": "借方",
    "account_ja": "支払手数料",
    "debit_yen": 7_700,
    "credit_yen": 0,
    "tax_class_ja": "課税仕入10%",
    "summary_ja": "手数料計上 支払通知書 P-1-2026-06 代理店 P-1",
}
CREDIT = JOURNAL | {"entry_id": "V-1#2", "side_ja": "貸方", "debit_yen": 0, "credit_yen": 7_700}


def _header(partner_id: str, due_yen: int) -> dict[str, Any]:
    whole = {name: 0 for name, dtype in STATEMENT_SCHEMA.items() if dtype == pl.Int64()}
    return whole | {
        "statement_id": f"{partner_id}-{PERIOD}",
        "version": 1,
        "partner_id": partner_id,
        "period": PERIOD,
        "closing_on": date(2026, 6, 30),
        "is_invoice_registered": True,
        "amount_due_yen": due_yen,
        "content_sha256": "0" * 64,
    }


HEADERS = pl.DataFrame([_header("P-1", 7_700), _header("P-2", 1_100)], schema=STATEMENT_SCHEMA)
LINES = pl.DataFrame(schema=STATEMENT_LINE_SCHEMA)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose last publication has two drafts and a journal."""
    monkeypatch.setenv("TEIKEI_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    drafts = {"headers": HEADERS, "lines": LINES}
    tables = {
        f"partner_{name}": rows.with_columns(is_frozen=pl.lit(False)).drop("known_at")
        for name, rows in (("statements", drafts["headers"]), ("statement_lines", drafts["lines"]))
    }
    partners = pl.DataFrame({"partner_id": ["P-1", "P-2"], "is_individual": [False, True]})
    tables |= {"dim_partners": partners, "commission_journal": pl.DataFrame([JOURNAL, CREDIT])}
    _publish(tmp_path / "published" / "partner_performance.duckdb", "marts", tables)
    names = partners.select("partner_id", contact_name=pl.Series(["青葉商事", "=青木一郎"]))
    told = {"contact_kind": "partner", "address": "架空区1-1", "bank_account": "普通 1234567"}
    columns = (pl.lit(text).alias(name) for name, text in told.items())
    contacts = {"partner_contacts": names.with_columns(columns)}
    _publish(tmp_path / "published" / "restricted" / "reviewers.duckdb", "restricted", contacts)
    return tmp_path


def _publish(path: Path, schema: str, tables: dict[str, pl.DataFrame]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create schema {schema}")
        for name, rows in tables.items():
            connection.register("rows", rows.to_arrow())
            connection.execute(f"create table {schema}.{name} as from rows")


def _files(home: Path) -> dict[str, bytes]:
    folder = home / "statements" / PERIOD
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _close(home: Path, **scope: str) -> None:
    row = {"period": PERIOD, "closed_by": "佐藤", "is_forced": False, **scope}
    of_partner = pl.col("partner_id") == scope.get("partner_id", pl.col("partner_id"))
    rows = HEADERS.filter(of_partner).with_columns(is_frozen=pl.lit(False))
    lines = LINES.with_columns(is_frozen=pl.lit(False))
    tables = {"statements": rows, "statement_lines": lines}
    record_close(home / "lake" / "closes", Night.parse("2026-06-30#1"), row, tables)


def test_statements_before_the_close_are_drafts(home: Path, capsys) -> None:
    assert main(["statements", PERIOD]) == 0
    assert "2 件の通知書、お支払い計 ¥8,800（うち 2 件は締めるまで案）" in capsys.readouterr().out
    files = _files(home)
    assert {"P-1_2026-06_draft.xlsx", "P-1_2026-06_draft.html", "index.csv"} < files.keys()
    page = files["P-2_2026-06_draft.html"].decode()
    for text in ("支払通知書（案）", "=青木一郎 様", "架空クラウド株式会社", "〒100-0000"):
        assert text in page


def test_statements_of_nothing_are_only_counted(home: Path, capsys) -> None:
    nothing = pl.col("partner_id") == "P-2"
    due = pl.when(nothing).then(0).otherwise("amount_due_yen").alias("amount_due_yen")
    tables = {"statements": HEADERS.with_columns(due, is_frozen=pl.lit(False))}
    row = {"period": PERIOD, "closed_by": "佐藤", "is_forced": False}
    record_close(home / "lake" / "closes", Night.parse("2026-06-30#1"), row, tables)
    assert main(["statements", PERIOD, "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "2 statements, ¥7,700 due\n" in said
    assert "1 statements with nothing due" in said
    assert "P-1 " in said and "P-2 " not in said


def test_publication_of_an_earlier_release_is_read(home: Path) -> None:
    """It has fewer columns until the next night."""
    with duckdb.connect(str(home / "published" / "partner_performance.duckdb")) as published:
        published.execute("alter table marts.partner_statement_lines drop column partner_ref")
        published.execute("alter table marts.partner_statements drop column withholding_ppm")
    assert main(["statements", PERIOD]) == 0
    assert "P-1_2026-06_draft.html" in _files(home)


def test_statements_of_a_close_need_no_further_night(home: Path) -> None:
    main(["statements", PERIOD])
    _close(home, partner_id="P-1")
    assert main(["statements", PERIOD]) == 0
    names = _files(home).keys()
    assert {"P-1_2026-06_v1.xlsx", "P-2_2026-06_draft.xlsx"} < names
    assert "P-1_2026-06_draft.xlsx" not in names


def test_statements_written_again_are_the_same_bytes(home: Path) -> None:
    main(["statements", PERIOD])
    before = _files(home)
    assert main(["statements", PERIOD]) == 0
    assert _files(home) == before


def test_index_keeps_the_statements_of_others(home: Path) -> None:
    main(["statements", PERIOD])
    assert main(["statements", PERIOD, "--partner", "P-1"]) == 0
    index = pl.read_csv(home / "statements" / PERIOD / "index.csv")
    assert index["partner_id"].to_list() == ["P-1", "P-2"]


def test_period_without_statements_says_so(home: Path, capsys) -> None:
    assert main(["statements", "2026-05"]) == 1
    assert "2026-05 の通知書はありません" in capsys.readouterr().out


def test_journal_balances_and_opens_in_a_spreadsheet(home: Path, capsys) -> None:
    assert main(["journal", PERIOD]) == 0
    assert "2 件の仕訳、借方 ¥7,700 = 貸方 ¥7,700" in capsys.readouterr().out
    content = (home / "statements" / "journal_2026-06.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert "支払手数料,7700,0,課税仕入10%,手数料計上 支払通知書 P-1" in content.decode()


def test_journal_says_which_closes_the_next_night_books(home: Path, capsys) -> None:
    done = home / "lake" / "nights" / "2026-06-30#1.done.json"
    done.parent.mkdir(parents=True)
    done.write_text("{}", encoding="utf-8")
    _close(home, partner_id="P-1")
    assert main(["journal", PERIOD, "--lang", "en"]) == 0
    assert "Not in it yet: 2026-06-30#1-c1 (2026-06 P-1). Run" in capsys.readouterr().out
    main(["journal", "2026-05", "--lang", "en"])
    assert "Not in it yet" not in capsys.readouterr().out


def test_home_without_a_publication_says_what_to_do(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("TEIKEI_HOME", str(tmp_path))
    assert main(["journal"]) == 2
    assert "Run `teikei nightly` first" in capsys.readouterr().out
