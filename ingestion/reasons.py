"""Why something was refused or rejected: one code, one sentence in Japanese and in English."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

TABLE = Path(__file__).with_name("reasons.csv")


@dataclass(frozen=True)
class Reason:
    """Why a whole file was refused, in the words its sender reads."""

    code: str
    ja: str
    en: str


class FileRefused(Exception):
    """Ends the reading of one file; `read_table` turns it into data and never lets it out."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.reason = reason(code, detail)


@cache
def reasons() -> pl.DataFrame:
    """All reasons: columns code, ja, en."""
    return pl.read_csv(TABLE)


def reason(code: str, detail: str = "") -> Reason:
    """The reason of a code; the detail (column names, a limit) is appended to both sentences."""
    ja, en = _sentences()[code]
    return Reason(code, f"{ja}：{detail}" if detail else ja, f"{en}: {detail}" if detail else en)


def explain(frame: pl.DataFrame) -> pl.DataFrame:
    """Add `reason_ja` and `reason_en` to a frame that has `reason_code`, keeping its order."""
    words = reasons().rename({"code": "reason_code", "ja": "reason_ja", "en": "reason_en"})
    return frame.join(words, on="reason_code", how="left", maintain_order="left")


@cache
def _sentences() -> dict[str, tuple[str, str]]:
    return {code: (ja, en) for code, ja, en in reasons().iter_rows()}
