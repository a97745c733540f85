"""Postings of an explanation, and how far their yen are on the way to the partner."""

from __future__ import annotations

from orchestration.explanation import Explanation, Row
from orchestration.ledger_words import Words, in_yen
from orchestration.records import Records

# Digits of a posting id that a person types; `teikei ledger explain` takes a beginning of it.
SHORT_ID = 12
_OF_WINDOW = ("uplift", "cap")


def postings(words: Words, found: Explanation) -> list[Records | str]:
    """Those of the deal with their sum; a window's yen are of all its deals and no part of it."""
    if not found.postings:
        return [f"\n{words('postings')}\n{words('nothing_posted')}"]
    named, right = [words(name) for name in _POSTING], frozenset({len(_POSTING) - 1})
    parts: list[Records | str] = []
    for title in ("postings", "window_postings"):
        is_window = title == "window_postings"
        of = [row for row in found.postings if (row["component"] in _OF_WINDOW) == is_window]
        if of:
            parts.append(Records(words(title), named, [_posting(words, row) for row in of], right))
        if of and not is_window:
            parts.append(f"{words('total')}: {in_yen(sum(row['amount_yen'] for row in of))}")
    return parts


_POSTING = (
    "posting",
    "night",
    "component",
    "subject",
    "term",
    "earned",
    "posted",
    "reason",
    "yen",
)


def _posting(words: Words, row: Row) -> tuple[str, ...]:
    return (
        row["posting_id"][:SHORT_ID],
        row["night_id"],
        words.coded("component", row["component"]),
        row["subject"],
        row["term_id"] or "",
        row["earn_period"],
        row["post_period"],
        words.coded("reason", row["reason_code"]),
        f"{row['amount_yen']:,}",
    )


def standing(
    words: Words, found: Explanation, term_id: str, subjects: set[str]
) -> list[tuple[str, str]]:
    """How far the yen of these lines are on the way to the partner, and which flags hold them."""
    return [
        (words("standing"), _told(words, row))
        for row in found.standings
        if row["term_id"] == term_id and row["subject"] in subjects
    ]


def _told(words: Words, row: Row) -> str:
    state = row["status"] or "unstated"
    if state == "payable" and row["is_frozen"]:
        state = "settled"
    draft = words("of_draft") if row["is_frozen"] is False else ""
    statement = f"{row['statement_id']}{draft}"
    told = words(f"standing_{state}", statement=statement, matures_on=row["matures_on"])
    flags = [
        words("held_by", flag=flag, title=words.coded("rule", flag.partition(":")[0]))
        for flag in (row["hold_flag_ids"] or "").split(";")
        if flag
    ]
    return " · ".join([in_yen(row["amount_yen"]), told, *flags])


def event_of(row: Row) -> str:
    """`<event>#<k>` is month k of a recurring term."""
    subject: str = row["subject"]
    return subject.partition("#")[0]
