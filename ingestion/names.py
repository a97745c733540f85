"""Names of companies and people, and addresses: how they are shown and how they are compared.

Input of every function: NFKC text without surrounding spaces, null where empty.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import polars as pl

from ingestion.contacts import prefectures

COMPANY_FORMS = Path(__file__).with_name("company_forms.csv")
_KANJI_DIGITS = dict(zip("一二三四五六七八九", "123456789", strict=True))


def read_name(text: pl.Expr) -> pl.Expr:
    """A name to show: runs of spaces are one."""
    return text.str.replace_all(r"\s+", " ")


def match_company(name: pl.Expr) -> pl.Expr:
    """A company without legal form, spaces and punctuation; the whole name if nothing is left."""
    bare = name.str.replace_all(r"\s", "").str.to_lowercase()
    key = bare.str.replace(rf"^(?:{_forms()})", "").str.replace(rf"(?:{_forms()})$", "")
    key = key.str.replace_all(r"[・.,'’&＆\-‐–—−]", "")
    return pl.when(key != "").then(key).otherwise(bare)


def match_person(name: pl.Expr) -> pl.Expr:
    """A person without spaces and the honorific that forms add."""
    return name.str.replace_all(r"[\s・]", "").str.to_lowercase().str.replace(r"(様|さま|殿)$", "")


def match_address(address: pl.Expr) -> pl.Expr:
    """An address without spaces and prefecture, its block numbers joined by hyphens."""
    bare = address.str.replace_all(r"\s", "").str.replace(rf"^(?:{'|'.join(prefectures())})", "")
    for kanji, digit in _KANJI_DIGITS.items():
        bare = bare.str.replace(f"{kanji}丁目", f"{digit}丁目", literal=True)
    bare = bare.str.replace_all(r"(\d)(?:丁目|番地の|番地|番|号)", "${1}-")
    bare = bare.str.replace_all(r"(\d)[‐‑‒–—―−ーの]", "${1}-")
    return bare.str.replace_all(r"-+", "-").str.strip_chars_end("-").str.to_lowercase()


@cache
def _forms() -> str:
    """Alternatives of a regular expression: every way a legal form is written, longest first."""
    table = pl.read_csv(COMPANY_FORMS)
    written = {
        form.lower()
        for column in ("variant_after_nfkc", "canonical")
        for form in table[column].to_list()
        if "→" not in form
    }
    return "|".join(
        re.escape(form) for form in sorted(written, key=lambda form: (-len(form), form))
    )
