"""Headers of a file → canonical columns: nothing is picked silently."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from ingestion.columns import Entity
from ingestion.entities import ENTITIES
from ingestion.entity_choice import best_entity
from ingestion.headers import TABLE, map_headers
from ingestion.reasons import FileRefused
from ingestion.unclear_headers import refuse_unclear_amounts
from tests.ingestion.conftest import House

Receipt = Callable[..., dict[str, Any]]
LEADS, CONTRACTS, EVENTS = (ENTITIES[name] for name in ("leads", "contracts", "contract_events"))
DERIVED = {
    "record_id",
    "row_counter",
    "seller_partner_id",
    "contact_family_name",
    "contact_given_name",
    "phone_mobile",
    "product",
    "amount",
    "currency",
    "tax_kind",
    "amount_unit",
    "(extra)",
}


def test_canonical_name_beside_a_synonym_is_a_conflict() -> None:
    mapping = map_headers(["phone", "電話番号", "管理番号", "lead_id"], LEADS)
    assert mapping.conflicts == ("phone",)
    assert mapping.sources == {"lead_id": ("lead_id",)}


def test_two_synonyms_of_one_column_are_a_conflict() -> None:
    assert map_headers(["会社名", "企業名"], LEADS).conflicts == ("company_name",)
    assert map_headers(["email", "email"], LEADS).conflicts == ("email",)


def test_pairs_are_combined_in_order() -> None:
    header = ["名", "姓", "携帯", "電話", "代理店コード", "二次代理店コード"]
    sources = map_headers(header, LEADS).sources
    assert sources["contact_name"] == ("姓", "名")
    assert sources["phone"] == ("電話", "携帯")
    assert sources["partner_id"] == ("二次代理店コード", "代理店コード")


def test_amount_and_product_mean_what_the_entity_says() -> None:
    assert map_headers(["契約金額", "商材"], CONTRACTS).sources == {
        "product_id": ("商材",),
        "initial_yen": ("契約金額",),
    }
    assert map_headers(["金額"], EVENTS).sources == {"amount_yen": ("金額",)}


def test_own_key_is_found_behind_general_names() -> None:
    for header in ("Id", "レコード番号", "管理番号", "No."):
        assert map_headers([header], LEADS).sources == {"lead_id": (header,)}
    assert map_headers(["No.", "受付番号"], LEADS).sources == {"lead_id": ("受付番号",)}


@pytest.mark.parametrize(
    ("header", "unit"),
    [("金額（千円）", 1000), ("金額(万円)", 10_000), ("金額（円・税抜）", 1), ("金額(税抜)", None)],
)
def test_unit_in_the_header_is_read(header: str, unit: int | None) -> None:
    assert map_headers([header], CONTRACTS).units == {"initial_yen": unit}


BRACKETS = (
    "()",
    "（）",
    "[]",
    "［］",
    "{}",
    "｛｝",
    "【】",
    "〔〕",
    "〈〉",
    "《》",
    "「」",
    "『』",
    "<>",
    "＜＞",
)


@pytest.mark.parametrize("brackets", BRACKETS)
@pytest.mark.parametrize("gap", ["", " ", "　"])
def test_notes_in_brackets_of_any_kind_are_understood(brackets: str, gap: str) -> None:
    opening, closing = brackets
    for note, taxed, unit in (
        ("税抜", False, None),
        ("税抜き", False, None),
        ("税別", False, None),
        ("円", False, 1),
        ("￥", False, 1),
        ("単位：千円", False, 1000),
        ("税抜・円", False, 1),
        ("税込", True, None),
        ("税込み価格", True, None),
        ("内税", True, None),
        ("10％税込", True, None),
    ):
        mapping = map_headers([f"初期費用{gap}{opening}{note}{closing}"], CONTRACTS)
        assert list(mapping.sources) == ["initial_yen"], note
        assert mapping.taxed == (("initial_yen",) if taxed else ()), note
        assert mapping.units["initial_yen"] == unit, note


@pytest.mark.parametrize(
    ("header", "taxed"),
    [
        ("初期費用／税込", True),
        ("初期費用/税抜", False),
        ("初期費用_税込", True),
        ("初期費用：税別", False),
        ("初期費用・円", False),
        ("初期費用税込", True),
        ("税込初期費用", True),
        ("【税抜】初期費用", False),
        ("税抜の初期費用", False),
        ("initial_yen（税込）", True),
        ("Amount (JPY)", False),
        ("Amount (tax included)", True),
    ],
)
def test_notes_without_brackets_are_understood(header: str, taxed: bool) -> None:
    mapping = map_headers([header], CONTRACTS)
    assert (list(mapping.sources), bool(mapping.taxed)) == (["initial_yen"], taxed)


def refused(header: list[str], entity: Entity) -> str | None:
    try:
        refuse_unclear_amounts(map_headers(header, entity))
    except FileRefused as error:
        return error.reason.code
    return None


def test_amount_that_is_only_given_with_tax_refuses_the_file() -> None:
    assert refused(["初期費用（税込）", "月額"], CONTRACTS) == "tax_included"
    assert refused(["初期費用（税込・税抜）"], CONTRACTS) == "tax_included"
    assert refused(["単価", "備考（税込）"], CONTRACTS) is None
    both = map_headers(["初期費用（税込）", "初期費用（税抜）"], CONTRACTS)
    assert both.sources == {"initial_yen": ("初期費用（税抜）",)}
    assert (both.taxed, both.noted) == ((), ("初期費用（税込）",))


@pytest.mark.parametrize("name", ["collections", "payouts"])
def test_what_was_paid_is_taken_with_its_tax(name: str) -> None:
    assert refused(["金額（税込）"], ENTITIES[name]) is None
    both = map_headers(["金額（税抜）", "金額（税込）"], ENTITIES[name])
    assert both.sources == {"amount_yen": ("金額（税込）",)}


@pytest.mark.parametrize(
    "header", ["割引率(%)", "割引率（％）", "割引率［%］", "割引率%", "discount_rate (%)"]
)
def test_rate_may_be_in_percent(header: str) -> None:
    mapping = map_headers([header], CONTRACTS)
    assert (list(mapping.sources), mapping.units) == (["discount_rate"], {"discount_rate": 100})


@pytest.mark.parametrize(
    "header",
    ["初期費用(%)", "割引率(円)", "割引率(税込)", "契約日(円)", "初期費用(ドル)", "月額(予定)"],
)
def test_note_that_does_not_fit_the_column_makes_it_unknown(header: str) -> None:
    assert map_headers([header], CONTRACTS).strange == (header,)


def test_target_in_thousands_is_not_taken_for_units() -> None:
    targets = ENTITIES["plan_targets"]
    assert map_headers(["目標（千円）"], targets).strange == ("目標（千円）",)
    assert map_headers(["目標（円）"], targets).sources == {"target": ("目標（円）",)}


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("契約日付", "契約日"),
        ("お客様名称", "お客様名"),
        ("contract_ids", "contract_id"),
        ("占い", None),
    ],
)
def test_unknown_column_names_the_header_it_looks_like(header: str, known: str | None) -> None:
    told = f"{header}（→ {known}？）" if known else header
    assert map_headers([header], CONTRACTS).unknown == (told,)


def test_column_that_is_there_is_no_hint() -> None:
    assert map_headers(["契約日", "契約日付"], CONTRACTS).unknown == ("契約日付",)


@pytest.mark.parametrize(
    "header",
    [
        "初期費用額",
        "初期費用の合計",
        "ご契約金額",
        "初期費用（ドル）",
        "初期費用(予定)",
        "初期費用（値引前）",
        "年額",
        "年額（税抜）",
        "年間利用料",
    ],
)
def test_unknown_header_with_the_name_of_an_absent_amount_refuses_the_file(header: str) -> None:
    assert refused(["契約番号", header], CONTRACTS) == "unclear_amount"
    assert refused(["契約番号", "初期費用", "月額", header], CONTRACTS) is None


@pytest.mark.parametrize(
    "header", ["初期費用割引額", "月額開始日", "手数料金額", "初期費用有無", "前回金額", "担当部署"]
)
def test_header_about_something_else_than_the_amount_refuses_nothing(header: str) -> None:
    assert refused(["契約番号", header], CONTRACTS) is None


def test_endless_header_is_unknown_at_once() -> None:
    header = "（" * 200_000 + "-" * 200_000
    assert map_headers([header], CONTRACTS).unknown == (header,)


def test_spaces_width_and_case_do_not_matter() -> None:
    for header in ("リード ID", "リードＩＤ", " Lead_ID ", "LEAD_ID"):
        assert list(map_headers([header], LEADS).sources) == ["lead_id"]


def test_entity_is_decided_by_its_required_columns() -> None:
    candidates = [(entity, frozenset[str]()) for entity in ENTITIES.values()]
    header = ["契約番号", "書類種別", "証憑番号", "受領日"]
    assert [entity.name for entity in best_entity(header, candidates)] == ["evidence"]
    assert best_entity(["謎"], candidates) == []


def test_every_synonym_means_a_declared_column() -> None:
    declared = {column.name for entity in ENTITIES.values() for column in entity.columns}
    with TABLE.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert {row["entity"] for row in rows} <= {*ENTITIES, "any"}
    assert {row["canonical"] for row in rows} <= declared | DERIVED


def test_number_of_an_entity_stands_for_no_part_of_a_key_made_of_others() -> None:
    for name in ("commission_tiers", "channel_costs", "sharing_terms"):
        assert map_headers(["Id", "管理番号", "No."], ENTITIES[name]).sources == {}
    assert map_headers(["管理番号"], ENTITIES["joint_plans"]).sources == {"plan_id": ("管理番号",)}


@pytest.mark.parametrize(
    ("header", "entity"),
    [
        (["研修番号", "受講者番号", "研修名", "受講日", "合否"], "trainings"),
        (["問い合わせ番号", "代理店コード", "質問日", "質問内容"], "inquiries"),
        (["計画番号", "代理店コード", "対象月", "目標リード数"], "joint_plans"),
        (["入金番号", "契約番号", "支払期日", "入金日", "請求金額"], "collections"),
        (["振込番号", "代理店コード", "振込日", "振込金額"], "payouts"),
        (["クレーム番号", "代理店コード", "苦情内容", "受付日"], "complaints"),
        (["年月", "チャネル", "費用項目", "金額"], "channel_costs"),
        (["年月", "チャネル", "KPI", "目標"], "plan_targets"),
        (["候補ID", "会社名", "獲得方法", "アプローチ日"], "partner_prospects"),
        (["契約書番号", "版", "条文番号", "禁止行為", "罰則"], "agreement_clauses"),
        (["条件番号", "経過月数", "支給率"], "clawback_steps"),
        (["代理店コード", "データ", "項目名", "頻度", "開始日"], "sharing_terms"),
        (["カテゴリ", "段階", "計算方法", "下限", "上限"], "market_benchmarks"),
    ],
)
def test_usual_headers_of_every_kind_of_data_are_known(header: list[str], entity: str) -> None:
    candidates = [(each, frozenset[str]()) for each in ENTITIES.values()]
    assert [each.name for each in best_entity(header, candidates)] == [entity]
    assert map_headers(header, ENTITIES[entity]).unknown == ()


def test_doors_refuse_unclear_amounts_and_hint_at_headers(house: House, receipt: Receipt) -> None:
    rows = "K1,X,2026-10-01,110000,有効\n"
    house.put(
        "partners/P1/contracts__1.csv", f"契約番号,商品コード,契約日,初期費用（税込）,状態\n{rows}"
    )
    house.put("partners/P1/contracts__2.csv", f"契約番号,商品コード,契約日,初期費用額,状態\n{rows}")
    text = f"契約番号,商品コード,お客様名称,初期費用【税抜】,状態\n{rows}"
    house.put("partners/P1/contracts__3.csv", text)
    house.put("partners/P1/contracts__4.csv", "契約番号,商品コード,割引率(%)\nK4,X,10\nK5,X,0.1\n")
    intake = house.read()
    taxed, unclear = (receipt(intake, f"contracts__{place}.csv") for place in (1, 2))
    assert (taxed["status"], taxed["reason_code"]) == ("refused", "tax_included")
    assert "初期費用（税込）" in taxed["reason_ja"]
    assert (unclear["status"], unclear["reason_code"]) == ("refused", "unclear_amount")
    assert "初期費用額 → 初期費用" in unclear["reason_ja"]
    assert receipt(intake, "contracts__3.csv")["unknown_columns"] == "お客様名称（→ お客様名？）"
    taken = intake.tables["contracts"].filter(_uploader_id="P1").sort("contract_id")
    assert taken["initial_yen"].to_list() == [110_000, None]
    assert taken["discount_rate"].to_list() == [None, Decimal("0.1")]
    assert intake.rejected["reason_code"].to_list() == ["ambiguous_number"]
