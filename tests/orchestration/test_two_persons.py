"""One person under two spellings is one: at the command line and in the nights' SQL alike."""

from __future__ import annotations

from pathlib import Path

import duckdb
import jinja2
import pytest

from orchestration.settings import Settings
from orchestration.two_persons import lacking

MACROS = Settings(Path()).dbt_project / "macros"
SPELLINGS = {
    "space": "佐 藤花子",
    "wide space": "佐藤\u3000花子",
    "no-break space": "佐藤\u00a0花子",
    "thin space": "佐藤\u2009花子",
    "zero-width space": "佐藤\u200b花子",
    "zero-width joiners": "佐\u200c藤\u200d花子",
    "word joiner": "佐藤\u2060花子",
    "byte order mark": "\ufeff佐藤花子",
    "soft hyphen": "佐藤\u00ad花子",
    "writing direction": "\u200e佐藤花子\u202c",
    "variation selector": "佐\U000e0101藤\ufe0f花子",
    "filler": "佐藤\u3164花子",
}
NAMES = [
    *(("佐藤花子", spelling) for spelling in SPELLINGS.values()),
    ("Sato", "ＳＡＴＯ\u200b"),
    ("ガード", "カ\u200b\u3099ート\u3099"),
]
NOBODY = ["", " ", "\u200b", "-", "\u3164"]


@pytest.fixture(scope="module")
def is_by_two() -> duckdb.DuckDBPyConnection:
    """A database that has the macro `is_by_two(first, second)` of the models."""
    names = ("engine.sql", "words.sql", "conduct/persons.sql")
    written = "".join((MACROS / name).read_text(encoding="utf-8") for name in names)
    call = "{{ is_by_two('first_name', 'second_name') }}"
    sql = jinja2.Environment().from_string(written + call).render().strip()
    con = duckdb.connect()
    con.execute(f"create macro is_by_two(first_name, second_name) as {sql}")
    return con


def _found(con: duckdb.DuckDBPyConnection, first: str, second: str) -> bool:
    row = con.execute("select is_by_two(?, ?)", [first, second]).fetchone()
    assert row is not None
    return bool(row[0])


@pytest.mark.parametrize(("first", "second"), NAMES)
def test_another_spelling_is_no_second_person(is_by_two, first: str, second: str) -> None:
    for one, other in ((first, second), (second, first)):
        assert "another person" in (lacking("--force", one, "急ぎ", other) or "")
        assert not _found(is_by_two, one, other)


@pytest.mark.parametrize("nobody", NOBODY)
def test_what_nobody_can_see_is_no_person(is_by_two, nobody: str) -> None:
    assert lacking("--force", "佐藤", "急ぎ", nobody)
    assert not _found(is_by_two, "佐藤", nobody)


def test_another_name_is_a_second_person(is_by_two) -> None:
    assert lacking("--force", "佐藤", "急ぎ", "鈴木") is None
    assert _found(is_by_two, "佐藤", "鈴木")
