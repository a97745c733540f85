"""kintone: pages behind the last `$id`, or a cursor over the same order; ids swept for deletions.

The end is an empty page: a short one proves nothing. All values are texts; tables and files within
a record stay JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from ingestion.crm.answers import cells, listed, text, whole
from ingestion.crm.bodies import Reply, said
from ingestion.crm.credentials import Secret
from ingestion.crm.errors import BadReplyError, CrmError, CrmInconsistentError, CrmUnreachableError
from ingestion.crm.http import Complaint, Http, Manners, Request
from ingestion.crm.policy import Policy
from ingestion.crm.source import chunks, iso
from ingestion.crm.systems import Stream, System

PAGE_RECORDS, FIND_KEYS = 500, 100
CURSOR_ATTEMPTS = 7
_RECORD_ID = "$id"
_LASTING = ("GAIA_IA", "GAIA_NO", "GAIA_AP", "GAIA_IQ", "CB_NO", "CB_WA", "CB_VA", "CB_IL")


class Kintone:
    """See `source.Source`."""

    # Deletions are never listed.
    deletions_kept: timedelta | None = None
    counts_records = False

    def __init__(self, system: System, secrets: Mapping[str, Secret], policy: Policy) -> None:
        self._token = secrets["TOKEN"]
        space = f"/guest/{system.guest_space}" if system.guest_space else ""
        self._root = f"/k{space}/{system.version}"
        manners = Manners(_complain, lambda: {"X-Cybozu-API-Token": self._token.reveal()})
        self.http = Http(system.base_url, manners, policy, system.proxy)

    def missing_fields(self, stream: Stream) -> tuple[str, ...]:
        path = f"{self._root}/app/form/fields.json"
        known = self.http.ask(Request("GET", path, {"app": stream.object}), _properties)
        return tuple(name for name in stream.asked if name not in known and name[:1] != "$")

    def count(self, stream: Stream, since: datetime | None) -> int | None:
        query = f"{_since(stream, since)} order by $id asc limit 1".strip()
        return self._ask(stream, query, (_RECORD_ID,), True)[1]

    def limits(self) -> str:
        most = self.http.headers.get("X-ConcurrencyLimit-Limit")
        running = self.http.headers.get("X-ConcurrencyLimit-Running", "?")
        return f"concurrent requests {said(running)} of {said(most)}" if most else ""

    def pages(self, stream: Stream, since: datetime | None) -> Iterator[pl.DataFrame]:
        where = _since(stream, since)
        if stream.paging == "cursor":
            yield from self._through_cursors(stream, where)
        else:
            yield from self._seek(stream, where, stream.asked, since is not None)

    def deleted(self, stream: Stream) -> Iterator[pl.DataFrame]:
        raise CrmInconsistentError("kintone lists no deletions")

    def live(self, stream: Stream) -> Iterator[pl.DataFrame]:
        yield from self._seek(stream, "", stream.key_fields, False)

    def find(self, stream: Stream, keys: list[str]) -> Iterator[pl.DataFrame]:
        for some in chunks(keys, FIND_KEYS):
            values = ", ".join(f'"{_escaped(key)}"' for key in some)
            yield from self._seek(
                stream, f"{stream.key_fields[0]} in ({values})", stream.asked, True
            )

    def _seek(
        self, stream: Stream, where: str, names: tuple[str, ...], counts: bool
    ) -> Iterator[pl.DataFrame]:
        """`counts`: have every page counted, which is slow where much is found."""
        last, limit = 0, min(PAGE_RECORDS, self.http.policy.page_records)
        while True:
            query = f"{_behind(where, last)} order by $id asc limit {limit}"
            records, total = self._ask(stream, query, names, counts, last)
            if len(records) < min(limit, total):
                # fewer than there are: a second look, and the fuller of both
                again, _ = self._ask(stream, query, names, counts, last)
                records = max(records, again, key=len)
            if not records:
                return
            last = _numbers(records)[-1]
            yield _frame(records, names)

    def _ask(
        self, stream: Stream, query: str, names: tuple[str, ...], total: bool, last: int = 0
    ) -> tuple[list[dict[str, Any]], int]:
        """(records behind `last` in the order of `$id`, how many meet the query; 0 unless asked)"""
        fields = dict.fromkeys([*names, _RECORD_ID])
        parts = [("app", stream.object), ("query", query)]
        parts += [(f"fields[{place}]", name) for place, name in enumerate(fields)]
        parts += [("totalCount", "true")] if total else []
        path = f"{self._root}/records.json"

        def accept(reply: Reply) -> tuple[list[dict[str, Any]], int]:
            answer = reply.table()
            records = listed(answer, "records")
            _check_order(_numbers(records), last)
            return records, whole(answer, "totalCount") if total else 0

        return self.http.ask(Request("GET", path, parts), accept)

    def _through_cursors(self, stream: Stream, where: str) -> Iterator[pl.DataFrame]:
        """A cursor gives each page once, so after a failure a new one starts behind the last id;
        one that gave fewer records than it promised is read again from the start."""
        last, tried = 0, 0
        while True:
            try:
                for records in self._cursor(stream, _behind(where, last), last):
                    last = _numbers(records)[-1]
                    yield _frame(records, stream.asked)
                return
            except (CrmUnreachableError, CrmInconsistentError) as error:
                tried += 1
                if tried >= CURSOR_ATTEMPTS:
                    raise
                last = 0 if isinstance(error, CrmInconsistentError) else last
                self.http.wait(self.http.policy.delay(tried, None))

    def _cursor(self, stream: Stream, where: str, last: int) -> Iterator[list[dict[str, Any]]]:
        path = f"{self._root}/records/cursor.json"
        body = {
            "app": stream.object,
            "fields": list(dict.fromkeys([*stream.asked, _RECORD_ID])),
            "query": f"{where} order by $id asc",
            "size": min(PAGE_RECORDS, self.http.policy.page_records),
        }
        cursor, promised = self.http.ask(Request("POST", path, json=body), _opened)
        came, is_open = 0, True
        try:
            while is_open:
                # never asked twice: the page that was lost on its way would be skipped
                request = Request("GET", path, {"id": cursor}, attempts=1)
                records, is_open = self.http.ask(request, _turned)
                _check_cursor(_numbers(records), last)
                came += len(records)
                if records:
                    last = _numbers(records)[-1]
                    yield records
        finally:
            if is_open:
                self._close(path, cursor)
        if came != promised:
            raise CrmInconsistentError(f"the cursor has {promised:,} records, its pages {came:,}")

    def _close(self, path: str, cursor: str) -> None:
        """A domain has ten cursors; one left open is closed after ten minutes anyway."""
        try:
            request = Request("DELETE", path, json={"id": cursor}, attempts=2)
            self.http.ask(request, lambda reply: None)
        except CrmError:
            return


def _complain(reply: Reply) -> Complaint | None:
    """{id, code, message}, whatever the status."""
    try:
        answer = reply.table() if reply.body else {}
    except BadReplyError:
        return None
    code, message = answer.get("code"), answer.get("message")
    if not (isinstance(code, str) and isinstance(message, str)):
        return None
    # a cursor that is over answers 404: `_through_cursors` opens another one
    passing = reply.may_pass or code == "GAIA_CN01"
    # wrong tokens, missing permissions and apps come with status 520, like passing trouble
    passing = passing and not code.startswith(_LASTING)
    return Complaint("retry" if passing else "fail", said(f"{code} {message}"))


def _properties(reply: Reply) -> set[str]:
    fields = reply.table().get("properties")
    if not isinstance(fields, dict):
        raise BadReplyError("the reply has no properties")
    return set(fields)


def _opened(reply: Reply) -> tuple[str, int]:
    answer = reply.table()
    return text(answer, "id"), whole(answer, "totalCount")


def _turned(reply: Reply) -> tuple[list[dict[str, Any]], bool]:
    answer = reply.table()
    if not isinstance(answer.get("next"), bool):
        raise BadReplyError("the cursor does not say whether more follows")
    return listed(answer, "records"), answer["next"]


def _numbers(records: list[dict[str, Any]]) -> list[int]:
    """The `$id` of each record."""
    found = [record.get(_RECORD_ID) for record in records]
    return [whole(each, "value") if isinstance(each, dict) else whole({}, "$id") for each in found]


def _check_order(numbers: list[int], last: int) -> None:
    if numbers != sorted(set(numbers)) or (numbers and numbers[0] <= last):
        raise BadReplyError("a page repeats records or is out of order")


def _check_cursor(numbers: list[int], last: int) -> None:
    """A cursor that repeats a page has lost another: open a new one behind the last good id."""
    try:
        _check_order(numbers, last)
    except BadReplyError as error:
        raise CrmUnreachableError(str(error)) from None


def _frame(records: list[dict[str, Any]], names: tuple[str, ...]) -> pl.DataFrame:
    return cells([[_cell(record, name) for name in names] for record in records], names)


def _cell(record: Mapping[str, Any], name: str) -> str:
    """A field as text: choices joined by `;`, people by their code, tables and files as JSON."""
    cell = record.get(name)
    if not isinstance(cell, dict):
        raise CrmError(f"records come without the field {name}; may the token read it?")
    value = cell.get("value")
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, dict) and "code" in value:
        return str(value["code"])
    if isinstance(value, list):
        if all(isinstance(each, str) for each in value):
            return ";".join(value)
        if all(isinstance(each, dict) and each.keys() == {"code", "name"} for each in value):
            return ";".join(str(each["code"]) for each in value)
    return json.dumps(value, ensure_ascii=False)


def _since(stream: Stream, since: datetime | None) -> str:
    return f'{stream.modified} >= "{iso(since)}"' if since is not None else ""


def _behind(where: str, last: int) -> str:
    return f"{where} and $id > {last}" if where else f"$id > {last}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
