"""A whole night on real files: done, repeated, interrupted, refused."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from ingestion import demo

pytestmark = pytest.mark.end_to_end

# What a killed night may have left behind, in the order in which it appears.
POINTS = (
    "nights/{night}.opened.json",
    "raw/batch={night}",
    "ledger/batch={night}",
    "flags/batch={night}",
)


@pytest.fixture(scope="module")
def first_night(tmp_path_factory, company, teikei, digests) -> tuple[Path, dict[str, str]]:
    """A home after the first, undisturbed night of the company, and what it published."""
    path = tmp_path_factory.mktemp("home")
    (path / "inbox").mkdir()
    _deliver_and_run(path, company[1][0], teikei)
    return path, digests(path)


@pytest.fixture(scope="module")
def home(first_night, company, teikei) -> Path:
    """The same home after the second night."""
    _deliver_and_run(first_night[0], company[1][1], teikei)
    return first_night[0]


def _deliver_and_run(home: Path, delivery: demo.Delivery, teikei) -> None:
    demo.deliver(delivery, home / "inbox")
    result = teikei(home, "nightly", "--date", delivery.business_day.isoformat())
    assert result.returncode == 0, result.stdout + result.stderr


def test_night_publishes_leads_commissions_and_flags(home: Path) -> None:
    with duckdb.connect(
        str(home / "published" / "partner_performance.duckdb"), read_only=True
    ) as db:
        counts = dict(db.sql("select mart, row_count from marts._build").fetchall())
    assert counts["fct_leads"] > 1_000
    assert counts["fct_commission_ledger"] > 0
    assert counts["fct_commission_decisions"] > counts["fct_commission_ledger"] / 2
    assert counts["flags"] > 0


def test_night_accounts_for_every_row_of_every_file(home: Path) -> None:
    with duckdb.connect(str(home / "warehouse" / "teikei.duckdb"), read_only=True) as db:
        unaccounted = db.sql(
            "select * from staging.stg_lake__files where status = 'loaded' "
            "and row_count <> accepted_count + rejected_count + duplicate_count"
        ).fetchall()
    assert unaccounted == []


def test_second_night_with_nothing_new_posts_and_changes_nothing(home, company, teikei, digests):
    before = digests(home)
    result = teikei(home, "nightly", "--date", company[1][1].business_day.isoformat())
    assert "0 lines, ¥0" in result.stdout, result.stdout + result.stderr
    after = digests(home)
    # The outcome counts of a night carry its id; everything else is the same.
    assert {mart for mart in before if before[mart] != after[mart]} <= {"rule_performance"}


def test_night_killed_at_every_point_ends_like_an_undisturbed_one(
    tmp_path: Path, company, first_night, teikei, digests, new_home: Callable[[Path, Path], Path]
) -> None:
    first, (calm, published) = company[1][0], first_night
    killed = new_home(tmp_path / "killed", calm)
    (killed / "inbox").mkdir()
    demo.deliver(first, killed / "inbox")
    day = first.business_day.isoformat()
    for point in POINTS:
        _kill_when(killed, day, killed / "lake" / point.format(night=f"{day}#1"))
    result = teikei(killed, "nightly", "--date", day)
    assert result.returncode == 0, result.stdout + result.stderr
    assert digests(killed) == published


def _kill_when(home: Path, business_day: str, appears: Path) -> None:
    """Start a night and kill it, without warning, as soon as a path exists."""
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", "nightly", "--date", business_day],
        env=os.environ | {"TEIKEI_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not appears.exists() and process.poll() is None:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_earlier_business_day_is_refused_with_code_2(home: Path, teikei) -> None:
    result = teikei(home, "nightly", "--date", "2020-01-01")
    assert result.returncode == 2
    assert "or later" in result.stdout


def test_failed_night_keeps_the_previous_publication_and_can_be_repeated(
    home: Path, company, teikei, digests
) -> None:
    before, day = digests(home), company[1][1].business_day.isoformat()
    ledger = next((home / "lake" / "ledger").glob("batch=2*/postings.parquet"))
    intact = ledger.read_bytes()
    ledger.write_bytes(b"damaged")
    failed = teikei(home, "nightly", "--date", day)
    assert failed.returncode == 1
    assert "previous publication is still served" in failed.stdout
    assert digests(home) == before
    ledger.write_bytes(intact)
    assert teikei(home, "nightly", "--date", day).returncode == 0


def test_doctor_and_status_answer(home: Path, company, teikei) -> None:
    assert teikei(home, "status").returncode == 0
    assert teikei(home, "status", "--night", "1999-01-01#1").returncode == 2
    first = f"{company[1][0].business_day.isoformat()}#1"
    files = teikei(home, "status", "--files", "--night", first).stdout
    rows = [int(number.replace(",", "")) for number in files.splitlines()[-1].split()[:4]]
    assert rows[0] == sum(rows[1:]) > 0
    assert "dbt-duckdb" in teikei(home, "doctor").stdout


def test_decision_that_saw_the_evidence_closes_its_flag_and_frees_its_yen(
    home: Path, company, teikei
) -> None:
    reviewers = home / "published" / "restricted" / "reviewers.duckdb"
    with duckdb.connect(str(reviewers.resolve()), read_only=True) as db:
        flag_id, digest = db.sql(
            "select flag_id, evidence_digest from marts.flags "
            "where status = 'open' and is_holding and yen_at_risk > 0 "
            "and posted_yen <= 100_000 order by flag_id limit 1"  # one person may
        ).fetchall()[0]
    decisions = home / "inbox" / "review" / "decisions.csv"
    decisions.write_text(
        "decision_id,flag_id,evidence_seen,verdict,money_action,decided_by,decided_at\n"
        f"D-1,{flag_id},{digest},false_positive,release,佐藤,2026-10-15 10:00\n"
    )
    os.utime(decisions, (1_700_000_000, 1_700_000_000))
    result = teikei(home, "nightly", "--date", company[1][1].business_day.isoformat())
    assert result.returncode == 0, result.stdout + result.stderr
    with duckdb.connect(str(reviewers.resolve()), read_only=True) as db:
        found = db.sql(f"select status, is_holding from marts.flags where flag_id = '{flag_id}'")
        assert found.fetchall() == [("closed", False)]
