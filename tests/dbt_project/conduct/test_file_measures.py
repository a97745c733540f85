"""Measures of what partners' files tell, for the lake of `conftest.measured`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

MISMATCHES = {
    "SAME": 0,
    "AMOUNT": 1,
    "EMPTY": 0,
    # The CRM changed after the file was sent.
    "CORRECTED": 0,
    "ENDED": 1,
    "ENDEDBOTH": 0,
    "CLAIMED": 1,
    "JUSTCLAIMED": 0,
    "SILENT": None,
}
LOST = {
    "DARK": (50, 10),
    "ONCE": (0, 10),
    # Volume did not stay: the last two are no full deliveries, and nothing came before the others.
    "FEWER": (None, None),
    "NEVER": (0, 10),
    "YOUNG": (None, None),
    # The files of four months come in one night, and a correction of three rows after them.
    "ATONCE": (50, 10),
    "MENDED": (50, 10),
}


@pytest.mark.parametrize(("name", "rate"), MISMATCHES.items())
def test_share_of_records_that_disagree_is(
    measured: Callable[..., Any], name: str, rate: int | None
) -> None:
    row = measured("fct_partner_conduct", f"P-RM-{name}")
    assert row["record_mismatch_rate"] == rate
    assert row["mismatched_paid_count"] == (None if rate is None else 0)
    assert (row["record_mismatch_rate_evidence"] is not None) == bool(rate)


@pytest.mark.parametrize(("name", "told"), LOST.items())
def test_points_of_a_field_that_stopped_are(
    measured: Callable[..., Any], name: str, told: tuple[int | None, int | None]
) -> None:
    row = measured("fct_partner_conduct", f"P-FL-{name}")
    assert (row["lost_field_points"], row["lost_field_rows_count"]) == told
