"""Headers of a file → canonical columns: nothing is picked silently."""

from __future__ import annotations

import csv

import pytest

from ingestion.entities import ENTITIES
from ingestion.headers import TABLE, best_entity, map_headers

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
def test_unit_in_the_header_is_read(header: str, unit: int) -> None:
    mapping = map_headers([header], CONTRACTS)
    assert mapping.units.get("initial_yen", 1) == unit


def test_amount_including_tax_is_not_taken() -> None:
    assert map_headers(["金額(税込)"], CONTRACTS).unknown == ("金額(税込)",)


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
