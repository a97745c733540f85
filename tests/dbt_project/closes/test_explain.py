"""`teikei ledger explain`: every figure from the file's row to the yen, in both languages."""

import shutil

import pytest

from orchestration.cli import main
from orchestration.ledger_page import percent, product


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")


def _explain(capsys, subject, *arguments):
    assert main(["ledger", "explain", subject, *arguments]) == 0
    return capsys.readouterr().out


def test_contract_shows_its_rows_its_arithmetic_and_its_postings(home, partners, capsys):
    said = _explain(capsys, f"{partners.closed}-corrected", "--lang", "en")
    assert "contracts__2026-06-30#1.csv" in said
    assert "commission_terms__2026-05-31#1.csv" in said
    assert f"A-{partners.closed} v1 (2026-05-10)" in said
    assert "¥200,009 × 10% = 20,000.9 → ¥20,000" in said
    assert "min(¥20,000, ¥50,000) = ¥20,000" in said
    assert "12,345" in said and "7,655" in said


def test_posting_is_explained_by_a_beginning_of_its_id(home, closing, partners, capsys):
    rows = closing.posted(partners.nights.june, partners.closed)
    row = next(row for row in rows if row["subject"].endswith("-cancelled"))
    said = _explain(capsys, row["posting_id"][:12])
    assert "経過1か月／戻入期間12か月（解約日 2026-06-15）" in said
    assert "-11,317" in said


def test_uplift_is_explained_by_its_window(home, closing, partners, capsys):
    rows = closing.posted(partners.nights.june, partners.open)
    uplift = next(row for row in rows if row["component"] == "uplift")
    said = _explain(capsys, uplift["posting_id"])
    assert "3件 × ¥1,500" in said
    assert "¥4,500 − ¥3,000 = ¥1,500" in said
    for contract in ("q1", "q2", "q3"):
        assert f"contract:{partners.open}-{contract}" in said


def test_unpaid_event_is_told_with_its_sentence(home, partners, capsys):
    said = _explain(capsys, f"{partners.open}-x")
    assert "条件重複" in said
    assert "確認が済むまで支払いません" in said
    assert "計上はまだありません" in said


@pytest.fixture
def held(home, closing, partners, warehouse, dbt):
    """A contract of the home whose line a flag of the last night holds."""
    subject = f"{partners.open}-corrected"
    of = {"partner_id": partners.open, "contract_id": subject, "subject_id": subject}
    flag = of | {
        "flag_id": f"consent_missing:{subject}",
        "rule_id": "consent_missing",
        "rule_version": "1",
        "subject_kind": "contract",
        "severity": "high",
        "hold_scope": "contract",
        "evidence_rows": "file:2",
        "evidence_digest": "seen",
    }
    flags = {"2026-06-30#2": [flag]}
    warehouse(closing.rows, postings=closing.postings, flags=flags, settlement=True)
    for path in (dbt.place.warehouse, dbt.place.night_file):
        shutil.copy(path, home / path.relative_to(dbt.home))
    return subject


def test_held_line_says_so_and_by_which_flag(held, partners, capsys):
    said = _explain(capsys, held)
    assert f"¥20,000 · 留保中・確認待ち（通知書 {partners.open}-2026-05 の案）" in said
    assert f"フラグ consent_missing:{held}「同意書など必要書類の未提出」により留保" in said


def test_yen_of_a_window_are_no_part_of_a_deal(home, partners, capsys):
    said = _explain(capsys, f"{partners.open}-q1", "--lang", "en")
    assert "total of the deals (without lines of a window): ¥1,000\n" in said
    assert "4b. Postings of the window" in said
    assert "¥1,500 · payable on statement" in said


def test_narrow_terminal_breaks_no_id(home, closing, partners, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "60")
    said = _explain(capsys, f"{partners.closed}-corrected")
    ids = [row["posting_id"][:12] for row in closing.posted(partners.nights.june, partners.closed)]
    assert any(posting in said for posting in ids)
    for whole in ("commission_terms__2026-05-31#1.csv", f"contract:{partners.closed}-corrected"):
        assert whole in said
    assert "基本報酬" in said


@pytest.mark.parametrize("subject", ["C-NONE", "ffffffffffff"])
def test_unknown_subject_is_wrong_use(home, subject, capsys):
    assert main(["ledger", "explain", subject]) == 2
    assert subject in capsys.readouterr().out


def test_rates_and_products_show_every_decimal():
    assert percent(123_450) == "12.345%"
    assert percent(1_000_000) == "100%"
    assert product(200_009, 100_000, 20_000) == "¥200,009 × 10% = 20,000.9 → ¥20,000"
    assert product(-105, 10_000, -1) == "¥-105 × 1% = -1.05 → ¥-1"
