"""What rules measure and allow, in the words of the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from expectations.rules import load_rules
from ingestion.entities import ENTITIES
from ingestion.guides.meanings import meaning_of
from review.desk.fields import entity_label, field_label
from review.desk.measured import measure_of, read_measures

RULES = load_rules(Path(__file__).parents[2] / "expectations" / "conduct")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_conduct_rule_has_words(rule: Any) -> None:
    observed = ", ".join(f"{name}=1" for name in rule.columns)
    measures, _ = read_measures(rule.id, observed, rule.bound)
    assert len(measures) == len(rule.columns)
    assert not any("_" in measure.label + measure.allowed for measure in measures)


@pytest.mark.parametrize(
    "rule_id, observed, bound, told",
    [
        ("out_of_territory", "true", "in {false}", [("はい", "いいえ")]),
        ("cancel_and_rejoin", "2", "≤ 0", [("2件", "なし")]),
        ("post_close_drift", "1234567", "≤ 0", [("1,234,567円", "なし")]),
        ("coverage_blackout", "85.71", "< 30", [("85.71ポイント", "30ポイント未満")]),
        ("unauthorised_discount", "0.200000", "≤ 0.1", [("20%", "10%以下")]),
        (
            "shared_payer",
            "payer_customer_count=3, is_paid_by_partner=-",
            "payer_customer_count < 3 and is_paid_by_partner in {false}",
            [("3件", "3件未満"), ("不明", "いいえ")],
        ),
        (
            "low_persistency",
            "lapses_place=0.9615384615384616, lapses_q=0.000000001",
            "lapses_place < 0.9 or lapses_q > 0.05",
            [("下から96.2%", "下から90%未満"), ("0.01%未満", "5%超")],
        ),
        ("submission_velocity", "pace_log10_p=-2.5", "pace_log10_p ≥ -3", [("0.316%", "0.1%以上")]),
    ],
)
def test_measures_are_read_in_words(
    rule_id: str, observed: str, bound: str, told: list[tuple[str, str]]
) -> None:
    measures, _ = read_measures(rule_id, observed, bound)
    assert [(measure.value, measure.allowed) for measure in measures] == told


@pytest.mark.parametrize("bound", ["", "not empty", "of_tomorrow < 3", "≤ 0 unless"])
def test_what_has_no_words_is_left_as_the_rule_writes_it(bound: str) -> None:
    assert read_measures("of_tomorrow", "of_tomorrow=1", bound) == ([], "")


def test_measure_on_peers_is_found_in_the_bound() -> None:
    assert measure_of("odd_hours_rate < 0.3 or odd_hours_q > 0.05") == "odd_hours"
    assert measure_of("≤ 0") == ""


def test_queue_leaves_out_how_likely_chance_alone_is(
    desk: Client, publish: Callable[..., None]
) -> None:
    bound = "odd_hours_rate < 0.3 or odd_hours_q > 0.05"
    publish({"observed_value": "odd_hours_rate=0.41, odd_hours_q=0.0123", "bound": bound})
    queue = desk.get("/").content.decode()
    page = desk.get("/flag/?id=self_dealing:C-1").content.decode()
    assert "41%" in queue
    assert "30%未満" in queue
    assert "q値" not in queue
    assert "1.23%" in page
    assert "どれか一つでも基準内なら" in page


def test_fields_are_called_as_in_the_data_dictionary() -> None:
    for name, entity in ENTITIES.items():
        assert entity_label(name) == meaning_of(entity).label
        for column in entity.columns:
            assert field_label(name, column.name) == meaning_of(entity, column).label
