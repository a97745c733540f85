"""What a person reads of deals with several lines, of bands in order, and of what is not known."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from ingestion.lake import Night
from ingestion.nights import finish_night, open_night
from orchestration.cli import main
from orchestration.settings import Settings

NIGHT = "2026-06-30#1"
SOLD = date(2026, 4, 10)
Warehouse = duckdb.DuckDBPyConnection


def _rows(build: SimpleNamespace) -> list[Any]:
    sold = {"partner_id": "P-1", "contracted_on": SOLD, "starts_on": SOLD}
    counted = {"fixed_yen": None, "tier_measure": "count", "tier_mode": "slab"}
    return [
        build.a_partner("P-1"),
        build.an_agreement("A-1", "P-1", territory="東京都"),
        build.a_term("T-M", "A-1", recurring_months=12, product_id="PR-M", fixed_yen=500),
        build.a_term("T-Q", "A-1", product_id="PR-Q", **counted),
        *(build.a_tier("T-Q", each, fixed_yen=1_000 + each) for each in (0, 2, 10, 100)),
        build.a_term("T-C", "A-1", product_id="PR-C", clawback_method="full"),
        build.a_contract("C-MONTHS", product_id="PR-M", prefecture="東京都", **sold),
        build.a_contract("C-TIERS", product_id="PR-Q", prefecture="東京都", **sold),
        build.a_contract(
            "C-GONE",
            product_id="PR-C",
            prefecture="東京都",
            cancelled_on=date(2026, 6, 15),
            **sold,
        ),
        build.a_contract("C-WHERE", product_id="PR-C", prefecture=None, **sold),
        build.a_contract("C-FAR", product_id="PR-C", prefecture="福岡県", **sold),
    ]


@pytest.fixture(scope="module")
def told(warehouse: Callable[..., Warehouse], build: SimpleNamespace) -> Warehouse:
    return warehouse({NIGHT: _rows(build)})


@pytest.fixture
def said(
    told: Warehouse,
    dbt: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., str]:
    """`said(subject, …)` → what `teikei ledger explain` prints after that night."""
    place = Settings(tmp_path / "home")
    for path in (dbt.place.warehouse, dbt.place.night_file):
        kept = place.home / path.relative_to(dbt.home)
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, kept)
    finish_night(place.lake, open_night(place.lake, Night.parse(NIGHT).business_day))
    monkeypatch.setenv("TEIKEI_HOME", str(place.home))
    monkeypatch.setenv("COLUMNS", "300")

    def explain(*arguments: str) -> str:
        assert main(["ledger", "explain", *arguments]) == 0
        return capsys.readouterr().out

    return explain


def test_every_line_of_a_deal_is_explained(said: Callable[..., str]) -> None:
    text = said("C-MONTHS")
    for month, day in enumerate(("2026-04-10", "2026-05-10", "2026-06-10")):
        assert f"#{month}" in text
        assert f"{day} → {day[:7]}: ¥500" in text


def test_bands_stand_in_the_order_of_their_values(said: Callable[..., str]) -> None:
    rows = [line.split() for line in said("C-TIERS", "--lang", "en").splitlines()]
    bands = [row[2] for row in rows if row[:2] == ["tier", "T-Q"]]
    assert bands == ["0", "2", "10", "100"]


def test_clawback_without_an_end_says_so(told: Warehouse, said: Callable[..., str]) -> None:
    sentence = (
        "解約日2026-06-15(経過2か月、戻入期間の定めなし)により、報酬10,000円のうち0円が残ります。"
    )
    assert _sentence(told, "C-GONE") == ("clawed_back", sentence)
    assert "経過2か月／戻入期間の定めなし（解約日 2026-06-15）" in said("C-GONE")


def test_unknown_prefecture_is_told_as_unknown(told: Warehouse) -> None:
    outcome, sentence = _sentence(told, "C-WHERE")
    assert outcome == "out_of_territory"
    assert sentence.startswith("お客様の所在地が確認できていないため、販売地域(東京都)")
    assert _sentence(told, "C-FAR")[1].startswith("お客様の所在地(福岡県)は販売地域(東京都)の外")


def _sentence(told: Warehouse, contract_id: str) -> tuple[str, str]:
    sql = "select outcome, sentence_ja from marts.fct_commission_decisions where contract_id = ?"
    ((outcome, sentence),) = told.execute(sql, [contract_id]).fetchall()
    return outcome, sentence
