"""Keyed hashes: marts join on them and never see the value, and nobody can guess it by trying."""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

import polars as pl
import polars_hash

from ingestion.columns import Kind

KEY_BYTES = 32
HASH_CHARACTERS = 32


def load_key(home: Path) -> bytes:
    """The key in `secrets/hash.key`, made once (0600). Losing it unlinks all earlier hashes."""
    path = home / "secrets" / "hash.key"
    if not path.exists():
        _create_key(path)
    return bytes.fromhex(path.read_text().strip())


def hash_values(values: pl.Series, kind: Kind, key: bytes) -> pl.Series:
    """HMAC-SHA256 of each text, 32 hex characters, null for null.

    Every kind has a key of its own, the HMAC of its name: equal texts of two kinds do not meet.
    """
    own = hmac.digest(key, kind.value.encode(), "sha256").hex()
    code = polars_hash.col("value").chash.hmac_sha256(key=own)
    return values.to_frame("value").select(code.str.head(HASH_CHARACTERS)).to_series()


def _create_key(path: Path) -> None:
    """Two processes may start at once: a link is made for the first only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    staged = path.with_name(f".{secrets.token_hex(8)}")
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_hex(KEY_BYTES))
        handle.flush()
        os.fsync(handle.fileno())
    try:
        os.link(staged, path)
    except FileExistsError:
        pass
    finally:
        staged.unlink()
