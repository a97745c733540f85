"""What a statement says, whatever the form: its lines, its sums and its notes, in Japanese."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from orchestration.statements.parties import masked_account

TITLE = "支払通知書"
LINE_HEADS = ("No.", "案件", "内容", "発生月", "理由", "金額（円）")
PAYABLE = ("payable", "carried")
# Status → what a partner reads; neutral, and never the reason of a hold.
PENDING = {"held": "確認中", "immature": "確定待ち", "needs_legal": "取扱確認中"}
_WEEKDAYS = "月火水木金土日"


def worded(lines: pl.DataFrame) -> pl.DataFrame:
    """`partner_statement_lines` of one statement → what is shown of each, in order.

    Columns: number, deal, what, period, reason, amount_yen, status.
    """
    what = pl.concat_str(pl.col("stage_ja").fill_null(""), "component_ja", separator=" ")
    subject = pl.col("line_key").str.split("|").list.get(3, null_on_oob=True)
    # `lead:<id>`, `contract:<id>#<month>`: a line that left the target has no other name for it
    own = subject.str.replace(r"^\w+:", "").str.replace(r"#.*$", "")
    window = pl.when(pl.col("component").is_in(["uplift", "cap"])).then(subject)
    deal = pl.coalesce("deal_id", window, pl.when(pl.col("component") == "base").then(own))
    return lines.sort("line_number").select(
        number=pl.col("line_number"),
        deal=deal.fill_null("—"),
        what=what.str.strip_chars(),
        period=pl.col("earn_period").fill_null("—"),
        reason=pl.col("reason_ja"),
        amount_yen=pl.col("amount_yen"),
        status=pl.col("status"),
    )


def sums(header: Mapping[str, Any]) -> list[tuple[str, int, str]]:
    """(label, yen, kind) of a `partner_statements` row; kind: part, sum, total. Zeros drop out."""
    parts = [
        ("報酬", header["gross_yen"] - header["uplift_yen"]),
        ("段階加算" if header["uplift_yen"] > 0 else "段階調整", header["uplift_yen"]),
        ("上限調整", header["cap_yen"]),
        ("戻入・減額", header["clawback_yen"]),
        ("違約金（消費税対象外）", header["penalty_yen"]),
        ("前回繰越", header["carried_in_yen"]),
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
        shown.append(("源泉所得税", -header["withholding_yen"], "part"))
    return [*shown, ("お支払額", header["amount_due_yen"], "total")]


def facts(header: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What stands at the head of a statement, label and text."""
    year, month = header["period"].split("-")
    return [
        ("対象期間", f"{year}年{int(month)}月度（{day_text(header['closing_on'])}締め）"),
        ("通知書番号", f"{header['statement_id']}（{_version(header)}）"),
        ("支払期日", _due(header)),
        ("登録番号", header["invoice_number"] or "登録なし"),
        ("振込先", masked_account(header.get("bank_account")) or "未登録"),
    ]


def opening(header: Mapping[str, Any]) -> str:
    """The sentence that a statement begins with: what is (not) paid."""
    if not header["amount_due_yen"]:
        return "今回のお支払いはございません。内訳を下記のとおりご通知申し上げます。"
    if not header["is_frozen"]:
        return "下記は締め前の案です。金額は確定後に改めてご通知申し上げます。"
    return "下記のとおりお支払いいたしますので、ご通知申し上げます。"


def _due(header: Mapping[str, Any]) -> str:
    if not header["amount_due_yen"]:
        return "お支払いなし"
    return day_text(header["due_on"]) if header["due_on"] else "未定"


def _version(header: Mapping[str, Any]) -> str:
    return f"第{header['version']}版" if header["is_frozen"] else "下書き"


def notes(header: Mapping[str, Any]) -> list[str]:
    """What a partner must know beside the yen."""
    share = header["deductible_ppm"] // 10_000
    invoice = (
        f"貴社の登録番号（{header['invoice_number']}）により、本通知書を仕入明細書（適格請求書に代わる書類）"
        "として取り扱います。記載内容に誤りがある場合は、受領後14日以内にご連絡ください。ご連絡のない場合は、"
        "ご確認いただいたものとします。"
        if header["is_invoice_registered"]
        else "適格請求書発行事業者の登録番号を確認できていません。登録済みの場合はお知らせください"
        f"（当社の仕入税額控除は経過措置により{share}%です）。"
    )
    version = header["version"]
    replaced = [
        f"本通知書は第{version}版です。第{version - 1}版は本書をもって差し替えますので、"
        "破棄くださいますようお願いいたします。"
    ]
    transfer = ["お振込みにかかる手数料は当社が負担します。"]
    carried = "差引額がマイナスのため、今回のお支払いはなく、次回に繰り越します。"
    negative = [carried] if header["carried_out_yen"] else []
    return [
        *(replaced if version > 1 else []),
        *(transfer if header["amount_due_yen"] else []),
        invoice,
        *negative,
    ]


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


def day_text(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日（{_WEEKDAYS[day.weekday()]}）"
