"""A server on loopback for the whole module; a CRM behind it for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.ingestion.crm.fakes import FakeCrm, serving


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Callable[[FakeCrm], None]]]:
    with serving() as served:
        yield served
