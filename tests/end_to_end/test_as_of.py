"""The warehouse as an old night knew it: equal to what that night published, and read-only."""

import shutil
from pathlib import Path

import pytest

from ingestion import demo

pytestmark = pytest.mark.end_to_end


@pytest.fixture(scope="module")
def nights(tmp_path_factory, company, teikei, digests) -> tuple[Path, str, dict[str, str]]:
    """A home after three nights, the second night, and what that one published."""
    path = tmp_path_factory.mktemp("home")
    (path / "inbox").mkdir()
    published = {}
    for delivery in company[1][:3]:
        demo.deliver(delivery, path / "inbox")
        result = teikei(path, "nightly", "--date", delivery.business_day.isoformat())
        assert result.returncode == 0, result.stdout + result.stderr
        published[f"{delivery.business_day}#1"] = digests(path)
        if len(published) == 2:
            # known from the third night on: the second must not see it
            closed = teikei(
                path, "close", str(delivery.business_day)[:7], "--by", "佐藤", "--force",
                "--reason", "試験", "--second", "鈴木",
            )  # fmt: skip
            assert closed.returncode == 0, closed.stdout + closed.stderr
    second = list(published)[1]
    return path, second, published[second]


def test_rebuild_as_of_the_second_of_three_nights_equals_its_publication(
    nights, teikei, digests, tmp_path: Path
) -> None:
    path, second, published = nights
    before = {file: file.read_bytes() for file in (path / "lake").rglob("*.parquet")}
    result = teikei(path, "as-of", second.partition("#")[0], "--home", str(tmp_path / "old"))
    assert result.returncode == 0, result.stdout + result.stderr
    assert digests(tmp_path / "old") == published
    assert f"All {len(published)} marts are equal" in result.stdout
    assert {file: file.read_bytes() for file in (path / "lake").rglob("*.parquet")} == before


def test_rebuilt_home_takes_no_night_and_no_close(nights, teikei, tmp_path: Path) -> None:
    path, second, _ = nights
    old = tmp_path / "old"
    (old / "lake").mkdir(parents=True)
    (old / "lake" / "as_of.json").write_text(f'{{"night_id": "{second}"}}')
    shutil.copytree(path / "lake" / "nights", old / "lake" / "nights")
    refused = teikei(old, "nightly", "--date", "2030-01-01")
    assert (refused.returncode, second in refused.stdout) == (2, True)
    assert teikei(old, "close", "2026-09").returncode == 2


def test_rebuild_into_a_home_in_use_is_refused(nights, teikei) -> None:
    path, second, _ = nights
    result = teikei(path, "as-of", second, "--home", str(path))
    assert result.returncode == 1
    assert "is not empty" in result.stdout


@pytest.mark.parametrize("night", ["1999-01-01", "2026-09-30#7", "last week"])
def test_night_that_was_not_completed_cannot_be_rebuilt(nights, teikei, night: str) -> None:
    assert teikei(nights[0], "as-of", night).returncode == 1
