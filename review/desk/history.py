"""What has been decided on a flag or check: the desk's log, and files handed in beside it.

What the last night made of a decision is told by `marts.decision_effects`; names and notes of those
by file stand in the lake.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
from django.utils import timezone

from review.desk import words
from review.desk.models import Decision
from review.desk.published import FIGURES, columns_of, records_of

_TAKEN = f"select decision_id, effect from {FIGURES}.marts.decision_effects"
_OF_FLAG = f"""
select decision_id, verdict, money_action, decided_at, effect
from {FIGURES}.marts.decision_effects
where flag_id = ?
"""
_BY_FILE = """
select decision_id, decided_by, second_by, reason_code, note, evidence_seen
from read_parquet(?, union_by_name = true)
where flag_id = ?
qualify row_number() over (partition by decision_id order by _known_at desc) = 1
"""
_BUILT = f"select max(published_at) as published_at from {FIGURES}.marts._build"
_NEXT_NIGHT = "次の夜間処理から反映されます"
_NOT_TAKEN = "最後の夜間処理では取り込まれていません"


def effects_of(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """decision_id → its effect, of all decisions that the last night knew."""
    if not columns_of(connection, "marts", "decision_effects", FIGURES):
        return {}
    return dict(connection.execute(_TAKEN).fetchall())


def built_at(connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """When this publication was made, or None when it does not tell."""
    if "published_at" not in columns_of(connection, "marts", "_build", FIGURES):
        return None
    at = records_of(connection, _BUILT, [])[0]["published_at"]
    return at.replace(tzinfo=UTC) if at else None


def state_of(decision: Decision, today: date | None, built: datetime | None) -> str:
    """Of a decision that no night has taken: whether one could have."""
    is_past = today is not None and timezone.localtime(decision.decided_at).date() <= today
    return _NOT_TAKEN if is_past and built and decision.decided_at < built else _NEXT_NIGHT


def list_history(
    connection: duckdb.DuckDBPyConnection,
    home: Path,
    flag_id: str,
    digest: str,
    today: date | None,
) -> list[dict[str, Any]]:
    """Every decision on it, the oldest first, in words: at, verdict, money_action, decided_by,
    second_by, reason_code, note, seen, effect.

    `digest`: of the evidence that the flag has now, empty for a check.
    """
    known = (
        records_of(connection, _OF_FLAG, [flag_id])
        if columns_of(connection, "marts", "decision_effects", FIGURES)
        else []
    )
    # a line by file may carry the number of a decision of the desk; both are shown
    effects = {(row["decision_id"], row["decided_at"]): row["effect"] for row in known}
    built = built_at(connection)
    desk = list(Decision.objects.filter(flag_id=flag_id))
    ours = {_key(decision) for decision in desk}
    told = [
        {
            "decided_at": decision.decided_at,
            **{name: getattr(decision, name) for name in _TYPED},
            "effect": words.EFFECTS.get(effects.get(_key(decision), ""))
            or state_of(decision, today, built),
        }
        for decision in desk
    ]
    by_file = [row for row in known if (row["decision_id"], row["decided_at"]) not in ours]
    typed = _typed(home, flag_id) if by_file else {}
    told += [
        typed.get(row["decision_id"], {})
        | row
        | {
            "decided_at": row["decided_at"].replace(tzinfo=UTC),
            "effect": words.EFFECTS.get(row["effect"], row["effect"]),
        }
        for row in by_file
    ]
    return [_worded(row, digest) for row in sorted(told, key=lambda row: row["decided_at"])]


def _key(decision: Decision) -> tuple[str, datetime]:
    """As the night knows it: naive UTC, whole seconds."""
    at = decision.decided_at.astimezone(UTC)
    return decision.decision_id, at.replace(tzinfo=None, microsecond=0)


_TYPED = (
    "verdict",
    "money_action",
    "decided_by",
    "second_by",
    "reason_code",
    "note",
    "evidence_seen",
)


def _typed(home: Path, flag_id: str) -> dict[str, dict[str, Any]]:
    """What people wrote into files; empty where the lake cannot be read."""
    path = home / "lake" / "raw" / "batch=*" / "decisions.parquet"
    try:
        with duckdb.connect() as lake:
            rows = records_of(lake, _BY_FILE, [str(path), flag_id])
    except duckdb.IOException:
        return {}
    return {row["decision_id"]: row for row in rows}


def _worded(row: dict[str, Any], digest: str) -> dict[str, Any]:
    action = row["money_action"] or ""
    seen = row.get("evidence_seen")
    return {
        "at": row["decided_at"],
        "verdict": words.VERDICTS.get(row["verdict"], row["verdict"]),
        "money_action": words.MONEY_ACTIONS.get(action, action),
        "decided_by": row.get("decided_by") or "（判定の控えを参照）",
        "second_by": row.get("second_by"),
        "reason_code": row.get("reason_code"),
        "note": row.get("note") or "",
        "seen": "—" if seen is None else "現在と同じ" if seen == digest else "その後に更新",
        "effect": row["effect"],
    }
