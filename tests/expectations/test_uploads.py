"""Upload rules on rows as the partners' door gives them: real files, real types."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from expectations.docs import FOLDER
from expectations.engine import evaluate
from expectations.rejections import rejections
from expectations.rules import bind, by_measures, load_rules
from ingestion.entities import ENTITIES
from ingestion.intake import Opening, lake_tables, partner_rows, read_doors
from ingestion.lake import Night, create_empty_batch

NIGHT = Night(date(2026, 11, 1), 1)
CRM = {
    "partners": "partner_id,partner_name,partner_kind\nP1,一番,reseller\n",
    "partner_reps": "rep_id,partner_id,rep_name\nR1,P1,山田\n",
}
REPS = "担当者番号,氏名,開始日,終了日"
PLANS = "計画番号,対象月,稼働予定人数,目標リード数,目標契約数,目標金額,自社承認日"
TRAININGS = "研修番号,受講者番号,研修科目,修了日,点数,合格,有効期限"
INQUIRIES = "問合せ番号,問合せ日時,回答者,回答日時"


def broken(home: Path, entity: str, text: str) -> list[tuple[str, str]]:
    """(first cell of the line, rule) of the rows of a partner's file that rules send back."""
    create_empty_batch(home / "lake" / "raw", lake_tables())
    files = {f"crm/sf/{name}.csv": content for name, content in CRM.items()}
    for name, content in (files | {f"partners/P1/{entity}.csv": text}).items():
        path = home / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    intake = read_doors(home, NIGHT, b"k" * 32, opening=Opening(0))
    assert intake.rejected.is_empty()
    rules = by_measures(bind(load_rules(FOLDER / "uploads"), NIGHT.business_day))[entity]
    evaluation = evaluate(rules, partner_rows(intake, entity), "row_id")
    evaluation.raise_on_error()
    lines = text.splitlines()
    found = rejections(evaluation, rules).select("subject_id", "reason_code").rows()
    return sorted(
        (lines[int(row.rpartition(":")[2]) - 1].partition(",")[0], rule) for row, rule in found
    )


@pytest.mark.parametrize(
    ("entity", "header", "good", "bad"),
    [
        (
            "joint_plans",
            PLANS,
            ["10", "2026-12,3,20,5,150万円,2026-11-02", "11", "2028-09,0,0,0,0,"],
            [
                ("1", "2026-12,10001,1,1,1,", "plan_reps_implausible"),
                ("2", "2026-12,1,100001,1,1,", "plan_leads_implausible"),
                ("3", "2026-12,1,1,100001,1,", "plan_contracts_implausible"),
                ("4", "2026-12,1,1,1,1000億円,", "plan_yen_implausible"),
                ("5", "2026-12,1,1,1,1,2026-11-03", "plan_vendor_approval_out_of_range"),
            ],
        ),
        (
            "trainings",
            TRAININGS,
            ["10", "R1,商品知識,2026-10-01,85,はい,9999-12-31", "11", "R1,商品知識,,,いいえ,"],
            [
                ("1", "R1,商品知識,2026-11-03,1,はい,", "training_completed_out_of_range"),
                ("2", "R1,商品知識,2026-10-01,,,2026-09-30", "training_expired_before_completion"),
                ("3", "R1,商品知識,,80,○,", "training_passed_without_completion"),
                ("4", "R1,商品知識,2026-10-01,1000.5,,", "training_score_implausible"),
            ],
        ),
        (
            "inquiries",
            INQUIRIES,
            ["10", "2026-10-08 14:00,FAQ,2026-10-08", "11", "2026-10-08,代理店責任者,"],
            [
                ("1", "1999-12-31 10:00,FAQ,", "inquiry_asked_out_of_range"),
                ("2", "2026-10-08 0:30,FAQ,2026-10-07 23:00", "inquiry_resolved_before_asked"),
            ],
        ),
        (
            "partner_reps",
            REPS,
            ["10", "山田,2026-04-01,9999-12-31", "11", "佐藤,2026-04-01,"],
            [("1", "鈴木,2026-04-01,2028-04-01", "rep_end_out_of_range")],
        ),
    ],
)
def test_rows_that_make_no_sense_are_sent_back(
    tmp_path: Path, entity: str, header: str, good: list[str], bad: list[tuple[str, str, str]]
) -> None:
    lines = [f"{name},{rest}" for name, rest in zip(good[::2], good[1::2], strict=True)]
    lines += [f"{name},{rest}" for name, rest, _ in bad]
    text = "\n".join([header, *lines]) + "\n"
    assert broken(tmp_path, entity, text) == [(name, rule) for name, _, rule in bad]


def test_every_entity_that_partners_send_has_rules() -> None:
    uploadable = {entity.name for entity in ENTITIES.values() if entity.uploadable}
    assert {rule.measures for rule in load_rules(FOLDER / "uploads")} == uploadable
