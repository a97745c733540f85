"""Trainings, questions and joint plans: only of one's own reps and sub-agents."""

from __future__ import annotations

from typing import Any

House = Any  # the fixture class of conftest.py
REPS = "rep_id,partner_id,rep_name\nR1,P1,佐藤\nR2,P2,鈴木\nR9,P3,高橋\n"
COURSES = "研修番号,受講者番号,科目\n"


def reasons(intake: Any) -> list[tuple[str, str, str]]:
    rows = intake.rejected.sort("_source", "_row_number")
    found: list[tuple[str, str, str]] = rows.select("column_name", "value", "reason_code").rows()
    return found


def test_training_follows_its_rep(house: House) -> None:
    house.put("crm/sf/partner_reps.csv", REPS)
    house.put("partners/P1/partner_reps.csv", "社員番号,氏名\nown,田中\n")
    house.put("partners/P2/partner_reps.csv", "社員番号,氏名\nsub,伊藤\n")
    ids = ["R1", "R2", "own", "sub", "R9", "ghost"]
    lines = "".join(f"T{place},{rep},商品知識\n" for place, rep in enumerate(ids))
    house.put("partners/P1/trainings.csv", COURSES + lines)
    intake = house.read()
    assert intake.tables["trainings"]["rep_id"].to_list() == ids[:4]
    assert set(intake.tables["trainings"]["course"]) == {"product_knowledge"}
    assert reasons(intake) == [
        ("rep_id", "R9", "not_your_record"),
        ("rep_id", "ghost", "unknown_rep"),
    ]


def test_rep_uploaded_earlier_is_still_ones_own(house: House) -> None:
    house.put("partners/P1/partner_reps.csv", "社員番号,氏名\nown,田中\n")
    house.run(day=1)
    for partner in ("P1", "P3"):
        house.put(f"partners/{partner}/trainings.csv", COURSES + "T,own,禁止事項\n")
    intake = house.read(day=2)
    assert intake.tables["trainings"]["_uploader_id"].to_list() == ["P1"]
    assert reasons(intake) == [("rep_id", "own", "unknown_rep")]


def test_question_may_name_no_rep_but_no_other_partners(house: House) -> None:
    house.put("crm/sf/partner_reps.csv", REPS)
    lines = "Q1,2026-10-01,R1,\nQ2,2026-10-01,,\nQ3,2026-10-01,R9,\nQ4,2026-10-01,R1,P3\n"
    house.put("partners/P1/inquiries.csv", "inquiry_id,質問日,担当者コード,代理店コード\n" + lines)
    intake = house.read()
    questions = intake.tables["inquiries"]
    assert questions.select("inquiry_id", "partner_id").rows() == [("Q1", "P1"), ("Q2", "P1")]
    assert reasons(intake) == [
        ("rep_id", "R9", "not_your_record"),
        ("partner_id", "P3", "not_your_record"),
    ]


def test_joint_plan_is_of_the_family(house: House) -> None:
    lines = "A,P1,2026年10月,20\nA,P2,2026-11,10\nA,P3,2026-12,10\nB,P1,10月,5\n"
    house.put("partners/P1/joint_plans.csv", "計画番号,代理店コード,対象月,リード目標\n" + lines)
    intake = house.read()
    plans = intake.tables["joint_plans"].select("plan_id", "partner_id", "month", "target_leads")
    assert plans.rows() == [("A", "P1", "2026-10", 20), ("A", "P2", "2026-11", 10)]
    assert sorted(reasons(intake)) == [
        ("month", "10月", "bad_month"),
        ("partner_id", "P3", "not_your_record"),
    ]


def test_agreement_about_an_unknown_column_goes_back(house: House) -> None:
    header = "代理店コード,データ,項目名,頻度,開始日,is_deleted\n"
    lines = "P1,リード,consent_on,毎週,2026-04-01,\nP1,契約,占い,毎月,2026-04-01,\n"
    house.put("crm/sf/sharing_terms.csv", header + lines + "P1,契約,星座,毎月,2026-04-01,true\n")
    intake = house.read()
    kept = intake.tables["sharing_terms"].select("entity", "field", "cadence")
    assert kept.rows()[0] == ("leads", "consent_on", "weekly")
    assert kept.height == 2
    assert reasons(intake) == [("field", "占い", "unknown_field")]
