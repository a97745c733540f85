"""From outcomes to the rows that leave the room: flags, counts, rejections, gates."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import polars as pl
import pytest

from expectations.docs import FOLDER
from expectations.engine import evaluate
from expectations.flags import FLAG_SCHEMA, OUTCOME_SCHEMA, flags, rule_outcomes, rule_words
from expectations.gates import gates, rule_volumes
from expectations.rejections import REJECTION_SCHEMA, rejections
from expectations.rule import Need, Rule
from expectations.rules import load_rules
from expectations.vocabulary import BETWEEN, PAIR_GREATER

ARule = Callable[..., Rule]
AT_MOST_3 = (BETWEEN, {"column": "n", "max_value": 3})
KNOWN_AT = datetime(2026, 10, 30, 15)


def flags_of(rule: Rule, frame: pl.DataFrame) -> pl.DataFrame:
    evaluation = evaluate([rule], frame, rule.subject)
    return flags(evaluation, [rule], frame, "2026-10-31#1", KNOWN_AT)


def test_a_hit_becomes_one_whole_flag(a_rule: ARule) -> None:
    frame = pl.DataFrame(
        {"contract_id": ["C-1", "C-2"], "partner_id": ["P-1", "P-2"], "lead_id": ["L-1", None]}
        | {"n": [4, 1], "evidence_rows": ["b:2;a:1;b:2", ""]}
    )
    found = flags_of(a_rule(AT_MOST_3, hold="contract"), frame)
    assert found.schema == pl.Schema(FLAG_SCHEMA)
    assert found.row(0, named=True) == {
        "flag_id": "a_rule:C-1",
        "rule_id": "a_rule",
        "rule_version": "v1",
        "subject_kind": "contract",
        "subject_id": "C-1",
        "partner_id": "P-1",
        "lead_id": "L-1",
        "contract_id": "C-1",
        "observed_value": "4",
        "bound": "≤ 3",
        "severity": "high",
        "hold_scope": "contract",
        "evidence_rows": "a:1;b:2",
        "evidence_digest": hashlib.sha256(b"a:1;b:2").hexdigest(),
        "family": "",
        "case_count": None,
        "expected_rate": None,
        "peer_count": None,
        "night_id": "2026-10-31#1",
        "known_at": KNOWN_AT,
    }
    assert found.height == 1


def test_a_flag_tells_how_many_cases_it_rests_on(a_rule: ARule) -> None:
    frame = pl.DataFrame({"contract_id": ["C-1"], "n": [4], "seen": [31]})
    rule = a_rule(AT_MOST_3, needs=(Need("seen", 20),), family="outcome")
    assert flags_of(rule, frame).select("case_count", "family").row(0) == (31, "outcome")


def test_a_flag_on_a_rate_names_what_its_peers_have(a_rule: ARule) -> None:
    frame = pl.DataFrame(
        {"contract_id": ["C-1"], "n": [4], "n_expected": [0.1], "n_peer_count": [30]}
        | {"n_evidence": ["a:1"]}
    )
    flag = flags_of(a_rule(AT_MOST_3, evidence="n_evidence"), frame)
    assert flag.select("expected_rate", "peer_count").row(0) == (0.1, 30)


def test_a_decision_covers_a_stepped_flag_until_its_count_has_doubled(a_rule: ARule) -> None:
    frame = pl.DataFrame(
        {
            "contract_id": ["C-1", "C-2", "C-3"],
            "n": [16, 31, 32],
            "evidence_rows": ["a:1", "b:2", "c:3"],
        }
    )
    digests = flags_of(a_rule(AT_MOST_3, step="n"), frame)["evidence_digest"]
    assert digests[0] == digests[1] != digests[2]


def test_undetermined_is_no_flag(a_rule: ARule) -> None:
    frame = pl.DataFrame({"contract_id": ["C-1"], "n": [None]}, schema_overrides={"n": pl.Int64})
    assert flags_of(a_rule(AT_MOST_3), frame).is_empty()


def test_a_rule_names_the_evidence_column_of_its_measure(a_rule: ARule) -> None:
    frame = pl.DataFrame(
        {"contract_id": ["C-1"], "n": [4], "evidence_rows": ["a:1"], "n_evidence": ["c:9"]}
    )
    assert flags_of(a_rule(AT_MOST_3, evidence="n_evidence"), frame)["evidence_rows"][0] == "c:9"
    assert flags_of(a_rule(AT_MOST_3, evidence="absent"), frame)["evidence_rows"][0] == "a:1"


def test_digest_is_of_the_set_of_rows_and_not_of_their_order(a_rule: ARule) -> None:
    digests = [
        flags_of(
            a_rule(AT_MOST_3),
            pl.DataFrame({"contract_id": ["C-1"], "n": [4], "evidence_rows": [text]}),
        )["evidence_digest"][0]
        for text in ("a:1;b:2", "b:2;a:1;a:1", "a:1")
    ]
    assert digests[0] == digests[1] != digests[2]


def test_partner_flag_has_no_contract_and_an_empty_evidence_digest(a_rule: ARule) -> None:
    frame = pl.DataFrame({"partner_id": ["P-1"], "n": [4]})
    (flag,) = flags_of(a_rule(AT_MOST_3, subject="partner_id"), frame).iter_rows(named=True)
    assert (flag["subject_kind"], flag["partner_id"], flag["contract_id"]) == (
        "partner",
        "P-1",
        None,
    )
    assert flag["evidence_digest"] == hashlib.sha256(b"").hexdigest()


def test_outcome_rows_carry_counts_and_errors(a_rule: ARule) -> None:
    rules = [a_rule(AT_MOST_3), a_rule((BETWEEN, {"column": "x", "max_value": 1}), id="broken")]
    frame = pl.DataFrame({"contract_id": ["C-1", "C-2"], "n": [4, None]})
    evaluation = evaluate(rules, frame, "contract_id")
    found = rule_outcomes(evaluation, rules, "2026-10-31#1", KNOWN_AT)
    assert found.schema == pl.Schema(OUTCOME_SCHEMA)
    mart = "fct_contract_conduct"
    assert [row[:7] for row in found.rows()] == [
        ("a_rule", "v1", mart, 1, 0, 1, None),
        ("broken", "v1", mart, None, None, None, "column x is missing"),
    ]


def test_no_rules_and_no_rows_give_empty_typed_frames() -> None:
    frame = pl.DataFrame({"contract_id": []}, schema={"contract_id": pl.String})
    evaluation = evaluate([], frame, "contract_id")
    found = flags(evaluation, [], frame, "2026-10-31#1", KNOWN_AT)
    assert found.schema == pl.Schema(FLAG_SCHEMA)
    counted = rule_outcomes(evaluation, [], "2026-10-31#1", KNOWN_AT)
    assert counted.schema == pl.Schema(OUTCOME_SCHEMA)
    assert rejections(evaluation, []).schema == pl.Schema(REJECTION_SCHEMA)


def test_rejection_names_cell_and_reason_and_spares_empty_cells(a_rule: ARule) -> None:
    reason = {"ja": "終了日が前です。", "en": "It ends before it starts."}
    pair = (PAIR_GREATER, {"column_A": "end", "column_B": "start"})
    rule = a_rule(pair, id="ended_early", column="end", reason=reason)
    rows = pl.DataFrame({"row_id": [7, 8], "start": [5, 5], "end": [1, None]})
    found = rejections(evaluate([rule], rows, "row_id"), [rule])
    assert found.rows() == [
        ("7", "end", "end=1, start=5", "ended_early", reason["ja"], reason["en"])
    ]


@pytest.mark.parametrize(
    "severity, n, status",
    [("critical", 9, "fail"), ("high", 9, "warn"), ("critical", None, "warn"), ("high", 1, "pass")],
)
def test_gate_status_follows_severity_and_outcome(
    a_rule: ARule, severity: str, n: int | None, status: str
) -> None:
    rule = a_rule(AT_MOST_3, severity=severity, subject="mart")
    frame = pl.DataFrame({"mart": ["m"], "n": [n]}, schema_overrides={"n": pl.Int64})
    assert gates(evaluate([rule], frame, "mart"), [rule])["status"].to_list() == [status]


def test_gate_that_cannot_be_evaluated_fails(a_rule: ARule) -> None:
    rule = a_rule(AT_MOST_3, severity="low", subject="mart")
    assert gates(evaluate([rule], pl.DataFrame({"mart": ["m"]}), "mart"), [rule])[
        "status"
    ].to_list() == ["fail"]


def test_night_with_a_failed_rule_does_not_pass_its_gates() -> None:
    counts: dict[str, list[Any]] = {
        "hit_count": [None, 0, 0, 9],
        "clear_count": [None, 0, 0, 0],
        "undetermined_count": [None, 7, 0, 0],
        "error": ["crashed", None, None, None],
        "alarm": [None, None, None, "hits_too_much"],
    }
    volumes = rule_volumes(pl.DataFrame(counts))
    assert volumes.row(0) == ("flags", 4, 1, 1, 1)
    rules = tuple(r for r in load_rules(FOLDER / "marts") if r.measures == "flags")
    found = gates(evaluate(rules, volumes, "mart"), rules)
    assert dict(found.select("rule_id", "status").iter_rows()) == {
        "rules_failed": "fail",
        "rules_blind": "warn",
        "rules_out_of_line": "warn",
    }


def test_rule_words_hold_a_title_for_every_rule() -> None:
    rules = load_rules(FOLDER / "conduct")
    words = rule_words(rules)
    assert words["rule_id"].to_list() == [rule.id for rule in rules]
    assert words.select(pl.all().str.len_chars().min() > 0).row(0) == (True,) * words.width
