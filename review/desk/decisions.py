"""Writing decisions: append to the log, then export the whole log for the next night."""

from __future__ import annotations

import csv
import io
import os
import unicodedata
import uuid
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from review.desk.models import Decision
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
# Of them, those that hold what people typed.
TYPED = ("decided_by", "second_by", "reason_code", "note")
# What a spreadsheet takes for the start of a formula, in every width.
_SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫−"


class OvertakenError(RuntimeError):
    """Somebody else has decided on the flag since the page was shown."""


def record_decision(home: Path, fields: dict[str, str], decisions_seen: int | None) -> Decision:
    """Append one decision and export the log; the decision stands even if the export fails.

    `fields` are the columns of `COLUMNS` without decision_id and decided_at. `decisions_seen`: how
    many on this flag its author saw; raises `OvertakenError` when there are others.
    """
    with transaction.atomic():
        known = Decision.objects.filter(flag_id=fields["flag_id"]).count()
        if decisions_seen is not None and known != decisions_seen:
            raise OvertakenError
        now = timezone.now()
        # Ordered by time as text: decided_at has whole seconds, and the later decision counts.
        name = f"desk-{now:%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}"
        decision = Decision(decision_id=name, decided_at=now, **fields)
        decision.save()
    export_decisions(home)
    return decision


def export_decisions(home: Path) -> Path:
    """Rewrite `inbox/review/decisions.csv` (UTF-8) with every decision, by one rename.

    It is staged in `review/`, so that a night reading the inbox never meets half a file.
    """
    target = home / "inbox" / "review" / "decisions.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    # One writer at a time: the lock orders exports like the decisions they hold.
    with transaction.atomic():
        staged = home / "review" / f".decisions-{uuid.uuid4().hex}.csv"
        with staged.open("w", encoding="utf-8", newline="") as handle:
            handle.write(_as_csv())
            handle.flush()
            os.fsync(handle.fileno())
        staged.replace(target)
    return target


def decided_keys() -> list[str]:
    """`flag_id@evidence_digest` of every flag whose latest decision on that evidence closes it."""
    latest: dict[str, str] = {}
    for flag_id, seen, verdict in Decision.objects.values_list(
        "flag_id", "evidence_seen", "verdict"
    ):
        latest[f"{flag_id}@{seen}"] = verdict
    return [key for key, verdict in latest.items() if verdict not in OPEN_VERDICTS]


def neutralised(text: str) -> str:
    """Text that a spreadsheet would take for a formula with an apostrophe before it.

    Spaces and characters without a shape do not hide the sign. The night takes the apostrophe off.
    """
    shown = next((sign for sign in text if unicodedata.category(sign)[0] not in "CZ"), None)
    is_formula = text.startswith(("\t", "\r", "\n")) or (shown is not None and shown in _SIGNS)
    return f"'{text}" if is_formula else text


def _as_csv() -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for decision in Decision.objects.all():
        row = {name: getattr(decision, name) for name in COLUMNS}
        row |= {name: neutralised(row[name]) for name in TYPED}
        # With its offset, so that no reader has to guess the zone.
        row["decided_at"] = timezone.localtime(decision.decided_at).isoformat(timespec="seconds")
        writer.writerow(row.values())
    return text.getvalue()
