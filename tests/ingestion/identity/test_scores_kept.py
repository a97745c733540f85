"""New against all is the full pass: what is kept from a night saves work and changes nothing."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.entities import ENTITIES, lake_schema
from ingestion.identity import resolve_customers
from ingestion.identity.customers import compare_customers
from ingestion.intake import lake_tables
from ingestion.lake import Night, commit_batch, create_empty_batch

COMPANIES = ("株式会社山田建材工業", "山田材工業㈱", "海野水産", "㈱海野水産", "みどり会計事務所")
STREETS = ("千代田区神田1-2-3", "千代田区神田1-2-4", "横浜市西区高島9-8-7")
LEAD = st.fixed_dictionaries(
    {
        "lead_id": st.sampled_from([f"L{n:02}" for n in range(30)]),
        "company_name": st.sampled_from([*COMPANIES, None]),
        "phone": st.sampled_from(["+81312345678", "+81312345679", "+81662223333", None]),
        "email": st.sampled_from(["soumu@yamada.example", "info@umino.example", None]),
        "address": st.sampled_from([*STREETS, None]),
        "is_deleted": st.sampled_from([None, None, None, True]),
    }
)
FIRST = st.lists(LEAD, min_size=25, max_size=40)
LATER = st.lists(st.lists(LEAD, max_size=3), min_size=1, max_size=3)


def commit(raw: Path, day: int, leads: list[dict[str, str | bool | None]]) -> Night:
    night = Night.parse(f"2026-11-{day:02}#1")
    schema = lake_schema(ENTITIES["leads"])
    rows = pl.DataFrame(leads, schema=schema).with_columns(
        _known_at=pl.lit(night.known_at),
        _file_sha256=pl.lit(night.id),
        _row_number=pl.int_range(pl.len()),
    )
    empty = {name: pl.DataFrame(schema=columns) for name, columns in lake_tables().items()}
    commit_batch(raw, night.id, empty | {"leads": rows}, {})
    return night


@settings(max_examples=15, deadline=None)
@given(FIRST, LATER)
def test_kept_scores_change_nothing(
    first: list[dict[str, str | bool | None]], later: list[list[dict[str, str | bool | None]]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        create_empty_batch(home / "lake" / "raw", lake_tables())
        for day, leads in enumerate([first, *later], start=1):
            night = commit(home / "lake" / "raw", day, leads)
            kept = resolve_customers(home, night.known_at)
            shutil.copytree(home / "lake" / "identity", home / "kept")
            shutil.rmtree(home / "lake" / "identity")
            assert resolve_customers(home, night.known_at).equals(kept)
            for name in ("doubtful_pairs", "party_matches"):
                again = pl.read_parquet(home / "lake" / "identity" / f"{name}.parquet")
                assert again.equals(pl.read_parquet(home / "kept" / f"{name}.parquet"))
            shutil.rmtree(home / "lake" / "identity")
            (home / "kept").rename(home / "lake" / "identity")


def test_only_pairs_of_new_records_are_scored(tmp_path: Path) -> None:
    def lead(number: int, company: str) -> dict[str, str | bool | None]:
        return {"lead_id": f"L{number:02}", "company_name": company, "phone": "+81312345678"}

    raw = tmp_path / "lake" / "raw"
    create_empty_batch(raw, lake_tables())
    first = commit(raw, 1, [lead(number, COMPANIES[0]) for number in range(20)])
    resolve_customers(tmp_path, first.known_at)
    commit(raw, 2, [lead(20, COMPANIES[1])])
    found = compare_customers(tmp_path).links
    assert found.scores.scored == 20
    assert found.pairs.height == 21 * 20 // 2
