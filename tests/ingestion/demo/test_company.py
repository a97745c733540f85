"""The company as files: repeatable, dated, decodable, and the truth out of every door's reach."""

from __future__ import annotations

import re
import time
from datetime import date
from pathlib import Path

import fastexcel
import pytest

from ingestion.demo import deliver, write_company
from ingestion.demo.company import delivery_days


def digest(company):
    return {path.relative_to(company.root): path.read_bytes() for path in company.paths()}


def test_company_is_the_same_bytes_for_the_same_seed(build, tmp_path):
    first = build(tmp_path / "a", leads=1_500, seed=3)
    second = build(tmp_path / "b", leads=1_500, seed=3)

    assert digest(first) == digest(second)
    assert (first.root / "truth.csv").read_bytes() == (second.root / "truth.csv").read_bytes()


def test_company_differs_for_another_seed(build, tmp_path):
    first = build(tmp_path / "a", leads=1_500, seed=3)
    second = build(tmp_path / "b", leads=1_500, seed=4)

    assert not first.crm("leads").equals(second.crm("leads"))


def test_company_of_20k_leads_takes_seconds(build, tmp_path):
    started = time.perf_counter()
    build(tmp_path, leads=20_000)

    assert time.perf_counter() - started < 15


@pytest.mark.parametrize("place", ["inbox/truth.csv", "inbox/partners/t.csv", "demo/truth.csv"])
def test_truth_is_refused_where_doors_could_read_it(tmp_path, place):
    with pytest.raises(ValueError, match="outside"):
        write_company(tmp_path / "inbox", tmp_path / place, leads=1_000)


@pytest.mark.parametrize(
    "sizes", [{"leads": 10}, {"months": 2}, {"nights": 0}, {"nights": 40}, {"partners": 5}]
)
def test_company_of_impossible_size_is_refused(tmp_path, sizes):
    with pytest.raises(ValueError, match="within"):
        write_company(tmp_path / "inbox", tmp_path / "truth.csv", **sizes)


def test_delivery_days_end_on_the_last_day():
    assert delivery_days(date(2026, 10, 31), 1) == (date(2026, 10, 31),)
    assert delivery_days(date(2026, 10, 31), 3) == (
        date(2026, 9, 30),
        date(2026, 10, 15),
        date(2026, 10, 31),
    )


def test_delivery_is_copied_into_the_inbox_with_its_dates(company, tmp_path):
    first = company.deliveries[0]

    assert deliver(first, tmp_path) == len(first.files)
    for name in first.files:
        copied = (tmp_path / name).stat()
        assert date.fromtimestamp(copied.st_mtime) <= first.business_day


def test_files_lie_below_the_two_doors(company):
    tops = {name.parts[0] for each in company.deliveries for name in each.files}

    assert tops == {"crm", "partners"}


def test_truth_is_in_no_file_that_is_delivered(company):
    # As a word: a brand is not a ring. The header row names columns, not records.
    schemes = "|".join(company.truth["scheme"].unique())
    word = re.compile(rf"\b(?:{schemes})\b".encode())
    rows = {path: path.read_bytes().split(b"\n", 1)[-1] for path in company.paths()}

    assert not [path for path, content in rows.items() if word.search(content)]


def decodes(path: Path) -> bool:
    if path.suffix == ".xlsx":
        return bool(fastexcel.read_excel(path.read_bytes()).sheet_names)
    content = path.read_bytes()
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    for codec in (encoding, "cp932"):
        try:
            return "\n" in content.decode(codec)
        except UnicodeDecodeError:
            continue
    return False


def test_every_file_decodes_but_the_broken_ones(company):
    unreadable = {path.stem.split("_")[-1] for path in company.paths() if not _opens(path)}

    assert unreadable == {"scan", "cut"}


def _opens(path: Path) -> bool:
    try:
        return decodes(path)
    except fastexcel.FastExcelError:
        return False


def test_partner_files_come_in_all_encodings(company):
    heads = [path.read_bytes()[:3] for path in company.paths() if "partners" in path.parts]

    assert any(head.startswith(b"\xff\xfe") for head in heads)
    assert any(head == b"\xef\xbb\xbf" for head in heads)
    assert any(head.startswith(b"PK") for head in heads)
    assert any(head == "案件番号".encode("cp932")[:3] for head in heads)
