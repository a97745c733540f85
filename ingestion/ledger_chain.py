"""Walks the ledger's hash chain and names the first thing that is not as it was committed."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from ingestion.closes import close_ids
from ingestion.lake import Night, batch_ids, batch_path, verify_batch
from ingestion.ledger import BLOCK_BYTES, block_hashes, short_hash
from ingestion.recorded import record_ids

POSTINGS, MANIFEST = "postings.parquet", "manifest.json"


@dataclass(frozen=True)
class Alteration:
    """What is wrong first: `offset` is the first altered byte (0-based); with `until` it is only
    known to lie in [offset, until); None when it cannot be told."""

    batch: str
    file: str
    what: str
    offset: int | None = None
    until: int | None = None


@dataclass(frozen=True)
class Chain:
    """`head` is the sha256 of the last manifest: written down elsewhere, it proves the whole."""

    batches: int
    postings: int
    amount_yen: int
    closes: int
    head: str | None
    altered: Alteration | None


def verify(ledger: Path, closes: Path, completed: Iterable[Night]) -> Chain:
    """Check every batch of the ledger against its manifest and its successor, then the closes.

    `completed` nights must each have a batch: the last one could vanish without a successor.
    """
    ids = batch_ids(ledger)
    made = close_ids(closes)
    altered = _missing(ids, completed) or _first_altered(ledger, ids) or _closes(ledger, closes)
    if altered is not None:
        return Chain(len(ids), 0, 0, len(made), None, altered)
    frames = [pl.read_parquet(batch_path(ledger, each) / POSTINGS) for each in ids]
    head = _sha256((batch_path(ledger, ids[-1]) / MANIFEST).read_bytes()) if ids else None
    rows = sum(frame.height for frame in frames)
    yen = sum(int(frame["amount_yen"].sum()) for frame in frames)
    return Chain(len(ids), rows, yen, len(made), head, None)


def _missing(ids: list[str], completed: Iterable[Night]) -> Alteration | None:
    lost = [night.id for night in completed if night.id not in ids]
    if not lost:
        return None
    return Alteration(lost[0], POSTINGS, "the batch of this completed night is gone")


def _first_altered(ledger: Path, ids: list[str]) -> Alteration | None:
    previous_file = previous_manifest = previous_id = None
    for place, night_id in enumerate(ids):
        root = batch_path(ledger, night_id)
        found = _read(root, night_id)
        if isinstance(found, Alteration):
            return found
        content, raw, manifest = found
        following = batch_path(ledger, ids[place + 1]) if place + 1 < len(ids) else None
        altered = _own_bytes(night_id, content, raw, manifest, following)
        if altered is not None:
            return altered
        stated = pl.read_parquet(root / POSTINGS, columns=["previous_hash"])["previous_hash"]
        is_linked = stated.is_empty() or stated.unique().to_list() == [previous_file]
        # a batch committed before manifests were chained says nothing about them
        sealed = manifest.get("previous_manifest", previous_manifest)
        if not is_linked or sealed != previous_manifest:
            is_own = is_linked and not stated.is_empty()
            name = MANIFEST if is_linked else POSTINGS
            return _unlinked(night_id, None if is_own else previous_id, name)
        previous_file, previous_manifest, previous_id = _sha256(content), _sha256(raw), night_id
    return None


def _unlinked(night_id: str, previous_id: str | None, file: str) -> Alteration:
    """The link between two batches is broken: the earlier one was replaced, unless its file is
    the one that the later one's postings name."""
    if previous_id is None:
        return Alteration(night_id, file, "it names another batch before it than there is")
    what = f"it was replaced: night {night_id} is chained to other bytes"
    return Alteration(previous_id, file, what)


def _read(root: Path, night_id: str) -> tuple[bytes, bytes, dict[str, Any]] | Alteration:
    """(postings file, manifest file, manifest)."""
    for name in (POSTINGS, MANIFEST):
        if not (root / name).is_file():
            return Alteration(night_id, name, "the file is gone")
    content, raw = ((root / name).read_bytes() for name in (POSTINGS, MANIFEST))
    try:
        manifest: dict[str, Any] = json.loads(raw)
        manifest["tables"]["postings"]["sha256"]
    except (ValueError, KeyError, TypeError):
        return Alteration(night_id, MANIFEST, "it cannot be read")
    return content, raw, manifest


def _own_bytes(
    night_id: str, content: bytes, raw: bytes, manifest: dict[str, Any], following: Path | None
) -> Alteration | None:
    """The file against its manifest; which of the two was altered, and where."""
    proven = _proven(following)
    is_whole = manifest.get("blocks") == block_hashes(content)
    stated = manifest["tables"]["postings"]["sha256"]
    if not is_whole and _sha256(content) not in (stated, *proven):
        return _altered_file(night_id, content, manifest)
    expected = _manifest_of(night_id, content, manifest)
    if raw == expected:
        return None
    offset = next(
        (place for place, (a, b) in enumerate(zip(raw, expected, strict=False)) if a != b),
        min(len(raw), len(expected)),
    )
    return Alteration(night_id, MANIFEST, "its bytes were altered", offset)


def _proven(following: Path | None) -> set[str]:
    """The hash of a batch's file as the next batch's postings state it, if there are any."""
    if following is None or not (following / POSTINGS).is_file():
        return set()
    try:
        stated = pl.read_parquet(following / POSTINGS, columns=["previous_hash"])
    except (pl.exceptions.PolarsError, OSError):
        return set()
    return {digest for digest in stated["previous_hash"].unique() if digest is not None}


def _manifest_of(night_id: str, content: bytes, manifest: dict[str, Any]) -> bytes:
    """The manifest as it was committed with this file: everything in it follows from the file."""
    rows = pl.read_parquet(io.BytesIO(content), columns=["posting_id"]).height
    known: dict[str, Any] = {
        "night_id": night_id,
        "tables": {"postings": {"rows": rows, "sha256": _sha256(content)}},
    }
    if "blocks" in manifest:
        known["previous_manifest"] = manifest.get("previous_manifest")
        known["blocks"] = block_hashes(content)
    return json.dumps(known, ensure_ascii=False, indent=1).encode()


def _altered_file(night_id: str, content: bytes, manifest: dict[str, Any]) -> Alteration:
    what, committed, found = "its bytes were altered", manifest.get("blocks"), block_hashes(content)
    if committed is None:
        return Alteration(night_id, POSTINGS, what)
    pairs = zip(committed, found, strict=False)
    block = next(
        (place for place, (a, b) in enumerate(pairs) if a != b), min(len(committed), len(found))
    )
    start = block * BLOCK_BYTES
    end = min(start + BLOCK_BYTES, len(content))
    if block >= len(committed) or block >= len(found):
        return Alteration(night_id, POSTINGS, "bytes were added or cut off at its end", start)
    place = _single_byte(content[start:end], committed[block])
    if place is None:
        return Alteration(night_id, POSTINGS, what, start, end)
    return Alteration(night_id, POSTINGS, what, start + place)


def _single_byte(block: bytes, committed: str) -> int | None:
    """Place of the only altered byte: the one whose change gives the committed hash again."""
    tried = bytearray(block)
    for place, found in enumerate(block):
        for byte in range(256):
            tried[place] = byte
            if byte != found and short_hash(bytes(tried)) == committed:
                return place
        tried[place] = found
    return None


def _closes(ledger: Path, closes: Path) -> Alteration | None:
    """Closes and reissues are checked against their manifests, and what they sealed against them:
    the ledger, and the version that a reissue replaces."""
    for close_id in record_ids(closes):
        try:
            altered = verify_batch(closes, close_id)
            manifest = json.loads((batch_path(closes, close_id) / MANIFEST).read_bytes())
        except (OSError, ValueError, KeyError, TypeError):
            return Alteration(close_id, MANIFEST, "it cannot be read")
        if altered:
            return Alteration(close_id, f"{altered[0]}.parquet", "its bytes were altered")
        sealed = manifest.get("ledger_head") or {}
        root = batch_path(ledger, str(sealed.get("night_id"))) / MANIFEST
        if sealed.get("manifest") and _sha256(root.read_bytes()) != sealed["manifest"]:
            what = f"it is not the one that close {close_id} was made on"
            return Alteration(sealed["night_id"], MANIFEST, what)
        replaced = manifest.get("replaces")
        if replaced and not _is_as_sealed(closes, replaced):
            what = f"it is not the version that {close_id} replaces"
            return Alteration(replaced["batch"], MANIFEST, what)
    return None


def _is_as_sealed(closes: Path, replaced: dict[str, str]) -> bool:
    path = batch_path(closes, replaced["batch"]) / MANIFEST
    return path.is_file() and _sha256(path.read_bytes()) == replaced["manifest"]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
