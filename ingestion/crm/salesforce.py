"""Salesforce: Bulk API 2.0 query jobs, OAuth client credentials, one fixed API version.

A job is a consistent reading whose size is told twice (per page and per job); both must agree
with the rows, and no record id may come twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import polars as pl

from ingestion.crm.answers import cells, listed, text, whole
from ingestion.crm.bodies import Reply, read_delimited, said
from ingestion.crm.credentials import Secret
from ingestion.crm.errors import BadReplyError, CrmError, CrmInconsistentError
from ingestion.crm.http import Complaint, Http, Manners, Request
from ingestion.crm.policy import Policy
from ingestion.crm.source import DELETED_AT, chunks, iso
from ingestion.crm.systems import Stream, System

FIND_KEYS = 150
FIRST_WAIT, LONGEST_WAIT, GROWTH = 0.5, 30.0, 1.5
_LAST_LOCATOR = "null"
_WAITING = ("UploadComplete", "InProgress")
_RECORD_ID = "Id"
_UNAUTHORIZED = 401
_KINDS = {
    "INVALID_SESSION_ID": "expired",
    "REQUEST_LIMIT_EXCEEDED": "limit",
    "UNABLE_TO_LOCK_ROW": "retry",
    "SERVER_UNAVAILABLE": "retry",
}


class Salesforce:
    """See `source.Source`."""

    # The recycle bin keeps records for 15 days; a day is left for clocks and long nights.
    deletions_kept: timedelta | None = timedelta(days=14)
    counts_records = True

    def __init__(self, system: System, secrets: Mapping[str, Secret], policy: Policy) -> None:
        self._secrets, self._token = secrets, ""
        self._root = f"/services/data/v{system.version}"
        manners = Manners(_complain, self._authorize, self._renew)
        self.http = Http(system.base_url, manners, policy, system.proxy)

    def missing_fields(self, stream: Stream) -> tuple[str, ...]:
        path = f"{self._root}/sobjects/{stream.object}/describe"
        fields = self.http.ask(Request("GET", path), lambda reply: listed(reply.table(), "fields"))
        known = {str(each.get("name", "")).lower() for each in fields}
        # a field of a related record is Salesforce's to judge, when the job is made
        plain = [name for name in stream.asked if "." not in name]
        return tuple(name for name in plain if name.lower() not in known)

    def count(self, stream: Stream, since: datetime | None) -> int | None:
        query = f"SELECT COUNT() FROM {stream.object}{_since(stream, since)}"
        return whole(self._query(query), "totalSize")

    def limits(self) -> str:
        left = self.http.ask(Request("GET", f"{self._root}/limits"), Reply.table)
        names = ("DailyApiRequests", "DailyBulkV2QueryJobs")
        known = {name: left[name] for name in names if isinstance(left.get(name), dict)}
        return ", ".join(
            f"{name} {each.get('Remaining')} of {each.get('Max')}" for name, each in known.items()
        )

    def pages(self, stream: Stream, since: datetime | None) -> Iterator[pl.DataFrame]:
        query = _select(stream.asked, stream) + _since(stream, since)
        yield from self._job("query", query, stream.asked)

    def deleted(self, stream: Stream) -> Iterator[pl.DataFrame]:
        assert self.deletions_kept is not None
        since = self.http.now - self.deletions_kept
        columns = (*stream.key_fields, stream.modified)
        where = f" WHERE IsDeleted = true AND {stream.modified} >= {iso(since)}"
        # merged records are listed too: the losers are deleted
        for page in self._job("queryAll", _select(columns, stream) + where, columns):
            yield page.rename({stream.modified: DELETED_AT})

    def live(self, stream: Stream) -> Iterator[pl.DataFrame]:
        columns = stream.key_fields
        yield from self._job("query", _select(columns, stream), columns)

    def find(self, stream: Stream, keys: list[str]) -> Iterator[pl.DataFrame]:
        for some in chunks(keys, FIND_KEYS):
            values = ", ".join(f"'{_escaped(key)}'" for key in some)
            where = f" WHERE {stream.key_fields[0]} IN ({values})"
            yield from self._rows(_select(stream.asked, stream) + where, stream.asked)

    def _job(self, operation: str, query: str, columns: tuple[str, ...]) -> Iterator[pl.DataFrame]:
        """The pages of one bulk job, which is deleted at the end; checked by its counts."""
        asked = _with_id(columns)
        body = {"operation": operation, "query": query, "columnDelimiter": "COMMA"}
        path = f"{self._root}/jobs/query"
        request = Request("POST", path, json=body)
        job = self.http.ask(request, lambda reply: text(reply.table(), "id"))
        try:
            promised = self._wait(f"{path}/{job}")
            ids: list[pl.Series] = []
            for page in self._results(f"{path}/{job}/results", asked):
                ids.append(page[_RECORD_ID])
                yield page.select(*columns)
            _check_ids(ids, promised)
        finally:
            self._drop(f"{path}/{job}")

    def _wait(self, path: str) -> int:
        """Poll until the job is complete; the number of records it has."""
        wait = FIRST_WAIT
        while True:
            job = self.http.ask(Request("GET", path), Reply.table)
            state = str(job.get("state"))
            if state == "JobComplete":
                return whole(job, "numberRecordsProcessed")
            if state not in _WAITING:
                message = said(job.get("errorMessage") or "no message")
                raise CrmError(f"the query job ended as {said(state)}: {message}")
            self.http.wait(wait)
            wait = min(LONGEST_WAIT, wait * GROWTH)

    def _results(self, path: str, columns: tuple[str, ...]) -> Iterator[pl.DataFrame]:
        """Locators stay valid while the job exists, so a page that failed is asked for again."""
        locator: str | None = None
        seen: set[str] = set()
        while locator != _LAST_LOCATOR:
            parts = {"maxRecords": str(self.http.policy.page_records)} | (
                {"locator": locator} if locator else {}
            )
            request = Request("GET", path, parts, accept_type="text/csv")
            accept = partial(_page, columns=columns, asked=locator)
            page, locator = self.http.ask(request, accept)
            if locator in seen:
                raise CrmInconsistentError("a locator of the query job came twice")
            seen.add(locator if locator != _LAST_LOCATOR else "")
            yield page

    def _drop(self, path: str) -> None:
        """Free the quota of stored results; a job left behind is gone after seven days anyway."""
        try:
            self.http.ask(Request("DELETE", path, attempts=2), lambda reply: None)
        except CrmError:
            return

    def _rows(self, query: str, columns: tuple[str, ...]) -> Iterator[pl.DataFrame]:
        """A small query, by REST."""
        answer = self._query(query)
        while True:
            records = listed(answer, "records")
            rows = [[_cell(record, name) for name in columns] for record in records]
            yield cells(rows, columns)
            if answer.get("done") is True:
                return
            following = text(answer, "nextRecordsUrl")
            answer = self.http.ask(Request("GET", following), Reply.table)

    def _query(self, query: str) -> dict[str, Any]:
        return self.http.ask(Request("GET", f"{self._root}/query", {"q": query}), Reply.table)

    def _authorize(self) -> dict[str, str]:
        if not self._token:
            self._renew()
        return {"Authorization": f"Bearer {self._token}"}

    def _renew(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._secrets["CLIENT_ID"].reveal(),
            "client_secret": self._secrets["CLIENT_SECRET"].reveal(),
        }
        request = Request("POST", "/services/oauth2/token", form=form, is_authorized=False)
        self._token = self.http.ask(request, lambda reply: text(reply.table(), "access_token"))


def _complain(reply: Reply) -> Complaint | None:
    """Errors are a list of {errorCode, message}; the token endpoint says {error}."""
    if reply.body[:1] not in (b"[", b"{"):
        return (
            Complaint("expired", "the session is over") if reply.status == _UNAUTHORIZED else None
        )
    try:
        said_so = reply.json
    except BadReplyError:
        return None
    errors = said_so if isinstance(said_so, list) else [said_so]
    first = errors[0] if errors and isinstance(errors[0], dict) else {}
    code = first.get("errorCode") or first.get("error")
    if not code:
        return None
    kind = _KINDS.get(str(code), "retry" if reply.may_pass else "fail")
    detail = first.get("message") or first.get("error_description") or ""
    return Complaint(kind, said(f"{code} {detail}"))


def _page(reply: Reply, columns: tuple[str, ...], asked: str | None) -> tuple[pl.DataFrame, str]:
    """A page and the locator of the next one; `asked` is the page's own."""
    page = read_delimited(reply.body, columns)
    promised, locator = (
        reply.headers.get("Sforce-NumberOfRecords"),
        reply.headers.get("Sforce-Locator"),
    )
    if promised is None or not locator:
        raise BadReplyError("the page does not say how many records it has, or what follows")
    if locator == asked:
        raise BadReplyError("the page before came again")
    if promised != str(page.height):
        raise BadReplyError(f"a page of {promised} records has {page.height}")
    return page, locator


def _check_ids(ids: list[pl.Series], promised: int) -> None:
    every = pl.concat(ids)
    if len(every) != promised or every.n_unique() != promised:
        raise CrmInconsistentError(
            f"the job has {promised:,} records, its pages {len(every):,} "
            f"({every.n_unique():,} different)"
        )


def _select(columns: tuple[str, ...], stream: Stream) -> str:
    return f"SELECT {', '.join(_with_id(columns))} FROM {stream.object}"


def _with_id(columns: tuple[str, ...]) -> tuple[str, ...]:
    """The record's id last: it is never empty, so it tells rows that are too short."""
    return (*(name for name in dict.fromkeys(columns) if name != _RECORD_ID), _RECORD_ID)


def _since(stream: Stream, since: datetime | None) -> str:
    return f" WHERE {stream.modified} >= {iso(since)}" if since is not None else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def _cell(record: Mapping[str, Any], name: str) -> str:
    """A field, through related records where the name has dots; JSON's true is SOQL's true."""
    value: Any = record
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
