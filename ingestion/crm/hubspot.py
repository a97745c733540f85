"""HubSpot: dated CRM API; lists for first readings and archived records, searches for what is new.

A search is sorted by record id and each page starts behind the last id of the one before. So no
page depends on a modification made meanwhile, and the window of 10,000 results is never reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from ingestion.crm.answers import cells, listed, text, whole
from ingestion.crm.bodies import Reply, said
from ingestion.crm.credentials import Secret
from ingestion.crm.errors import BadReplyError, CrmSetupError
from ingestion.crm.http import Complaint, Http, Manners, Request
from ingestion.crm.policy import Policy
from ingestion.crm.source import DELETED_AT, chunks
from ingestion.crm.systems import Stream, System

LIST_RECORDS, SEARCH_RECORDS, FIND_KEYS = 100, 200, 100
# 190 requests in 10 s for the account, 4 searches a second in the older documents (now 5).
APART, SEARCH_APART = 10 / 150, 0.25
RECORD_ID = "hs_object_id"
_STAGE_FIELDS = ("dealstage", "hs_pipeline_stage")
# Refusals that pass by themselves: a record that is locked, a portal that is being moved.
_PASSING = (423, 477)
_OK = 200


class HubSpot:
    """See `source.Source`."""

    # Archived records are kept, and listed, for 90 days.
    deletions_kept: timedelta | None = timedelta(days=85)
    counts_records = False

    def __init__(self, system: System, secrets: Mapping[str, Secret], policy: Policy) -> None:
        self._version, self._token = system.version, secrets["TOKEN"]
        self._labels: dict[str, dict[str, str]] = {}
        manners = Manners(_complain, lambda: {"Authorization": f"Bearer {self._token.reveal()}"})
        self.http = Http(system.base_url, manners, policy, system.proxy)

    def missing_fields(self, stream: Stream) -> tuple[str, ...]:
        # an unknown property is left out of records without a word
        path = f"/crm/properties/{self._version}/{stream.object}"
        found = self.http.ask(Request("GET", path), lambda reply: listed(reply.table(), "results"))
        known = {str(each.get("name")) for each in found}
        return tuple(name for name in stream.asked if name not in known)

    def count(self, stream: Stream, since: datetime | None) -> int | None:
        # a filter that every record meets: searches need one
        filters = [_after(RECORD_ID, 0), *_modified_since(stream, since)]
        return self._search(stream, filters, [RECORD_ID], 1)[1]

    def limits(self) -> str:
        left = self.http.headers.get("X-HubSpot-RateLimit-Daily-Remaining")
        most = self.http.headers.get("X-HubSpot-RateLimit-Daily", "?")
        return f"daily requests {said(left)} of {said(most)}" if left else ""

    def pages(self, stream: Stream, since: datetime | None) -> Iterator[pl.DataFrame]:
        pages: Iterator[pl.DataFrame]
        if since is None:
            pages = (_frame(page, stream.asked) for page in self._list(stream, stream.asked, False))
        else:
            pages = self._seek(stream, _modified_since(stream, since))
        labels = self._stage_labels(stream)
        for page in pages:
            yield page.with_columns(pl.col(name).replace(of) for name, of in labels.items())

    def deleted(self, stream: Stream) -> Iterator[pl.DataFrame]:
        for page in self._list(stream, stream.key_fields, True):
            rows = [
                (*_cells(record, stream.key_fields), str(record.get("archivedAt") or ""))
                for record in page
            ]
            yield cells(rows, (*stream.key_fields, DELETED_AT))

    def live(self, stream: Stream) -> Iterator[pl.DataFrame]:
        for page in self._list(stream, stream.key_fields, False):
            yield _frame(page, stream.key_fields)

    def find(self, stream: Stream, keys: list[str]) -> Iterator[pl.DataFrame]:
        path = f"{self._path(stream)}/batch/read"
        name = stream.key_fields[0]
        labels = self._stage_labels(stream)
        for some in chunks(keys, FIND_KEYS):
            if name != RECORD_ID:
                # HubSpot compares the values of IN in lower case
                values = [key.lower() for key in some]
                filters = [{"propertyName": name, "operator": "IN", "values": values}]
                found = self._seek(stream, filters)
            else:
                body = {"properties": list(stream.asked), "inputs": [{"id": key} for key in some]}
                records = self.http.ask(Request("POST", path, json=body, apart=APART), _records)
                found = iter([_frame(records, stream.asked)])
            for page in found:
                yield page.with_columns(pl.col(field).replace(of) for field, of in labels.items())

    def _list(
        self, stream: Stream, names: tuple[str, ...], archived: bool
    ) -> Iterator[list[dict[str, Any]]]:
        """Every page of a listing; a page with a record that came before is asked for again."""
        parts = {
            "limit": str(min(LIST_RECORDS, self.http.policy.page_records)),
            "archived": str(archived).lower(),
            "properties": ",".join(dict.fromkeys([*names, RECORD_ID])),
        }
        seen: set[str] = set()
        after = ""
        while True:
            asked = parts | ({"after": after} if after else {})
            request = Request("GET", self._path(stream), asked, apart=APART)
            records, after = self.http.ask(request, lambda reply: _listing(reply, seen))
            seen.update(_ids(records))
            yield records
            if not after:
                return

    def _seek(self, stream: Stream, filters: list[dict[str, Any]]) -> Iterator[pl.DataFrame]:
        last, names = 0, list(stream.asked)
        limit = min(SEARCH_RECORDS, self.http.policy.page_records)
        while True:
            behind = [*filters, _after(RECORD_ID, last)]
            records, total = self._search(stream, behind, names, limit, last)
            if len(records) < min(limit, total):
                # fewer than there are: a second look, and the fuller of both
                again, _ = self._search(stream, behind, names, limit, last)
                records = max(records, again, key=len)
            if not records:
                return
            last = int(_ids(records)[-1])
            yield _frame(records, stream.asked)

    def _search(
        self,
        stream: Stream,
        filters: list[dict[str, Any]],
        names: list[str],
        limit: int,
        last: int = 0,
    ) -> tuple[list[dict[str, Any]], int]:
        """(records behind `last` in the order of their ids, how many there are in all)."""
        body = {
            "filterGroups": [{"filters": filters}],
            "sorts": [{"propertyName": RECORD_ID, "direction": "ASCENDING"}],
            "properties": names,
            "limit": limit,
        }
        path = f"{self._path(stream)}/search"
        request = Request("POST", path, json=body, apart=SEARCH_APART)
        return self.http.ask(request, lambda reply: _found(reply, last))

    def _stage_labels(self, stream: Stream) -> dict[str, dict[str, str]]:
        """Field → stage id → label, for the stage fields of a stream that wants labels."""
        if not stream.stage_labels:
            return {}
        if stream.object not in self._labels:
            path = f"/crm/pipelines/{self._version}/{stream.object}"
            request = Request("GET", path)
            pipelines = self.http.ask(request, lambda reply: listed(reply.table(), "results"))
            stages = [stage for each in pipelines for stage in each.get("stages") or []]
            self._labels[stream.object] = {str(s.get("id")): str(s.get("label")) for s in stages}
        labels = self._labels[stream.object]
        return {name: labels for name in _STAGE_FIELDS if name in stream.asked}

    def _path(self, stream: Stream) -> str:
        return f"/crm/objects/{self._version}/{stream.object}"


def _complain(reply: Reply) -> Complaint | None:
    """{status: "error", message, category or errorType, policyName}."""
    try:
        answer = reply.table() if reply.body else {}
    except BadReplyError:
        return None
    if answer.get("status") != "error" and not reply.is_error:
        return None
    what = said(
        f"{answer.get('category') or answer.get('errorType') or ''} {answer.get('message')}"
    )
    if str(answer.get("policyName", "")).upper() == "DAILY":
        return Complaint("limit", f"daily limit: {what}")
    passing = reply.may_pass or reply.status in _PASSING
    return Complaint("retry" if passing else "fail", f"status {reply.status} {what}")


def _listing(reply: Reply, seen: set[str]) -> tuple[list[dict[str, Any]], str]:
    """(records, cursor of the next page, empty at the end)."""
    answer = reply.table()
    records = listed(answer, "results")
    ids = _ids(records)
    if len(set(ids)) < len(ids) or not seen.isdisjoint(ids):
        raise BadReplyError("a page repeats records")
    following = answer.get("paging")
    if following is None:
        return records, ""
    if not isinstance(following, dict) or not isinstance(following.get("next"), dict):
        raise BadReplyError("the reply does not say what follows")
    return records, text(following["next"], "after")


def _found(reply: Reply, last: int) -> tuple[list[dict[str, Any]], int]:
    answer = reply.table()
    records, total = listed(answer, "results"), whole(answer, "total")
    numbers = [int(each) for each in _ids(records)]
    if numbers != sorted(set(numbers)) or (numbers and numbers[0] <= last):
        raise BadReplyError("a page of the search repeats records or is out of order")
    if total and not records:
        raise BadReplyError(f"none of {total} found records came")
    return records, total


def _records(reply: Reply) -> list[dict[str, Any]]:
    """A batch answers 207 when some ids are unknown: they are simply not among its results."""
    return listed(reply.table(), "results")


def _ids(records: list[dict[str, Any]]) -> list[str]:
    ids = [text(record, "id") for record in records]
    if not all(each.isdecimal() and each.isascii() for each in ids):
        raise BadReplyError("a record has no number")
    return ids


def _frame(records: list[dict[str, Any]], names: tuple[str, ...]) -> pl.DataFrame:
    return cells([_cells(record, names) for record in records], names)


def _cells(record: Mapping[str, Any], names: tuple[str, ...]) -> tuple[str, ...]:
    """Values of properties; one that the record does not name was never filled."""
    properties = record.get("properties")
    if not isinstance(properties, dict):
        raise CrmSetupError("records come without properties; may the token read them?")
    values = {RECORD_ID: record.get("id"), **properties}
    return tuple("" if values.get(name) is None else str(values[name]) for name in names)


def _after(name: str, value: int) -> dict[str, Any]:
    return {"propertyName": name, "operator": "GT", "value": str(value)}


def _modified_since(stream: Stream, since: datetime | None) -> list[dict[str, Any]]:
    if since is None:
        return []
    milliseconds = str(int(since.timestamp() * 1000))
    return [{"propertyName": stream.modified, "operator": "GTE", "value": milliseconds}]
