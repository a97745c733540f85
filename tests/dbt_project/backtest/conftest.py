"""Two nights of contracts without a consent form, and verdicts on two of them in a third."""

from __future__ import annotations

import csv
import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from expectations import flags
from expectations.engine import evaluate
from expectations.rules import load_rules
from ingestion.lake import Night
from ingestion.nights import finish_night, open_night
from orchestration.cli import main
from orchestration.settings import Settings

MAY, JUNE, JULY = "2026-05-29#1", "2026-06-30#1", "2026-07-31#1"
RULE = "consent_missing"  # the form must be there after three business days
# Sold 1, 2 and 5 business days before the first night.
SOLD = {"C-1": date(2026, 5, 28), "C-2": date(2026, 5, 27), "C-5": date(2026, 5, 22)}


def _sold(build: SimpleNamespace, contract_id: str, day: date) -> Any:
    return build.a_contract(contract_id, partner_id="P-1", contracted_on=day)


def _deals(build: SimpleNamespace) -> list[Any]:
    """`C-NOTERM` has no term that could ask for the form: nobody can tell."""
    return [
        build.a_partner("P-1"),
        build.an_agreement("A-1", "P-1"),
        build.a_term("T-1", "A-1", product_id="PR-1", required_evidence="consent_form"),
        build.a_contract(
            "C-NOTERM", partner_id="P-1", product_id="PR-9", contracted_on=date(2026, 5, 11)
        ),
        *(_sold(build, name, day) for name, day in SOLD.items()),
    ]


def _news(build: SimpleNamespace) -> list[Any]:
    """Two forms came; C-5 is still without, and so is C-6, six business days after the sale."""
    came = datetime(2026, 6, 1, 3)
    return [
        _sold(build, "C-6", date(2026, 6, 22)),
        *(build.an_evidence(f"E-{name}", name, received_at=came) for name in ("C-1", "C-2")),
    ]


def _posting(contract_id: str, yen: int) -> dict[str, Any]:
    return {
        "posting_id": contract_id,
        "line_key": f"P-1|seller|T-1|contract:{contract_id}|base|2026-05",
        "partner_id": "P-1",
        "role": "seller",
        "component": "base",
        "subject": f"contract:{contract_id}",
        "contract_id": contract_id,
        "stage": "contract",
        "term_id": "T-1",
        "earn_period": "2026-05",
        "post_period": "2026-05",
        "amount_yen": yen,
        "agreement_version": 1,
        "reason_code": "new",
    }


def _digests(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Flag → digest of the evidence that a reviewer saw, by the rule as its file has it."""
    rules = [rule for rule in load_rules(Settings(Path()).rules / "conduct") if rule.id == RULE]
    frame = con.table(f"marts.{rules[0].measures}").pl()
    night = Night.parse(JUNE)
    found = flags.flags(evaluate(rules, frame, "contract_id"), rules, frame, JUNE, night.known_at)
    return dict(found.select("flag_id", "evidence_digest").iter_rows())


@dataclass(frozen=True)
class Archive:
    home: Path
    run: Callable[..., tuple[int, str]]

    def told(self, *arguments: str) -> tuple[str, list[dict[str, str]]]:
        """What a command says, and the rows of the CSV that it writes; `FILE` stands for it."""
        path = self.home / "rows.csv"
        code, said = self.run(*(str(path) if each == "FILE" else each for each in arguments))
        assert code == 0, said
        with path.open(encoding="utf-8-sig") as handle:
            return said, list(csv.DictReader(handle))

    def lake(self) -> dict[Path, bytes]:
        return {file: file.read_bytes() for file in (self.home / "lake").rglob("*.parquet")}


@pytest.fixture(scope="package")
def archive(
    warehouse: Callable[..., duckdb.DuckDBPyConnection],
    fill_lake: Callable[..., Night],
    build: SimpleNamespace,
    dbt: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Archive]:
    rows = {MAY: _deals(build), JUNE: _news(build)}
    seen = _digests(warehouse(rows))
    given = {"C-5": "confirmed", "C-6": "false_positive"}
    decided = [
        build.a_decision(
            f"D-{name}",
            f"{RULE}:{name}",
            evidence_seen=seen[f"{RULE}:{name}"],
            verdict=verdict,
            decided_at=datetime(2026, 7, 10, 3),
        )
        for name, verdict in given.items()
    ]
    posted = {MAY: [_posting("C-2", 10_000), _posting("C-5", 30_000)]}
    fill_lake({**rows, JULY: decided}, postings=posted)
    place = Settings(tmp_path_factory.mktemp("archive") / "home")
    shutil.copytree(dbt.home / "lake", place.lake)
    for night_id in (MAY, JUNE, JULY):
        finish_night(place.lake, open_night(place.lake, Night.parse(night_id).business_day))

    def run(*arguments: str) -> tuple[int, str]:
        said = StringIO()
        with redirect_stdout(said), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # dbt's own
            code = main(arguments)
        return code, said.getvalue()

    before = dict(os.environ)
    os.environ["TEIKEI_HOME"] = str(place.home)
    yield Archive(place.home, run)
    os.environ.clear()
    os.environ.update(before)
