"""Parts of JSON answers, taken with a check; an answer without them is asked for again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from ingestion.crm.errors import BadReplyError


def listed(answer: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects."""
    found = answer.get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise BadReplyError(f"the reply has no list {name}")
    return found


def text(answer: Mapping[str, Any], name: str) -> str:
    """A text that is not empty."""
    found = answer.get(name)
    if not isinstance(found, str) or not found:
        raise BadReplyError(f"the reply has no {name}")
    return found


def whole(answer: Mapping[str, Any], name: str) -> int:
    """A whole number, also one written as text (kintone)."""
    found = answer.get(name)
    if isinstance(found, str) and found.isdecimal() and found.isascii():
        return int(found)
    if isinstance(found, bool) or not isinstance(found, int):
        raise BadReplyError(f"the reply has no {name}")
    return found


def cells(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> pl.DataFrame:
    """A page of text cells."""
    return pl.DataFrame(list(rows), dict.fromkeys(columns, pl.String), orient="row")
