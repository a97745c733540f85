"""One way to ask a CRM: time-outs everywhere, retries with back-off, a breaker, whole bodies only.

A reply is believed only when its body is complete (Content-Length, chunks and gzip trailer all
agree), its vendor does not call it an error, and the caller can read it. Headers and bodies are
never logged, and no error message holds a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from ingestion.crm.bodies import Reply, read_reply
from ingestion.crm.errors import (
    BadReplyError,
    CrmError,
    CrmLimitError,
    CrmSetupError,
    CrmUnreachableError,
)
from ingestion.crm.policy import PATIENT, Policy, Proxy

T = TypeVar("T")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_HOPS = 3


@dataclass(frozen=True)
class Request:
    """What to ask. `apart`: least seconds since the request before. `attempts`: None for the
    policy's; 1 for what must not be asked twice."""

    method: str
    path: str
    params: Mapping[str, str] | list[tuple[str, str]] | None = None
    json: Any = None
    form: Mapping[str, str] | None = None
    accept_type: str = "application/json"
    attempts: int | None = None
    apart: float = 0.0
    is_authorized: bool = True


@dataclass(frozen=True)
class Complaint:
    """What a vendor says is wrong in a reply. kind: retry, fail, limit or expired."""

    kind: str
    text: str


@dataclass(frozen=True)
class Manners:
    """A vendor's ways. `complain(reply)`: its view of any reply, None when it is fine.
    `authorize()`: headers of every request. `renew()`: once for credentials that have expired."""

    complain: Callable[[Reply], Complaint | None]
    authorize: Callable[[], Mapping[str, str]]
    renew: Callable[[], None] | None = None


class Http:
    """A session with one host."""

    def __init__(
        self, base_url: str, manners: Manners, policy: Policy = PATIENT, proxy: Proxy | None = None
    ) -> None:
        require_safe(base_url)
        self.base_url, self.policy, self._manners = base_url.rstrip("/"), policy, manners
        self._session = requests.Session()
        # neither ~/.netrc nor the environment decides what is sent, or where
        self._session.trust_env = False
        if proxy is not None:
            self._session.verify = proxy.ca_file or True
            self._session.proxies = {"https": proxy.url} if proxy.url else {}
        self._deadline = policy.clock.monotonic() + policy.total_seconds
        self._failures, self._open_until, self._last_sent = 0, 0.0, float("-inf")
        self._skew = timedelta()
        self._hidden: set[str] = set()
        self.headers: Mapping[str, str] = {}

    @property
    def now(self) -> datetime:
        """The earlier of our clock and the CRM's (as of its last reply), aware UTC."""
        return self.policy.clock.now() + min(self._skew, timedelta())

    def ask(self, request: Request, accept: Callable[[Reply], T]) -> T:
        """What `accept` makes of the reply; it raises `BadReplyError` to be asked again.

        Raises a `CrmError` when there is no answer, or none that is worth another attempt.
        """
        is_renewed, tried = False, 0
        while True:
            tried, after = tried + 1, None
            try:
                self._wait_turn(request.apart)
                reply = self._send(request)
                complaint = self._manners.complain(reply) or _plain_complaint(reply)
                if complaint is None:
                    answer = accept(reply)
                    self._failures = 0
                    return answer
                if complaint.kind == "expired" and self._manners.renew and not is_renewed:
                    is_renewed = True
                    self._manners.renew()
                    continue
                self._give_up_on(complaint, request)
                trouble, after = complaint.text, _retry_after(reply, self.policy.clock.now())
            except BadReplyError as error:
                trouble = str(error)
            self._count_failure(trouble, request, tried)
            self.wait(self.policy.delay(tried, after))

    def wait(self, seconds: float) -> None:
        """Wait, unless that would take longer than everything may take together."""
        if self.policy.clock.monotonic() + seconds > self._deadline:
            raise CrmUnreachableError(f"{self.base_url}: not done in the time it is given")
        self.policy.clock.sleep(seconds)

    def _wait_turn(self, apart: float) -> None:
        now = self.policy.clock.monotonic()
        if now < self._open_until:
            raise CrmUnreachableError(f"{self.base_url}: too many failures in a row, left alone")
        self.wait(max(0.0, self._last_sent + apart - now))
        self._last_sent = self.policy.clock.monotonic()

    def _count_failure(self, trouble: str, request: Request, tried: int) -> None:
        self._failures += 1
        if self._failures >= self.policy.breaker_failures:
            self._open_until = self.policy.clock.monotonic() + self.policy.breaker_seconds
        if tried >= (request.attempts or self.policy.attempts):
            raise CrmUnreachableError(f"{self._place(request)}: {self._without_secrets(trouble)}")

    def _give_up_on(self, complaint: Complaint, request: Request) -> None:
        if complaint.kind == "retry":
            return
        kind = CrmLimitError if complaint.kind == "limit" else CrmError
        raise kind(f"{self._place(request)}: {self._without_secrets(complaint.text)}")

    def _without_secrets(self, text: str) -> str:
        """A vendor's words; some repeat what they were sent."""
        for secret in self._hidden:
            text = text.replace(secret, "***")
        return text

    def _place(self, request: Request) -> str:
        return f"{urlsplit(self.base_url).netloc}{urlsplit(request.path).path}"

    def _send(self, request: Request) -> Reply:
        headers = {"Accept": request.accept_type, "Accept-Encoding": "gzip"}
        credentials = self._manners.authorize() if request.is_authorized else {}
        headers |= credentials
        self._hidden.update(value.removeprefix("Bearer ") for value in credentials.values())
        self._hidden.update((request.form or {}).values())
        url, params = urljoin(self.base_url + "/", request.path), request.params
        for _ in range(_MAX_HOPS):
            if not _same_place(url, self.base_url):
                place = self._place(request)
                raise CrmError(f"{place}: leads to another host; nothing is sent there")
            reply = self._exchange(request, url, params, headers)
            self._note_time(reply)
            if reply.status not in _REDIRECTS or request.method != "GET":
                return reply
            url, params = urljoin(url, reply.headers.get("Location", "")), None
        raise CrmError(f"{self._place(request)}: redirected too often")

    def _exchange(self, request: Request, url: str, params: Any, headers: dict[str, str]) -> Reply:
        policy, clock = self.policy, self.policy.clock
        with (
            _as_bad_reply(),
            self._session.request(
                request.method,
                url,
                headers=headers,
                params=params,
                json=request.json,
                data=request.form,
                timeout=(policy.connect_seconds, policy.read_seconds),
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            deadline = clock.monotonic() + policy.reply_seconds
            return read_reply(response, policy.max_bytes, lambda: clock.monotonic() > deadline)

    def _note_time(self, reply: Reply) -> None:
        self.headers = reply.headers
        stated = _date(reply.headers.get("Date", ""))
        if stated is not None:
            self._skew = stated - self.policy.clock.now()


def require_safe(url: str) -> None:
    """Raise CrmSetupError unless the address is https, or on this machine."""
    parts = urlsplit(url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not safe or not parts.hostname or parts.username or parts.password or parts.query:
        raise CrmSetupError("base_url must be https://<host> without user, password and query")


def _same_place(url: str, base: str) -> bool:
    one, other = urlsplit(url), urlsplit(base)
    return (one.scheme, one.netloc) == (other.scheme, other.netloc)


def _plain_complaint(reply: Reply) -> Complaint | None:
    """By the status alone, when the vendor's own words were not understood."""
    if not reply.is_error and reply.status not in _REDIRECTS:
        return None
    passing = reply.is_error and reply.may_pass
    return Complaint("retry" if passing else "fail", f"status {reply.status}")


def _retry_after(reply: Reply, now: datetime) -> float | None:
    """Seconds asked for: a number, or a date."""
    stated = reply.headers.get("Retry-After", "").strip()
    if stated.isascii() and stated.replace(".", "", 1).isdecimal():
        return float(stated)
    moment = _date(stated)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def _date(stated: str) -> datetime | None:
    """A date of HTTP with its zone, or None."""
    try:
        moment = parsedate_to_datetime(stated)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


@contextmanager
def _as_bad_reply() -> Iterator[None]:
    """Transport failures by their kind only: their messages may repeat what was sent."""
    try:
        yield
    except (requests.exceptions.SSLError, requests.exceptions.InvalidURL) as error:
        raise CrmSetupError(f"no secure connection ({type(error).__name__})") from None
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise BadReplyError(f"no whole reply ({type(error).__name__})") from None
