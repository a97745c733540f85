"""The units in which files give yen."""

from __future__ import annotations

import re

# Yen per unit.
UNITS = {"円": 1, "千円": 1_000, "万円": 10_000, "百万円": 1_000_000, "億円": 100_000_000}
SCALED_UNIT = re.compile("百万円|千円|万円|億円")
UNIT = f"{SCALED_UNIT.pattern}|円"
