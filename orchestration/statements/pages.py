"""A statement as one HTML page that prints to one A4 sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import polars as pl

from orchestration.statements.words import (
    LINE_HEADS,
    PAYABLE,
    PENDING,
    TITLE,
    addressee,
    facts,
    mark,
    notes,
    opening,
    sums,
    worded,
    yen_text,
)

PAGE = Path(__file__).with_name("statement_page.html")
# What fits on one sheet with everything else on it; the workbook has them all.
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
        "sha256": header["content_sha256"],
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
        "pending": _pending(pending),
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
    """Table rows, the last one standing for what does not fit."""
    if lines.is_empty():
        return '<tr><td colspan="6" class="none">該当する明細はありません</td></tr>'
    fits = lines if lines.height <= most else lines.head(most - 1)
    rest = lines.slice(fits.height)
    rows = "".join(_row(line) for line in fits.iter_rows(named=True))
    if rest.is_empty():
        return rows
    total = yen_text(int(rest["amount_yen"].sum()))
    return (
        f'{rows}<tr class="rest"><td></td><td colspan="4">ほか {rest.height:,} 件'
        f"（全明細は添付のワークブックをご覧ください）</td><td>{total}</td></tr>"
    )


def _row(line: Mapping[str, Any]) -> str:
    texts = (line["number"], line["deal"], line["what"], line["period"], line["reason"])
    cells = "".join(f"<td>{escape(str(text))}</td>" for text in texts)
    return f"<tr>{cells}<td>{yen_text(line['amount_yen'])}</td></tr>"


def _pending(lines: pl.DataFrame) -> str:
    """What is not paid yet, listed without a verdict."""
    if lines.is_empty():
        return ""
    told = lines.with_columns(reason=pl.col("status").replace_strict(PENDING))
    heads = _heads((*LINE_HEADS[:4], "状況", LINE_HEADS[5]))
    total = yen_text(int(lines["amount_yen"].sum()))
    return (
        f"<h2>今回のお支払いに含まれない明細 <small>計 {total}円（税抜）</small></h2>"
        f'<table class="lines"><tr>{heads}</tr>{_rows(told, MAX_PENDING)}</table>'
    )
