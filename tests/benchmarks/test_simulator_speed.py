"""The demonstration company at four times its size, within its bound."""

import time
from pathlib import Path

from ingestion import demo


def test_hundred_thousand_leads_are_written_in_thirty_seconds(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    started = time.perf_counter()
    deliveries = demo.write_company(tmp_path / "inbox", tmp_path / "truth.csv", leads=100_000)
    seconds = time.perf_counter() - started
    print(f"\n100,000 leads, {sum(len(each.files) for each in deliveries)} files: {seconds:.1f} s")
    assert seconds < 30
