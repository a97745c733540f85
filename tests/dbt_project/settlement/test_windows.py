"""An uplift earns in a later period every month its window lasts; it stays one line."""

from __future__ import annotations

from typing import Any

MAY, JUNE, TONIGHT = "2026-05-31#1", "2026-06-30#1", "2026-07-01#1"


def _uplift(earn_period: str, amount_yen: int) -> dict[str, Any]:
    return {
        "posting_id": f"uplift-{earn_period}",
        "line_key": "P-1|seller|T-1|FY2026-Q1|uplift|FY2026-Q1",
        "partner_id": "P-1",
        "role": "seller",
        "component": "uplift",
        "subject": "FY2026-Q1",
        "term_id": "T-1",
        "earn_period": earn_period,
        "post_period": earn_period,
        "amount_yen": amount_yen,
        "reason_code": "new",
    }


def test_uplift_of_a_quarter_is_one_line_in_its_latest_period(build, warehouse) -> None:
    connection = warehouse(
        {TONIGHT: [build.a_partner("P-1")]},
        postings={MAY: [_uplift("2026-05", 3_000)], JUNE: [_uplift("2026-06", 2_000)]},
        settlement=True,
    )
    lines = connection.sql(
        "select earn_period, posted_yen, availability from marts.fct_commission_availability"
    ).fetchall()
    assert lines == [("2026-06", 5_000, "available")]
