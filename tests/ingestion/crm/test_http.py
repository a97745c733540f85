"""Asking over HTTP: whole replies only, patience with limits, and no secret anywhere."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ingestion.crm.bodies import Reply
from ingestion.crm.errors import (
    CrmError,
    CrmLimitError,
    CrmSetupError,
    CrmUnreachableError,
)
from ingestion.crm.http import Complaint, Http, Manners, Request
from ingestion.crm.policy import Policy
from tests.ingestion.crm.bench import Waits
from tests.ingestion.crm.fakes import Answer, FakeCrm, answer

SECRET = "s3cret-value"
Server = tuple[str, Callable[[FakeCrm], None]]


class Echo(FakeCrm):
    """Answers what it is told to, the last answer for ever."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__()
        self.answers = list(answers)

    def respond(self, *parts: Any) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def http_of(server: Server, crm: FakeCrm, **changes: Any) -> tuple[Http, Waits]:
    url, serve = server
    serve(crm)
    waits = Waits(crm)
    manners = Manners(lambda reply: None, lambda: {"Authorization": f"Bearer {SECRET}"})
    return Http(url, manners, waits.policy(**changes)), waits


@pytest.mark.parametrize("fault", ["cut", "cut_chunk", "cut_gzip", "slow", "garbage", "nothing"])
def test_reply_that_is_not_whole_is_asked_for_again(server: Server, fault: str) -> None:
    crm = Echo(answer({"ok": list(range(100))}))
    http, waits = http_of(server, crm)
    crm.faults = {1: fault, 2: fault}
    assert http.ask(Request("GET", "/x"), Reply.table)["ok"][-1] == 99
    assert crm.requests == 3
    assert len(waits.slept) >= 2


def test_waits_grow_with_full_jitter_and_stay_below_the_cap() -> None:
    policy = Policy(base_delay=1.0, max_delay=8.0)
    policy = replace(policy, clock=replace(policy.clock, random=random.Random(3)))
    for tried, cap in [(1, 2), (2, 4), (3, 8), (9, 8)]:
        delays = [policy.delay(tried, None) for _ in range(200)]
        assert 0 <= min(delays) < cap * 0.1
        assert cap * 0.9 < max(delays) <= cap


def test_retry_after_is_kept_and_clamped(server: Server) -> None:
    crm = Echo(answer({}))
    crm.faults = {1: "busy_with_advice", 2: "busy_for_ever"}
    http, waits = http_of(server, crm, max_retry_after=50.0, max_delay=4.0)
    http.ask(Request("GET", "/x"), Reply.table)
    first, second = [each for each in waits.slept if each]
    assert 7 <= first <= 8
    assert 50 <= second <= 51


def test_host_that_keeps_failing_is_left_alone_for_a_while(server: Server) -> None:
    crm = Echo(Answer(503))
    http, waits = http_of(server, crm, attempts=3, breaker_failures=3, breaker_seconds=600.0)
    with pytest.raises(CrmUnreachableError, match="status 503"):
        http.ask(Request("GET", "/x"), Reply.table)
    with pytest.raises(CrmUnreachableError, match="left alone"):
        http.ask(Request("GET", "/x"), Reply.table)
    assert crm.requests == 3
    waits.elapsed += 601
    crm.answers = [answer({})]
    assert http.ask(Request("GET", "/x"), Reply.table) == {}


def test_everything_together_may_not_take_for_ever(server: Server) -> None:
    crm = Echo(Answer(503))
    http, waits = http_of(server, crm, attempts=1000, total_seconds=100.0, breaker_failures=999)
    with pytest.raises(CrmUnreachableError, match="not done in the time"):
        http.ask(Request("GET", "/x"), Reply.table)
    assert waits.elapsed <= 100


def test_refusal_is_not_repeated(server: Server) -> None:
    crm = Echo(Answer(403))
    http, _ = http_of(server, crm)
    with pytest.raises(CrmError, match="status 403"):
        http.ask(Request("GET", "/x"), Reply.table)
    assert crm.requests == 1


def test_daily_limit_is_not_repeated(server: Server) -> None:
    crm = Echo(Answer(429))
    url, serve = server
    serve(crm)
    manners = Manners(lambda reply: Complaint("limit", "daily"), dict)
    with pytest.raises(CrmLimitError):
        Http(url, manners, Waits(crm).policy()).ask(Request("GET", "/x"), Reply.table)
    assert crm.requests == 1


def test_redirect_is_followed_on_the_same_host_only(server: Server) -> None:
    crm = Echo(Answer(302, b"", {"Location": "/elsewhere"}), answer({"ok": True}))
    http, _ = http_of(server, crm)
    assert http.ask(Request("GET", "/x"), Reply.table) == {"ok": True}
    crm.answers = [Answer(302, b"", {"Location": "http://localhost:9/steal"})]
    with pytest.raises(CrmError, match="another host"):
        http.ask(Request("GET", "/x"), Reply.table)


def test_reply_that_unpacks_without_end_is_refused(server: Server) -> None:
    crm = Echo(Answer(200, b"[" + b" " * 5_000_000 + b"]"))
    http, _ = http_of(server, crm, max_bytes=1_000_000)
    with pytest.raises(CrmError, match="larger than 1,000,000 bytes"):
        http.ask(Request("GET", "/x"), lambda reply: reply.json)


@pytest.mark.parametrize(
    "url", ["http://crm.example.com", "ftp://x", "https://", "https://u:p@x", "https://x?a=b"]
)
def test_address_must_be_https_or_this_machine(url: str) -> None:
    with pytest.raises(CrmSetupError, match="base_url"):
        Http(url, Manners(lambda reply: None, dict))


def test_clock_of_the_crm_counts_when_it_is_behind_ours(server: Server) -> None:
    crm = Echo(answer({}))
    http, _ = http_of(server, crm)
    for skew, shown in [(-600, 600), (600, 0)]:
        crm.skew = timedelta(seconds=skew)
        http.ask(Request("GET", "/x"), Reply.table)
        assert crm.now - http.now == timedelta(seconds=shown)


@pytest.mark.parametrize("fault", ["cut", "broken", "garbage", "slow", "cdn"])
def test_no_secret_in_errors_and_logs(
    server: Server, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    crm = Echo(answer({"echo": SECRET}, 400))
    crm.faults = dict.fromkeys(range(1, 9), fault)
    http, _ = http_of(server, crm, attempts=2)
    with caplog.at_level(logging.DEBUG), pytest.raises(CrmError) as caught:
        http.ask(Request("POST", "/x", form={"client_secret": SECRET}), Reply.table)
    chain: BaseException | None = caught.value
    shown = [caplog.text, repr(http.__dict__["_manners"])]
    while chain is not None:
        shown.append(f"{chain!r} {chain}")
        chain = None if chain.__suppress_context__ else chain.__context__
    assert SECRET not in " ".join(shown)
    assert crm.seen[0]["Authorization"] == f"Bearer {SECRET}"


def test_vendor_that_repeats_a_secret_is_not_quoted(server: Server) -> None:
    crm = Echo(Answer(400))
    url, serve = server
    serve(crm)
    manners = Manners(
        lambda reply: Complaint("fail", f"bad token {SECRET} of hush-hush"),
        lambda: {"Authorization": f"Bearer {SECRET}"},
    )
    request = Request("POST", "/x", form={"client_secret": "hush-hush"})
    with pytest.raises(CrmError, match=r"bad token \*\*\* of \*\*\*") as caught:
        Http(url, manners, Waits(crm).policy()).ask(request, Reply.table)
    assert SECRET not in str(caught.value)
