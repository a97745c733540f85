"""The decisions on a flag: the desk's and those by file, and what the last night made of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from django.test import Client
from django.utils import timezone

from review.desk.models import Decision

FLAG = "/flag/?id=self_dealing:C-1"
EFFECTS = """
create or replace table marts.decision_effects as select * from (values {}) as effects
    (decision_id, flag_id, verdict, money_action, decided_at, effect)
"""


def built(day: str, at: datetime) -> str:
    return (
        f"create or replace table marts._build as select date '{day}' as business_day,"
        f" timestamp '{at:%Y-%m-%d %H:%M:%S}' as published_at"
    )


def decide(desk: Client) -> Decision:
    form = {"verdict": "confirmed", "decided_by": "佐藤", "evidence_seen": "d1"}
    assert desk.post(FLAG, form | {"decisions_seen": 0}).status_code == 302
    return Decision.objects.get()


def test_decision_by_file_stands_in_the_history_with_its_author_and_effect(
    desk: Client, home: Path, publish: Callable[..., None], figures: Callable[[str], None]
) -> None:
    publish({})
    line = "('L-1', 'self_dealing:C-1', 'false_positive', 'release', timestamp '2026-10-01', {})"
    figures(EFFECTS.format(line.format("'needs_second'")))
    batch = home / "lake" / "raw" / "batch=2026-10-01#1"
    batch.mkdir(parents=True)
    typed: dict[str, Any] = {"decision_id": "L-1", "flag_id": "self_dealing:C-1"}
    typed |= {"decided_by": "法務 花子", "evidence_seen": "d1", "reason_code": "legal"}
    typed |= {"second_by": None, "note": None}
    known = {"_known_at": datetime(2026, 10, 1)}
    pl.DataFrame([typed | known]).write_parquet(batch / "decisions.parquet")
    page = desk.get(FLAG).content.decode()
    for shown in ("法務 花子", "問題なし（誤検知）", "2026-10-01 09:00", "二人目の確認がない"):
        assert shown in page
    assert "まだ判定はありません" not in page


def test_decision_waits_for_the_next_night_until_one_took_it(
    desk: Client, publish: Callable[..., None], figures: Callable[[str], None]
) -> None:
    publish({"status": "closed"})
    decision = decide(desk)
    assert "次の夜間処理から反映されます" in desk.get(FLAG).content.decode()
    taken = f"timestamp '{decision.decided_at:%Y-%m-%d %H:%M:%S}', 'no_action')"
    figures(
        EFFECTS.format(f"('{decision.decision_id}', 'self_dealing:C-1', 'confirmed', null, {taken}")
    )
    page = desk.get(FLAG).content.decode()
    assert "次の夜間処理" not in page
    assert "支払の扱いはありません" in page


def test_decision_that_a_later_night_did_not_take_says_so(
    desk: Client, publish: Callable[..., None], figures: Callable[[str], None]
) -> None:
    publish({})
    decide(desk)
    later = timezone.now() + timedelta(days=1)
    figures(built(f"{timezone.localtime(later):%Y-%m-%d}", later))
    page = desk.get(FLAG).content.decode()
    assert "最後の夜間処理では取り込まれていません" in page
    assert "次の夜間処理から反映されます" not in page
