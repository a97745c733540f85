"""The ledger's chain: what is altered afterwards is found, and where."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from ingestion import closes, ledger
from ingestion.lake import BatchExistsError, Night, batch_path
from ingestion.ledger_chain import Alteration, verify
from ingestion.statements import STATEMENT_SCHEMA

NIGHTS = [Night(date(2026, 4, 30), 1), Night(date(2026, 5, 31), 1), Night(date(2026, 6, 30), 1)]
IDS = [night.id for night in NIGHTS]


def _due(night: Night, count: int) -> pl.DataFrame:
    schema = {name: t for name, t in ledger.POSTING_SCHEMA.items() if name != "previous_hash"}
    rows = [
        {"posting_id": f"{night.id}-{n}", "amount_yen": 1_000 + n, "known_at": night.known_at}
        for n in range(count)
    ]
    return pl.DataFrame(rows, schema=schema)


@pytest.fixture
def area(tmp_path: Path) -> Path:
    """Three nights; nothing was due in the second."""
    for night, count in zip(NIGHTS, (400, 0, 3), strict=True):
        ledger.append(tmp_path / "ledger", night.id, _due(night, count))
    return tmp_path / "ledger"


def _altered(area: Path) -> Alteration:
    found = verify(area, area.parent / "closes", NIGHTS).altered
    assert found is not None
    return found


def _flip(path: Path, *places: int) -> None:
    content = bytearray(path.read_bytes())
    for place in places:
        content[place] ^= 0xFF
    path.write_bytes(content)


def test_untouched_chain_is_counted(area: Path) -> None:
    chain = verify(area, area.parent / "closes", NIGHTS)
    assert (chain.batches, chain.postings, chain.altered) == (3, 403, None)
    assert chain.amount_yen == sum(range(1_000, 1_400)) + 3_003
    assert chain.head == ledger.manifest_hash(area, IDS[2])


def test_postings_name_the_file_before_them(area: Path) -> None:
    last = pl.read_parquet(batch_path(area, IDS[2]) / "postings.parquet")
    manifest = json.loads((batch_path(area, IDS[1]) / "manifest.json").read_text())
    assert last["previous_hash"].unique().to_list() == [manifest["tables"]["postings"]["sha256"]]


@pytest.mark.parametrize("place", [0, 1_023, 1_024, 2_500])
@pytest.mark.parametrize("night_id", [IDS[0], IDS[2]])
def test_altered_byte_is_named(area: Path, night_id: str, place: int) -> None:
    path = batch_path(area, night_id) / "postings.parquet"
    _flip(path, place)
    assert (_altered(area).batch, _altered(area).offset) == (night_id, place)
    assert _altered(area).file == "postings.parquet"


def test_several_altered_bytes_are_named_by_the_first_block(area: Path) -> None:
    _flip(batch_path(area, IDS[0]) / "postings.parquet", 1_500, 1_501, 3_000)
    found = _altered(area)
    assert (found.offset, found.until) == (1_024, 2_048)


@pytest.mark.parametrize("night_id", IDS)
def test_altered_byte_of_a_manifest_is_named(area: Path, night_id: str) -> None:
    path = batch_path(area, night_id) / "manifest.json"
    for word in ('"sha256": "', '"rows": ', '"blocks": [\n  "'):
        intact = path.read_bytes()
        place = intact.index(word.encode()) + len(word)
        other = b"1" if intact[place : place + 1] != b"1" else b"2"
        path.write_bytes(intact[:place] + other + intact[place + 1 :])
        found = _altered(area)
        assert (found.batch, found.file, found.offset) == (night_id, "manifest.json", place)
        path.write_bytes(intact)


def test_batch_replaced_together_with_its_manifest_is_found(area: Path) -> None:
    """Also where the next night posted nothing, and so names no file."""
    root = batch_path(area, IDS[0])
    other = area.parent / "other"
    ledger.append(other, IDS[0], _due(NIGHTS[0], 399))
    for name in ("postings.parquet", "manifest.json"):
        (root / name).write_bytes((batch_path(other, IDS[0]) / name).read_bytes())
    assert _altered(area).batch == IDS[0]


def test_bytes_added_at_the_end_are_found(area: Path) -> None:
    path = batch_path(area, IDS[2]) / "postings.parquet"
    path.write_bytes(path.read_bytes() + b"x" * 5_000)
    assert _altered(area).batch == IDS[2]


def test_lost_last_batch_of_a_completed_night_is_found(area: Path) -> None:
    for path in batch_path(area, IDS[2]).iterdir():
        path.unlink()
    batch_path(area, IDS[2]).rmdir()
    assert _altered(area).batch == IDS[2]


def test_night_posts_once_and_leaves_nothing_staged(area: Path) -> None:
    with pytest.raises(BatchExistsError):
        ledger.append(area, IDS[2], _due(NIGHTS[2], 1))
    kept = ledger.posted(area, IDS[2])
    assert kept is not None and kept.height == 3


def test_close_seals_the_ledger_it_was_made_on(area: Path) -> None:
    made = area.parent / "closes"
    close = {"period": "2026-06", "closed_by": "佐藤", "is_forced": False, "checklist": "[]"}
    facts = {"ledger_head": ledger.head(area)}
    first = closes.record_close(made, NIGHTS[2], close, facts=facts)
    second = closes.record_close(made, NIGHTS[2], close, facts=facts)
    assert (first, second) == (f"{IDS[2]}-c1", f"{IDS[2]}-c2")
    assert verify(area, made, NIGHTS).closes == 2
    _flip(batch_path(made, first) / "closes.parquet", 40)
    assert (_altered(area).batch, _altered(area).file) == (first, "closes.parquet")


def test_statements_are_frozen_with_the_close(tmp_path: Path) -> None:
    """What an earlier close has frozen is not frozen again."""
    rows = pl.DataFrame(
        {"statement_id": ["S-1", "S-2"], "is_frozen": [False, True], "close_id": [None, "c-0"]}
    )
    missing = [name for name in STATEMENT_SCHEMA if name not in rows.columns]
    rows = rows.with_columns(pl.lit(None).alias(name) for name in missing)
    close_id = closes.record_close(tmp_path, NIGHTS[0], {"period": "2026-04"}, {"statements": rows})
    kept = pl.read_parquet(batch_path(tmp_path, close_id) / "statements.parquet")
    assert kept.schema == pl.Schema(STATEMENT_SCHEMA)
    assert kept.select("statement_id", "close_id").rows() == [("S-1", close_id)]
    assert closes.read_closes(tmp_path)["close_id"].to_list() == [close_id]


def test_closes_are_told_in_the_order_they_were_made(tmp_path: Path) -> None:
    made = [
        closes.record_close(tmp_path, NIGHTS[0], {"period": f"2026-{n:02}"}) for n in range(1, 12)
    ]
    assert closes.read_closes(tmp_path)["close_id"].to_list() == made
