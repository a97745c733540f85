"""Each golden case comes out to the yen; a night with nothing new posts nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Expected = Callable[[str, str], list[tuple[str, ...]]]


def test_postings_are_those_of_the_case(golden: Any, expected: Expected, case: str) -> None:
    assert golden.posted(case) == expected(case, "expected_ledger")


def test_decisions_are_those_of_the_case(golden: Any, expected: Expected, case: str) -> None:
    assert golden.decided(case) == expected(case, "expected_decisions")


def test_night_with_nothing_new_posts_nothing(golden: Any) -> None:
    assert golden.postings["2026-06-30#2"] == []


def test_what_a_closed_period_holds_stays(golden: Any, closed: set[tuple[str, str, str]]) -> None:
    """Closes (after night, partner, period) against the nights and periods of the postings."""
    late = [
        (row["partner_id"], row["post_period"], row["night_id"])
        for rows in golden.postings.values()
        for row in rows
    ]
    assert [
        (close, line)
        for close in closed
        for line in late
        if line[:2] == close[1:] and line[2] > close[0]
    ] == []


def test_net_of_the_base_lines_is_the_decided_yen(golden: Any) -> None:
    rows = [row for rows in golden.postings.values() for row in rows]
    posted = sum(row["amount_yen"] for row in rows if row["component"] == "base")
    decided = golden.last.sql("select sum(amount_yen) from marts.fct_commission_decisions")
    assert posted == decided.pl().item()


def test_sentences_are_filled_in(golden: Any, placeholders: Any) -> None:
    sentences = [row[name] for row in golden.decisions for name in ("sentence_ja", "sentence_en")]
    assert not [text for text in sentences if not text or placeholders.search(text)]


def test_no_column_on_the_money_path_is_inexact(golden: Any) -> None:
    inexact = golden.last.sql(
        """select table_name, column_name, data_type from information_schema.columns
        where table_name similar to
            '.*(commission|posting|agreement|evidence_first|collected|ancestors|closes).*'
          and data_type in ('DOUBLE', 'FLOAT')
           or regexp_matches(column_name, '_(yen|ppm)$') and data_type <> 'BIGINT'"""
    )
    assert inexact.fetchall() == []


def test_every_outcome_is_documented(documented_outcomes: tuple[set[str], set[str]]) -> None:
    told, known = documented_outcomes
    assert told == known
