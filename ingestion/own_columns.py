"""The columns that our replies put behind a partner's own, and how they are told when they return.

Both are known to `headers.csv` as of no use, so a file that holds them is read like any other.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.tables import fold, unique_names

# Why a row came back; the second name where the partner's own column has the first.
REASON_COLUMN, OTHER_REASON_COLUMN = "理由", "返却理由"
LINE_COLUMN = "元の行番号"


def own_columns(header: Sequence[str]) -> frozenset[str]:
    """Names, as `unique_names` gives them, of the columns that a reply of ours has added.

    The line number is ours alone; of several reasons ours is the last, those before it are the
    partner's.
    """
    found = dict(zip(unique_names(header), map(fold, header), strict=True))
    lines = [name for name, cell in found.items() if cell == LINE_COLUMN]
    reasons = [n for n, cell in found.items() if cell in (REASON_COLUMN, OTHER_REASON_COLUMN)]
    return frozenset([*lines, *reasons[-1:]] if lines else [])
