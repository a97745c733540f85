"""Keyed hashes: what Python's hmac makes of the same message."""

import hmac

import polars as pl

from ingestion.columns import Kind
from ingestion.hashing import HASH_CHARACTERS, hash_values

KEY = bytes(range(32))


def test_hash_is_the_hmac_of_the_value_with_the_key_of_its_kind() -> None:
    made = hash_values(pl.Series(["03-1234-5678", None, "株式会社あ"]), Kind.PHONE, KEY)
    own = hmac.digest(KEY, b"phone", "sha256").hex().encode()
    expected = hmac.digest(own, "株式会社あ".encode(), "sha256").hex()
    assert made.to_list()[1:] == [None, expected[:HASH_CHARACTERS]]


def test_equal_texts_of_two_kinds_do_not_meet() -> None:
    text = pl.Series(["0312345678"])
    assert hash_values(text, Kind.PHONE, KEY)[0] != hash_values(text, Kind.ACCOUNT, KEY)[0]
