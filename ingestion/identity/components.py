"""Connected components over shared keys."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Rows = npt.NDArray[np.uint32]


def connect(rows: Rows, left: Rows, right: Rows) -> Rows:
    """The smallest of `rows` (ascending) reachable over edges between them, for each of them."""
    size = len(rows)
    ends = np.searchsorted(rows, left), np.searchsorted(rows, right)
    edges = coo_array((np.ones(len(left), np.bool_), ends), shape=(size, size))
    _, part = connected_components(edges, directed=False)
    first = np.full(size, size, np.int64)
    np.minimum.at(first, part, np.arange(size))
    smallest: Rows = rows[first[part]]
    return smallest
