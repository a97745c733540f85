"""HubSpot as its documentation has it: lists, searches with their wall, archive, dated paths."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.ingestion.crm.fakes import Answer, FakeCrm, Record, answer, bend

PROPERTIES = ("hs_object_id", "company", "createdate", "hs_lastmodifieddate", "dealstage")
DESCRIPTIONS = {
    "/crm/properties/2026-03/companies": [{"name": name} for name in PROPERTIES],
    "/crm/pipelines/2026-03/companies": [{"stages": [{"id": "1", "label": "受注"}]}],
}


class FakeHubSpot(FakeCrm):
    def __init__(self) -> None:
        super().__init__()
        self.index_lag = timedelta(0)
        self.daily = False
        self.wall = 10_000

    def sick(self) -> Answer:
        return answer({"status": "error", "message": "internal error", "category": "UNKNOWN"})

    def respond(
        self,
        method: str,
        path: str,
        query: dict[str, str],
        headers: dict[str, str],
        body: bytes,
        bent: str,
    ) -> Answer:
        if headers.get("Authorization") != "Bearer s3cret-value":
            return _error(401, "INVALID_AUTHENTICATION", "Authentication credentials not found")
        if self.daily:
            return _error(
                429, "RATE_LIMIT", "You have reached your daily limit.", policyName="DAILY"
            )
        if path in DESCRIPTIONS:
            return answer({"results": DESCRIPTIONS[path]})
        if path == "/crm/objects/2026-03/companies":
            return self._list(query, bent)
        if path == "/crm/objects/2026-03/companies/batch/read":
            return self._batch(json.loads(body))
        assert path == "/crm/objects/2026-03/companies/search", path
        return self._search(json.loads(body), bent)

    def _list(self, query: dict[str, str], bent: str) -> Answer:
        archived, names = query["archived"] == "true", query["properties"].split(",")
        limit = int(query["limit"])
        if limit > 100:
            return _error(400, "VALIDATION_ERROR", "limit must be at most 100")
        kept = [each for each in self.dead() if each.changed > self.now - timedelta(days=90)]
        records = kept if archived else self.alive()
        behind = [each for each in records if each.number > int(query.get("after", 0))]
        page = behind[:limit] if bent != "shrink" else bend(behind[:limit], bent)
        given: dict[str, Any] = {"results": [self._show(each, names) for each in bend(page, bent)]}
        if bent == "shrink":
            given["results"] = [self._show(each, names) for each in page]
        if len(page) < len(behind):
            given["paging"] = {"next": {"after": str(page[-1].number), "link": "?after="}}
        return answer(given)

    def _batch(self, asked: dict[str, Any]) -> Answer:
        wanted = {int(each["id"]) for each in asked["inputs"]}
        found = [each for each in self.alive() if each.number in wanted]
        results = [self._show(each, asked["properties"]) for each in found]
        return answer({"status": "COMPLETE", "results": results}, 200 if results else 207)

    def _search(self, asked: dict[str, Any], bent: str) -> Answer:
        limit, after = int(asked["limit"]), int(asked.get("after", 0))
        if limit > 200 or after + limit > self.wall or len(asked["sorts"]) != 1:
            return _error(400, "VALIDATION_ERROR", "the search is too large")
        indexed = [each for each in self.alive() if each.changed <= self.now - self.index_lag]
        filters = asked["filterGroups"][0]["filters"]
        found = [each for each in indexed if all(self._meets(each, one) for one in filters)]
        assert asked["sorts"] == [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
        page = bend(found[after : after + limit], bent)
        results = [self._show(each, asked["properties"]) for each in page]
        return answer({"total": len(found), "results": results})

    def _meets(self, record: Record, one: dict[str, str]) -> bool:
        if one["propertyName"] == "hs_object_id":
            assert one["operator"] == "GT"
            return record.number > int(one["value"])
        assert (one["propertyName"], one["operator"]) == ("hs_lastmodifieddate", "GTE")
        return record.changed >= datetime.fromtimestamp(int(one["value"]) / 1000, UTC)

    def _show(self, record: Record, names: list[str]) -> dict[str, Any]:
        values = {
            "hs_object_id": str(record.number),
            "company": record.value,
            "createdate": record.history[0][0].strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "hs_lastmodifieddate": self.stamp(record),
            "dealstage": "1",
        }
        shown: dict[str, Any] = {
            "id": str(record.number),
            # unknown properties are left out without a word
            "properties": {name: values[name] for name in names if name in values},
            "archived": record.value is None,
        }
        if record.value is None:
            shown["archivedAt"] = self.stamp(record)
        return shown


def _error(status: int, category: str, message: str, **more: str) -> Answer:
    return answer({"status": "error", "category": category, "message": message, **more}, status)
