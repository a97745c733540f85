"""How patient a conversation with a CRM is, by which clock, and the way out of the house."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True)
class Clock:
    """Time, waiting and chance, so that tests can set them. `now` is aware UTC."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    random: random.Random = field(default_factory=random.Random)


@dataclass(frozen=True)
class Policy:
    """Seconds, attempts a request, bytes a body, records a page (vendors allow fewer).

    `total_seconds` is for everything together; after `breaker_failures` in a row the host is left
    alone for `breaker_seconds`.
    """

    connect_seconds: float = 10.0
    read_seconds: float = 90.0
    reply_seconds: float = 600.0
    total_seconds: float = 6 * 3600.0
    attempts: int = 7
    base_delay: float = 0.5
    max_delay: float = 60.0
    max_retry_after: float = 300.0
    breaker_failures: int = 20
    breaker_seconds: float = 120.0
    max_bytes: int = 512 * 1024**2
    page_records: int = 20_000
    clock: Clock = field(default_factory=Clock)

    def delay(self, tried: int, after: float | None) -> float:
        """Seconds before the next attempt: what the server asks for, else full jitter."""
        jitter = self.clock.random.uniform(0, min(self.max_delay, self.base_delay * 2**tried))
        return jitter if after is None else min(after, self.max_retry_after) + jitter / 4


@dataclass(frozen=True)
class Proxy:
    """A proxy's address, and a file of certificate authorities."""

    url: str | None = None
    ca_file: str | None = None


PATIENT = Policy()
