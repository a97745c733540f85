"""The words of the clerk's commands in one language."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_WORDS = Path(__file__).with_name("ledger_words.csv")


class Words:
    """Texts of one language; a code without words is shown as it is."""

    def __init__(
        self, language: str, of_warehouse: Mapping[str, Mapping[str, Any]] | None = None
    ) -> None:
        with _WORDS.open(encoding="utf-8", newline="") as handle:
            self._own = {row["name"]: row[language] for row in csv.DictReader(handle)}
        self._coded = {code: row[f"word_{language}"] for code, row in (of_warehouse or {}).items()}

    def __call__(self, name: str | None, **values: Any) -> str:
        text = self._own.get(name or "", name or "")
        return text.format(**values) if values else text

    def coded(self, kind: str, code: str | None) -> str:
        return self._coded.get(f"{kind}:{code}") or self(code)


def in_yen(amount: int | None) -> str:
    return "—" if amount is None else f"¥{amount:,}"
