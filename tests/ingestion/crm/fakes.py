"""A CRM on loopback: real records that change, a vendor's rules, and faults by schedule."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

START = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
SLOW_SECONDS = 0.4
# What goes wrong before the vendor's code is reached: status, headers, body.
REFUSALS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "busy": (429, {}, b""),
    "busy_with_advice": (429, {"Retry-After": "7"}, b""),
    "busy_for_ever": (429, {"Retry-After": "86400"}, b"{}"),
    "broken": (500, {}, b"<html>oops</html>"),
    "away": (503, {}, b""),
    "cdn": (520, {}, b"error code: 520"),
    "garbage": (200, {}, b"<html>Maintenance</html>"),
    "nothing": (200, {}, b""),
}
BENT = ("repeat", "shrink", "drop")
CUT = ("cut", "cut_chunk", "cut_gzip")
FAULTS = (*REFUSALS, *BENT, *CUT, "slow", "expired", "error_with_200")


@dataclass
class Answer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "application/json"


def answer(value: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps(value, ensure_ascii=False).encode(), dict(headers))


@dataclass
class Record:
    """`history`: (when, value) since it was made; a value of None means deleted."""

    number: int
    history: list[tuple[datetime, str | None]]

    @property
    def value(self) -> str | None:
        return self.history[-1][1]

    @property
    def changed(self) -> datetime:
        return self.history[-1][0]


class FakeCrm:
    """Vendors override `respond`, `sick` and `over`; time passes a second with every request."""

    resolution = timedelta(seconds=1)

    def __init__(self) -> None:
        self.now = START
        self.skew = timedelta(0)
        self.records: dict[int, Record] = {}
        self.faults: dict[int, str] = {}
        self.changes: dict[int, Callable[[], None]] = {}
        self.requests = 0
        self.log: list[str] = []
        self.seen: list[dict[str, str]] = []
        self.last: dict[str, Answer] = {}
        self.lock = threading.Lock()

    # --- records

    def add(self, value: str) -> Record:
        number = max(self.records, default=100) + 1
        self.records[number] = Record(number, [(self.now, value)])
        return self.records[number]

    def set(self, number: int, value: str | None) -> None:
        self.records[number].history.append((self.now, value))

    def stamp(self, record: Record) -> str:
        """The time of the last modification as the vendor shows it."""
        seconds = self.resolution.total_seconds()
        moment = datetime.fromtimestamp(record.changed.timestamp() // seconds * seconds, UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def alive(self) -> list[Record]:
        return [each for _, each in sorted(self.records.items()) if each.value is not None]

    def dead(self) -> list[Record]:
        return [each for _, each in sorted(self.records.items()) if each.value is None]

    @property
    def truth(self) -> dict[str, str]:
        return {str(each.number): str(each.value) for each in self.alive()}

    # --- requests

    def handle(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer | str:
        """An answer, or a way to break off."""
        with self.lock:
            self.requests += 1
            self.now += timedelta(seconds=1)
            if change := self.changes.pop(self.requests, None):
                change()
            parts = urlsplit(url)
            self.log.append(f"{method} {parts.path}")
            self.seen.append(headers)
            fault = self.faults.get(self.requests, "")
            if fault in REFUSALS:
                return Answer(*_swapped(REFUSALS[fault]))
            if fault == "expired":
                self.expire()
            if fault == "error_with_200":
                return self.sick()
            if fault == "slow":
                return "slow"
            if fault == "repeat" and parts.path in self.last:
                return self.last[parts.path]
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            bent = fault if fault in BENT else ""
            given = self.respond(method, parts.path, query, headers, body, bent)
            if given.status == 200:
                self.last[parts.path] = given
            return _cut(given, fault) if fault in CUT else given

    def expire(self) -> None:
        """Make the credentials in use worthless, where they can be renewed."""

    def sick(self) -> Answer:
        return answer({"error": "SERVER_UNAVAILABLE"})

    def respond(
        self,
        method: str,
        path: str,
        query: dict[str, str],
        headers: dict[str, str],
        body: bytes,
        bent: str,
    ) -> Answer:
        raise NotImplementedError


def bend(page: list[Record], bent: str) -> list[Record]:
    """A page that ends early, or that lost a record on its way."""
    if bent == "shrink" and len(page) > 1:
        return page[: len(page) // 2]
    if bent == "drop" and len(page) > 2:
        return page[:1] + page[2:]
    return page


def _swapped(parts: tuple[int, dict[str, str], bytes]) -> tuple[int, bytes, dict[str, str]]:
    status, headers, body = parts
    return status, body, dict(headers)


def _cut(given: Answer, fault: str) -> Answer:
    return Answer(given.status, given.body, given.headers | {"X-Cut": fault}, given.kind)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # one write a reply: else the kernel waits 40 ms for each
    wbufsize = -1
    crm: FakeCrm

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        given = self.crm.handle(self.command, self.path, dict(self.headers), body)
        if isinstance(given, str):
            time.sleep(SLOW_SECONDS)
            self.close_connection = True
            return
        self._send(given)

    do_GET = do_POST = do_DELETE = _serve

    def _send(self, given: Answer) -> None:
        cut = given.headers.get("X-Cut")
        packed = gzip.compress(given.body, 1)
        body = packed if cut in (None, "cut_gzip") and given.body else given.body
        self.send_response_only(given.status)
        self.send_header("Date", format_datetime(self.crm.now + self.crm.skew, usegmt=True))
        self.send_header("Content-Type", given.kind)
        if body is packed:
            self.send_header("Content-Encoding", "gzip")
        for name, value in given.headers.items():
            if name != "X-Cut":
                self.send_header(name, value)
        part = body[: len(body) * 2 // 3]
        if cut == "cut_chunk":
            self.send_header("Transfer-Encoding", "chunked")
        else:
            # a gzip cut by a proxy has the length of what is left
            self.send_header("Content-Length", str(len(part if cut == "cut_gzip" else body)))
        self.end_headers()
        if cut == "cut_chunk":
            self.wfile.write(b"%x\r\n" % len(body) + part)
        else:
            self.wfile.write(part if cut else body)
        self.close_connection = cut is not None

    def log_message(self, *parts: Any) -> None:
        """Quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *parts: Any) -> None:
        """A client that gave up is what the faults are for."""


@contextmanager
def serving() -> Iterator[tuple[str, Callable[[FakeCrm], None]]]:
    """(base address, a way to say which CRM answers there)."""
    handler = type("Handler", (_Handler,), {})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()

    def serve(crm: FakeCrm) -> None:
        handler.crm = crm  # type: ignore[attr-defined]

    try:
        yield f"http://127.0.0.1:{server.server_port}", serve
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
