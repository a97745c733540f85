"""Builders: a rule with the least that a rule must have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from expectations.rule import Bound, Rule


@pytest.fixture
def a_rule() -> Callable[..., Rule]:
    """a_rule(*bounds, **rest): a rule on subject contract_id; a bound is (type, kwargs)."""

    def build(*bounds: tuple[str, dict[str, Any]], **rest: Any) -> Rule:
        wanted: dict[str, Any] = {
            "id": "a_rule",
            "match": "all",
            "severity": "high",
            "title": {"ja": "試験", "en": "a rule"},
            "measures": "fct_contract_conduct",
            "subject": "contract_id",
            "version": "v1",
        }
        return Rule(bounds=tuple(Bound(*bound) for bound in bounds), **(wanted | rest))

    return build


@pytest.fixture
def rule_file(tmp_path: Path) -> Callable[..., Path]:
    """rule_file(text, name): a folder holding one rule file."""

    def write(text: str, name: str = "a_rule.yml") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write
