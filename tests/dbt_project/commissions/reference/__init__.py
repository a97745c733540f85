"""A slow, second reading of DOMAIN §3–§5: an oracle for tests, never imported by the product."""

from __future__ import annotations

from .histories import NIGHTS, history
from .oracle import Decisions, LineKey, net
from .rows import Row

__all__ = ["NIGHTS", "Decisions", "LineKey", "Row", "history", "net"]
