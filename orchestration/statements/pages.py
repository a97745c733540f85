"""A statement as one HTML page that prints to one A4 sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import polars as pl

from orchestration.statements.notes import notes
from orchestration.statements.words import (
    CONTENT_HASH,
    LINE_HEADS,
    PAYABLE,
    PENDING,
    SHOWN,
    TITLE,
    addressee,
    facts,
    mark,
    opening,
    sums,
    worded,
    yen_text,
)

PAGE = Path(__file__).with_name("statement_page.html")
# What fits on one sheet with everything else on it; the workbook has them all. Lines that are not
# paid get four rows and those that paid ones leave empty.
MAX_LINES, MAX_PENDING = 22, 4


def render_html(header: Mapping[str, Any], lines: pl.DataFrame) -> str:
    """Page of one statement; the same rows give the same text.

    `header`: a row of `partner_statements`, with `partner_name`, `is_individual` and the row of the
    seed `vendor`, its other columns prefixed `vendor_`. `lines`: its `partner_statement_lines`.
    """
    shown = worded(lines)
    payable = shown.filter(pl.col("status").is_in(PAYABLE))
    pending = shown.filter(pl.col("status").is_in(list(PENDING)))
    texts = {
        "title": TITLE + mark(header),
        "addressee": addressee(header),
        "address": header.get("partner_address") or "",
        "opening": opening(header),
        "amount": yen_text(header["amount_due_yen"]),
        "sha256": f"{CONTENT_HASH} {header['content_sha256']}",
    }
    texts |= {name: header.get(name) or "" for name in _VENDOR}
    blocks = {
        "facts": "".join(
            f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in facts(header)
        ),
        "heads": _heads(LINE_HEADS),
        "lines": _rows(payable, MAX_LINES),
        "sums": "".join(
            f'<tr class="{kind}"><th>{escape(label)}</th><td>{yen_text(yen)}</td></tr>'
            for label, yen, kind in sums(header)
        ),
        "pending": _pending(pending, MAX_PENDING + max(0, MAX_LINES - max(1, payable.height))),
        "notes": "".join(f"<li>{escape(note)}</li>" for note in notes(header)),
    }
    return _template().substitute({name: escape(text) for name, text in texts.items()}, **blocks)


_VENDOR = (
    "vendor_name",
    "vendor_postal_code",
    "vendor_address",
    "vendor_department",
    "vendor_invoice_number",
)


@cache
def _template() -> Template:
    return Template(PAGE.read_text(encoding="utf-8"))


def _heads(heads: Iterable[str]) -> str:
    return "".join(f"<th>{escape(head)}</th>" for head in heads)


def _rows(lines: pl.DataFrame, most: int) -> str:
    """Table rows, one of them standing for what does not fit. What raises or lowers the lines of
    others (a window's line, a balance) is the last to be left out."""
    if lines.is_empty():
        return '<tr><td colspan="6" class="none">該当する明細はありません</td></tr>'
    if lines.height <= most:
        return _each(lines)
    ranked = lines.sort("is_deal", "number")
    fits, rest = ranked.head(most - 1).sort("number"), ranked.slice(most - 1)
    is_before = pl.col("number") < rest["number"].min()
    total = yen_text(int(rest["amount_yen"].sum()))
    folded = (
        f'<tr class="rest"><td></td><td colspan="4">ほか {rest.height:,} 件'
        f"（全明細は添付のワークブックをご覧ください）</td><td>{total}</td></tr>"
    )
    return _each(fits.filter(is_before)) + folded + _each(fits.filter(~is_before))


def _each(lines: pl.DataFrame) -> str:
    return "".join(_row(line) for line in lines.iter_rows(named=True))


def _row(line: Mapping[str, Any]) -> str:
    cells = "".join(f"<td>{escape(str(line[name]))}</td>" for name in SHOWN[:-1])
    return f"<tr>{cells}<td>{yen_text(line['amount_yen'])}</td></tr>"


def _pending(lines: pl.DataFrame, most: int) -> str:
    """What is not paid yet, listed without a verdict."""
    if lines.is_empty():
        return ""
    told = lines.with_columns(reason=pl.col("status").replace_strict(PENDING))
    heads = _heads((*LINE_HEADS[:4], "状況", LINE_HEADS[5]))
    total = yen_text(int(lines["amount_yen"].sum()))
    return (
        f"<h2>今回のお支払いに含まれない明細 <small>計 {total}円（税抜）</small></h2>"
        f'<table class="lines"><tr>{heads}</tr>{_rows(told, most)}</table>'
    )
