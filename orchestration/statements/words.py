"""What a statement says, whatever the form: its head, its lines and its sums, in Japanese."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from ingestion.recorded import night_of
from orchestration.statements.parties import masked_account

TITLE = "支払通知書"
LINE_HEADS = ("No.", "案件（貴社管理番号）", "内容", "発生月", "理由", "金額（円）")
# The columns of `worded` that stand below the heads.
SHOWN = ("number", "deal", "what", "period", "reason", "amount_yen")
WITHHELD = "源泉所得税（復興特別所得税を含む）"
CONTENT_HASH = "内容照合値"
PAYABLE = ("payable", "carried")
# Status → what a partner reads; neutral, and never the reason of a hold.
PENDING = {"held": "確認中", "immature": "確定待ち", "needs_legal": "取扱確認中"}
_WEEKDAYS = "月火水木金土日"


def worded(lines: pl.DataFrame) -> pl.DataFrame:
    """`partner_statement_lines` of one statement → what is shown of each, in order.

    Columns: `SHOWN`, status, and is_deal: of one deal, not of a window, a balance or a clause.
    """
    what = pl.concat_str(pl.col("stage_ja").fill_null(""), "component_ja", separator=" ")
    subject = pl.col("line_key").str.split("|").list.get(3, null_on_oob=True)
    # `lead:<id>`, `contract:<id>#<month>`: a line that left the target has no other name for it
    own = subject.str.replace(r"^\w+:", "").str.replace(r"#.*$", "")
    is_window, is_deal = pl.col("component").is_in(["uplift", "cap"]), pl.col("component") == "base"
    window = pl.when(is_window).then(_window(subject))
    own_number = pl.when(pl.col("partner_ref") != pl.col("deal_id")).then(
        pl.format("{}（{}）", "deal_id", "partner_ref")
    )
    deal = pl.coalesce(own_number, "deal_id", window, pl.when(is_deal).then(own))
    return lines.sort("line_number").select(
        number=pl.col("line_number"),
        deal=deal.fill_null("—"),
        what=what.str.strip_chars(),
        period=pl.col("earn_period").fill_null("—"),
        reason=pl.col("reason_ja"),
        amount_yen=pl.col("amount_yen"),
        status=pl.col("status"),
        is_deal=is_deal,
    )


def _window(label: pl.Expr) -> pl.Expr:
    """`2026-10`, `FY2026-Q3`, `FY2026` (macro window_label) as a bookkeeper writes them."""
    month = label.str.replace(r"^(\d{4})-0?(\d+)$", "${1}年${2}月分")
    quarter = month.str.replace(r"^FY(\d{4})-Q(\d)$", "${1}年度第${2}四半期分")
    return quarter.str.replace(r"^FY(\d{4})$", "${1}年度分")


def sums(header: Mapping[str, Any]) -> list[tuple[str, int, str]]:
    """(label, yen, kind) of a `partner_statements` row; kind: part, sum, total. Zeros drop out."""
    carried_exempt = header.get("carried_in_exempt_yen") or 0  # earlier releases kept none
    parts = [
        ("報酬", header["gross_yen"] - header["uplift_yen"]),
        ("段階加算" if header["uplift_yen"] > 0 else "段階調整", header["uplift_yen"]),
        ("上限調整", header["cap_yen"]),
        ("戻入・減額", header["clawback_yen"]),
        ("違約金（消費税対象外）", header["penalty_yen"]),
        ("前回繰越", header["carried_in_yen"] - carried_exempt),
        ("前回繰越の違約金（消費税対象外）", carried_exempt),
    ]
    shown = [(label, yen, "part") for label, yen in parts if yen]
    shown.append(("差引額（税抜）", header["net_yen"], "sum"))
    if header["carried_out_yen"]:
        return [
            *shown,
            ("次回繰越", header["carried_out_yen"], "part"),
            ("お支払額", header["amount_due_yen"], "total"),
        ]
    shown.append(
        (f"消費税（10%対象 {yen_text(header['taxable_yen'])}円）", header["tax_yen"], "part")
    )
    if header["withholding_yen"]:
        shown.append((WITHHELD, -header["withholding_yen"], "part"))
    return [*shown, ("お支払額", header["amount_due_yen"], "total")]


def facts(header: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What stands at the head of a statement, label and text."""
    year, month = header["period"].split("-")
    issued_on = _issued_on(header)
    return [
        *([("発行日", day_text(issued_on))] if issued_on else []),
        ("対象期間", f"{year}年{int(month)}月度（{day_text(header['closing_on'])}締め）"),
        ("通知書番号", f"{header['statement_id']}（{_version(header)}）"),
        ("支払期日", _due(header)),
        ("登録番号", header["invoice_number"] or "登録なし"),
        ("振込先", masked_account(header.get("bank_account")) or "未登録"),
    ]


def opening(header: Mapping[str, Any]) -> str:
    """The sentence that a statement begins with: what is (not) paid."""
    if not header["is_frozen"]:
        none = "" if header["amount_due_yen"] else "現時点では、今回のお支払いはございません。"
        return f"下記は締め前の案です。{none}金額は確定後に改めてご通知申し上げます。"
    if not header["amount_due_yen"]:
        return "今回のお支払いはございません。内訳を下記のとおりご通知申し上げます。"
    return "下記のとおりお支払いいたしますので、ご通知申し上げます。"


def _issued_on(header: Mapping[str, Any]) -> date | None:
    """Business day of the night after which a close or a reissue made this version."""
    record_id = header.get("close_id")
    if not header["is_frozen"] or record_id is None:
        return None
    return night_of(record_id).business_day


def _due(header: Mapping[str, Any]) -> str:
    if not header["amount_due_yen"]:
        return "お支払いなし"
    return day_text(header["due_on"]) if header["due_on"] else "未定"


def _version(header: Mapping[str, Any]) -> str:
    return f"第{header['version']}版" if header["is_frozen"] else "下書き"


def addressee(header: Mapping[str, Any]) -> str:
    """The partner's name with the courtesy that fits; its id where no name is known."""
    name = header.get("partner_name") or header["partner_id"]
    return f"{name} {'様' if header.get('is_individual') else '御中'}"


def mark(header: Mapping[str, Any]) -> str:
    """What tells a draft, and a later version, from a first statement."""
    if not header["is_frozen"]:
        return "（案）"
    return f"（{_version(header)}）" if header["version"] > 1 else ""


def yen_text(yen: int) -> str:
    """Whole yen with separators; a negative as bookkeepers write it, ▲1,000."""
    return f"▲{-yen:,}" if yen < 0 else f"{yen:,}"


def percent(ppm: int | None) -> str:
    """Parts per million as an exact percentage: 123450 is 12.345%."""
    if ppm is None:
        return "—"
    whole, rest = divmod(ppm, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".") + "%"


def day_text(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日（{_WEEKDAYS[day.weekday()]}）"
