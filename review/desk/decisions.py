"""Writing decisions: append to a log, then export the whole log for the next night.

Two logs: verdicts on flags and blind checks, and words on who is one customer.
"""

from __future__ import annotations

import csv
import io
import os
import unicodedata
import uuid
from pathlib import Path

from django.db import models, transaction
from django.utils import timezone

from review.desk.audits import AUDIT_PREFIX
from review.desk.models import Decision, IdentityDecision, Logged
from review.desk.words import OPEN_VERDICTS

# The columns of `inbox/review/decisions.csv`.
COLUMNS = (
    "decision_id",
    "flag_id",
    "evidence_seen",
    "verdict",
    "money_action",
    "decided_by",
    "second_by",
    "decided_at",
    "reason_code",
    "note",
)
# The columns of `inbox/review/identity_decisions__desk.csv`; a file that somebody wrote by hand has
# another name and stays.
WORD_COLUMNS = (
    "decision_id",
    "first_record",
    "second_record",
    "verdict",
    "decided_by",
    "decided_at",
    "note",
)
# Of them, those that hold what people typed.
TYPED = ("decided_by", "second_by", "reason_code", "note")
# What a spreadsheet takes for the start of a formula, in every width.
_SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫−"


class OvertakenError(RuntimeError):
    """Somebody else has decided since the page was shown."""


def record_decision(home: Path, fields: dict[str, str], decisions_seen: int) -> Decision:
    """Append one decision and export the log; the decision stands even if the export fails.

    `fields` are the columns of `COLUMNS` without decision_id and decided_at. `decisions_seen`: how
    many on this flag its author saw; raises `OvertakenError` when there are others.
    """
    decision = Decision(**fields)
    _append(decision, Decision.objects.filter(flag_id=fields["flag_id"]), decisions_seen)
    export_decisions(home)
    return decision


def record_word(home: Path, fields: dict[str, str], decisions_seen: int) -> IdentityDecision:
    """As `record_decision`, for a word on two records (`WORD_COLUMNS`)."""
    first, second = sorted((fields["first_record"], fields["second_record"]))
    word = IdentityDecision(**fields | {"first_record": first, "second_record": second})
    earlier = IdentityDecision.objects.filter(first_record=first, second_record=second)
    _append(word, earlier, decisions_seen)
    export_words(home)
    return word


def export_decisions(home: Path) -> Path:
    """Rewrite `inbox/review/decisions.csv` (UTF-8) with every decision, by one rename."""
    return _export(home, "decisions.csv", COLUMNS, Decision)


def export_words(home: Path) -> Path:
    """Rewrite `inbox/review/identity_decisions__desk.csv` likewise."""
    return _export(home, "identity_decisions__desk.csv", WORD_COLUMNS, IdentityDecision)


def last_words() -> dict[frozenset[str], IdentityDecision]:
    """Pair of records → the last word on it."""
    said = IdentityDecision.objects.all()
    return {frozenset((word.first_record, word.second_record)): word for word in said}


def decided_keys() -> list[str]:
    """`flag_id@evidence_digest` of every flag whose latest decision on that evidence closes it."""
    latest: dict[str, str] = {}
    for flag_id, seen, verdict in Decision.objects.values_list(
        "flag_id", "evidence_seen", "verdict"
    ):
        latest[f"{flag_id}@{seen}"] = verdict
    return [key for key, verdict in latest.items() if verdict not in OPEN_VERDICTS]


def checked_contracts() -> list[str]:
    """Contracts of which the desk has decided a blind check."""
    flags = Decision.objects.filter(flag_id__startswith=AUDIT_PREFIX)
    names = flags.values_list("flag_id", flat=True).distinct()
    return [name.removeprefix(AUDIT_PREFIX) for name in names]


def neutralised(text: str) -> str:
    """Text that a spreadsheet would take for a formula with an apostrophe before it.

    Spaces and characters without a shape do not hide the sign. The night takes the apostrophe off.
    """
    shown = next((sign for sign in text if unicodedata.category(sign)[0] not in "CZ"), None)
    is_formula = text.startswith(("\t", "\r", "\n")) or (shown is not None and shown in _SIGNS)
    return f"'{text}" if is_formula else text


def _append(line: Logged, earlier: models.QuerySet, decisions_seen: int) -> None:
    """Save the line if its author has seen all the earlier ones."""
    with transaction.atomic():
        if earlier.count() != decisions_seen:
            raise OvertakenError
        now = timezone.now()
        # Ordered by time as text: decided_at has whole seconds, and the later decision counts.
        line.decision_id = f"desk-{now:%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}"
        line.decided_at = now
        line.save()


def _export(home: Path, name: str, columns: tuple[str, ...], log: type[Logged]) -> Path:
    """It is staged in `review/`, so that a night reading the inbox never meets half a file."""
    target = home / "inbox" / "review" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    # One writer at a time: the lock orders exports like the decisions they hold.
    with transaction.atomic():
        staged = home / "review" / f".decisions-{uuid.uuid4().hex}.csv"
        with staged.open("w", encoding="utf-8", newline="") as handle:
            handle.write(_as_csv(columns, log))
            handle.flush()
            os.fsync(handle.fileno())
        staged.replace(target)
    return target


def _as_csv(columns: tuple[str, ...], log: type[Logged]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for decision in log.objects.all():
        row = {name: getattr(decision, name) for name in columns}
        row |= {name: neutralised(row[name]) for name in TYPED if name in row}
        # With its offset, so that no reader has to guess the zone.
        row["decided_at"] = timezone.localtime(decision.decided_at).isoformat(timespec="seconds")
        writer.writerow(row.values())
    return text.getvalue()
