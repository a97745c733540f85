"""kintone as its documentation has it: queries by `$id`, cursors that expire, texts only."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.ingestion.crm.fakes import Answer, FakeCrm, Record, answer, bend

FIELDS = ("$id", "会社名", "作成日時", "更新日時", "明細")
MOST_CURSORS = 10


class FakeKintone(FakeCrm):
    # 更新日時 has no seconds
    resolution = timedelta(minutes=1)

    def __init__(self) -> None:
        super().__init__()
        self.cursors: dict[str, tuple[list[str], list[Record], int]] = {}
        self.opened = 0
        self.may_read = True

    def sick(self) -> Answer:
        return answer({"code": "CB_ER01", "id": "x", "message": "internal error"})

    def expire(self) -> None:
        self.cursors.clear()

    def handle(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer | str:
        # the names of repeated parameters count here: fields[0], fields[1] …
        self.parameters = parse_qsl(urlsplit(url).query)
        return super().handle(method, url, headers, body)

    def respond(
        self,
        method: str,
        path: str,
        query: dict[str, str],
        headers: dict[str, str],
        body: bytes,
        bent: str,
    ) -> Answer:
        if headers.get("X-Cybozu-API-Token") != "s3cret-value":
            return _error(520, "GAIA_IA02", "The specified API token does not match")
        if path == "/k/v1/app/form/fields.json":
            return answer({"properties": {name: {"code": name} for name in FIELDS[1:]}})
        if path == "/k/v1/records.json":
            return self._records(query, bent)
        assert path == "/k/v1/records/cursor.json"
        if method == "POST":
            return self._open(json.loads(body))
        if method == "DELETE":
            self.cursors.pop(json.loads(body)["id"], None)
            return answer({})
        return self._turn(query["id"], bent)

    def _records(self, query: dict[str, str], bent: str) -> Answer:
        names = [value for name, value in self.parameters if name.startswith("fields[")]
        limit = re.search(r" limit (\d+)$", query["query"])
        assert limit and int(limit[1]) <= 500, query
        found = self._found(query["query"][: limit.start()])
        page = bend(found[: int(limit[1])], bent)
        total = str(len(found)) if query.get("totalCount") == "true" else None
        return answer({"records": [self._show(each, names) for each in page], "totalCount": total})

    def _open(self, asked: dict[str, Any]) -> Answer:
        assert asked["size"] <= 500 and " limit " not in asked["query"]
        if len(self.cursors) >= MOST_CURSORS:
            return _error(400, "GAIA_CN02", "too many cursors")
        self.opened += 1
        name = f"cursor-{self.opened}"
        found = self._found(asked["query"])
        self.cursors[name] = (asked["fields"], found, asked["size"])
        return answer({"id": name, "totalCount": str(len(found))})

    def _turn(self, name: str, bent: str) -> Answer:
        if name not in self.cursors:
            return _error(404, "GAIA_CN01", "the cursor is not there")
        fields, left, size = self.cursors[name]
        page = left[:size] if bent != "shrink" else bend(left[:size], bent)
        rest = left[len(page) :]
        if rest:
            self.cursors[name] = (fields, rest, size)
        else:
            del self.cursors[name]
        kept = bend(page, "drop" if bent == "drop" else "")
        shown = [self._show(each, fields) for each in kept if each.value is not None]
        return answer({"records": shown, "next": bool(rest)})

    def _found(self, query: str) -> list[Record]:
        where = query.removesuffix(" order by $id asc").removesuffix("order by $id asc")
        found = self.alive() if self.may_read else []
        for condition in where.split(" and ") if where else []:
            found = [each for each in found if self._meets(each, condition)]
        return found

    def _meets(self, record: Record, condition: str) -> bool:
        if behind := re.fullmatch(r"\$id > (\d+)", condition):
            return record.number > int(behind[1])
        if among := re.fullmatch(r"\$id in \((.*)\)", condition):
            return f'"{record.number}"' in among[1].split(", ")
        since = re.fullmatch(r'更新日時 >= "(.*)"', condition)
        assert since, condition
        stamp = datetime.fromisoformat(self.stamp(record))
        return stamp >= datetime.fromisoformat(since[1]).astimezone(UTC)

    def _show(self, record: Record, names: list[str]) -> dict[str, Any]:
        made = record.history[0][0].strftime("%Y-%m-%dT%H:%M:00Z")
        values: dict[str, Any] = {
            "$id": {"type": "__ID__", "value": str(record.number)},
            "会社名": {"type": "SINGLE_LINE_TEXT", "value": record.value},
            "作成日時": {"type": "CREATED_TIME", "value": made},
            "更新日時": {"type": "UPDATED_TIME", "value": self.stamp(record)},
            "明細": {"type": "SUBTABLE", "value": [{"id": "1", "value": {}}]},
        }
        return {name: values[name] for name in names if name in values}


def _error(status: int, code: str, message: str) -> Answer:
    return answer({"code": code, "id": "x", "message": message}, status)
