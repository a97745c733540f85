"""A partner's own rate beside what its peers would have (`marts.fct_partner_scores`)."""

from __future__ import annotations

from typing import Any

import duckdb

from review.desk.measured import measure_of
from review.desk.published import FIGURES, columns_of, records_of

_STANDING = f"""
select hits, size, rate, expected_rate, ratio, share_of_peers_below, peer_count
from {FIGURES}.marts.fct_partner_scores
where partner_id = ? and measure = ? and expected_rate is not null
"""


def find_standing(
    connection: duckdb.DuckDBPyConnection, flag: dict[str, Any]
) -> dict[str, Any] | None:
    """What the flag's partner has and its peers have, in percent; None for other rules.

    Percentages own_percent, peers_percent, below_percent; hits of size cases; ratio; peer_count.
    """
    measure = measure_of(flag["bound"] or "")
    if not (measure and columns_of(connection, "marts", "fct_partner_scores", FIGURES)):
        return None
    found = records_of(connection, _STANDING, [flag["partner_id"], measure])
    if not found:
        return None
    standing = found[0]
    return standing | {
        "own_percent": 100 * standing["rate"],
        "peers_percent": 100 * standing["expected_rate"],
        "below_percent": 100 * (standing["share_of_peers_below"] or 0),
    }
