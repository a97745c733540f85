"""The sentences at the foot of a statement: what its partner must know beside the yen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestration.statements.words import percent, yen_text


def notes(header: Mapping[str, Any]) -> list[str]:
    """Notes of a `partner_statements` row; a draft states nothing that the law takes up."""
    is_frozen = header["is_frozen"]
    return [
        *(_of_version(header["version"]) if is_frozen else [_DRAFT]),
        *([_TRANSFER] if is_frozen and header["amount_due_yen"] else []),
        *withholding_note(header),
        *_of_invoice(header),
        *([_CARRIED] if header["carried_out_yen"] else []),
    ]


_DRAFT = (
    "本書は締め前の案であり、支払の通知ではありません。明細と金額は締めまでに変わることがあります。"
)
_TRANSFER = "お振込みにかかる手数料は当社が負担します。"
_CARRIED = "差引額がマイナスのため、今回のお支払いはなく、次回に繰り越します。"


def _of_version(version: int) -> list[str]:
    """Both are kept: a document of trade is, for seven years, whether it was corrected or not."""
    if version == 1:
        return []
    return [
        f"本通知書は第{version}版です。第{version - 1}版は本書をもって差し替えますので、お取引には"
        f"第{version}版をお使いください。帳簿書類として、両方の版を保存くださいますようお願いいたします。"
    ]


def _of_invoice(header: Mapping[str, Any]) -> list[str]:
    """For a registered issuer it stands for the invoice once checked (消費税法30条9項)."""
    if not header["is_invoice_registered"]:
        return [
            "適格請求書発行事業者の登録番号を確認できていません。登録済みの場合はお知らせください（当社の"
            f"仕入税額控除は経過措置により{percent(header['deductible_ppm'])}です）。"
        ]
    if not header["is_frozen"]:
        return []
    return [
        f"貴社の登録番号（{header['invoice_number']}）により、本通知書を仕入明細書（適格請求書に代わる書類）"
        "として取り扱います。記載内容に誤りがある場合は、受領後14日以内にご連絡ください。ご連絡のない場合は、"
        "ご確認いただいたものとします。"
    ]


def withholding_note(header: Mapping[str, Any]) -> list[str]:
    """How the withheld yen follow: the month's fees less the deduction, times the rate, less what
    the month's earlier statements withheld. A close of an earlier release kept no such figures.
    """
    base, deduction = header.get("withholding_base_yen"), header.get("withholding_deduction_yen")
    ppm, before = header.get("withholding_ppm"), header.get("withheld_before_yen")
    if not header["taxable_yen"]:
        return []
    if base is None or deduction is None or ppm is None or before is None:
        return [_WITHHELD] if header["withholding_yen"] else []
    earlier = base - header["taxable_yen"]
    of = f"（同じ月の先の通知書 {yen_text(earlier)}円を含む）" if earlier else ""
    what = f"源泉徴収の対象 {yen_text(base)}円{of}"
    if base <= deduction:
        return [f"{what}は、控除（月額）{yen_text(deduction)}円までのため源泉徴収はありません。"]
    less = f" − 同月の徴収済額 {yen_text(before)}円" if before else ""
    return [
        f"源泉所得税 ＝（{what} − 控除（月額） {yen_text(deduction)}円）× {percent(ppm)}"
        f"（復興特別所得税を含む。1円未満切捨て）{less} ＝ {yen_text(header['withholding_yen'])}円"
    ]


_WITHHELD = (
    "源泉所得税は、同じ月にお支払いする報酬の合計から月額の控除を差し引いた額により計算し、先の通知書で"
    "徴収した額を除いています。"
)
