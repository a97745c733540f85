"""A file read for a try: told what a night would say, and nothing is left behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ingestion.intake import write_replies
from ingestion.lake import Night
from ingestion.trial import try_file
from orchestration.cli import main
from tests.ingestion.conftest import House

LEADS = (
    "管理番号,企業名（必須）,電話番号,契約日付\n【新規】,,,\nL-1,株式会社あ,03-1111-1111,2026-10-01\n"
    "未定,い,03-1111-1112,2026-10-02\n合計,2件,,\n"
)
NIGHT = Night(date(2026, 11, 1), 1)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(text.encode("cp932"))
    return path


def test_trial_says_what_the_night_says(house: House) -> None:
    path = house.put("partners/P1/leads__試し.csv", LEADS, "cp932")
    trial = try_file(path, house.home / "lake" / "raw", NIGHT)
    night = house.read()
    own = night.files.filter(_source="partners/P1").drop("_source", "_uploader_id")
    assert own.equals(trial.intake.files.drop("_source", "_uploader_id"))
    columns = ["_row_number", "column_name", "value", "reason_code"]
    assert night.rejected.select(columns).equals(trial.intake.rejected.select(columns))
    assert trial.columns["企業名（必須）"] == "company_name"


def test_trial_for_a_partner_knows_its_records(house: House, tmp_path: Path) -> None:
    house.run()
    papers = "証憑番号,契約番号,書類\nE1,C1,同意書\nE2,C9,同意書\n"
    path = written(tmp_path, "evidence.csv", papers)
    raw = house.home / "lake" / "raw"
    assert try_file(path, raw, NIGHT).receipt["accepted_count"] == 2
    told = try_file(path, raw, NIGHT, partner_id="P1")
    assert told.intake.rejected["reason_code"].to_list() == ["not_your_record"]
    assert (told.is_known, try_file(path, raw, NIGHT, partner_id="PX").is_known) == (True, False)


@pytest.mark.parametrize(
    ("text", "more", "code"),
    [
        ("管理番号,会社名\n1,あ\n", [], 0),
        (LEADS, [], 1),
        (LEADS, ["--entity", "contracts"], 2),
        (LEADS, ["--entity", "nothing"], 2),
        ("管理番号,会社名,契約日,金額\n1,あ,2026-10-01,1\n", [], 2),
    ],
)
def test_exit_code_says_what_would_become_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, more: list[str], code: int
) -> None:
    monkeypatch.setenv("TEIKEI_HOME", str(tmp_path / "home"))
    path = written(tmp_path, "10月.csv", text)
    assert main(["check-file", str(path), *more]) == code
    assert not (tmp_path / "home").exists()


def test_command_tells_columns_units_and_rows(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    write_workbook: Callable[..., Path],
) -> None:
    monkeypatch.setenv("TEIKEI_HOME", str(tmp_path / "home"))
    rows = [["契約番号", "商材", "初期費用（千円）", "お客様名称"], ["K1", "X", 5, "あ"]]
    path = write_workbook([*rows, ["未定", "X", 5, ""], ["合計", "", 10, ""]], name="契約.xlsx")
    assert main(["check-file", str(path)]) == 1
    said = capsys.readouterr().out
    for words in (
        "初期費用（千円） → 初期費用 (initial_yen)",
        "初期費用（千円）＝千円（税抜）",
        "お客様名称（→ お客様名？）",
        "行数：2 ＝ 受理 1 ＋ 差し戻し 1",
        "3 行目 契約番号「未定」",
    ):
        assert words in said


def test_receipt_tells_units_and_lines_passed_over(house: House) -> None:
    text = "契約番号,商材,初期費用（千円）,月額\nK1,X,5,1000\n合計,,5,\n※備考\n"
    house.put("partners/P1/contracts.csv", text)
    page = next(iter(write_replies(house.home, house.run()))).read_text()
    assert "初期費用（千円）＝千円、月額＝円（税抜）" in page
    assert "読み飛ばした行" in page and "2 行（空行・合計・注記" in page


def test_receipt_of_a_refused_file_lists_unknown_columns(house: House) -> None:
    house.put("partners/P1/contracts__1.csv", "contract_no,商材,契約日\nK1,X,2026-10-01\n")
    page = next(iter(write_replies(house.home, house.run()))).read_text()
    assert "contract_no（→ contract_id？）" in page
