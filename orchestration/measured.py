"""What every asset reports: rows, the night's batch, seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import dagster as dg

Report = Callable[..., "dg.MaterializeResult[Any]"]


def start(night_id: str) -> Report:
    """A clock for one asset: call the result with its row count (and more) when it is done."""
    started = time.monotonic()

    def report(rows: int, *, asset_key: Any = None, **more: Any) -> dg.MaterializeResult[Any]:
        facts: dict[str, Any] = {
            "dagster/row_count": rows,
            "batch_id": night_id,
            "seconds": round(time.monotonic() - started, 2),
        }
        return dg.MaterializeResult(asset_key=asset_key, metadata=facts | more)

    return report
