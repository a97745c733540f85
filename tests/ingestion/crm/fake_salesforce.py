"""Salesforce as its documentation has it: bulk jobs, locators, one version a job, a recycle bin."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from tests.ingestion.crm.fakes import Answer, FakeCrm, Record, answer, bend

FIELDS = ("Id", "Company", "CreatedDate", "SystemModstamp")


@dataclass
class Job:
    """A reading of the moment it was made; `polls` until it is complete."""

    version: str
    columns: list[str]
    rows: list[tuple[Record, dict[str, str]]]
    polls: int


class FakeSalesforce(FakeCrm):
    def __init__(self) -> None:
        super().__init__()
        self.token = 0
        self.jobs: dict[str, Job] = {}
        self.fate = "JobComplete"
        self.polls = 1
        self.client = ("client", "s3cret-value")

    def expire(self) -> None:
        self.token += 1

    def sick(self) -> Answer:
        return answer([{"errorCode": "SERVER_UNAVAILABLE", "message": "try later"}])

    def respond(
        self,
        method: str,
        path: str,
        query: dict[str, str],
        headers: dict[str, str],
        body: bytes,
        bent: str,
    ) -> Answer:
        if path == "/services/oauth2/token":
            return self._log_in(body)
        if headers.get("Authorization") != f"Bearer token-{self.token}":
            return answer([{"errorCode": "INVALID_SESSION_ID", "message": "Session expired"}], 401)
        found = re.fullmatch(r"/services/data/v([\d.]+)/(.*)", path)
        assert found, path
        version, rest = found.groups()
        if rest == "limits":
            return answer({"DailyApiRequests": {"Max": 15000, "Remaining": 14000}})
        if rest.startswith("sobjects/"):
            return answer({"fields": [{"name": name} for name in FIELDS]})
        if rest == "query":
            return self._query(query["q"], bent)
        return self._bulk(
            method, version, rest.removeprefix("jobs/query").strip("/"), query, body, bent
        )

    def _log_in(self, body: bytes) -> Answer:
        form = {name: values[-1] for name, values in parse_qs(body.decode()).items()}
        if (form["client_id"], form["client_secret"]) != self.client:
            return answer({"error": "invalid_client", "error_description": "invalid client"}, 400)
        return answer({"access_token": f"token-{self.token}", "token_type": "Bearer"})

    def _query(self, soql: str, bent: str) -> Answer:
        _, rows = self._select(soql, False)
        if "COUNT()" in soql:
            return answer({"totalSize": len(rows), "done": True, "records": []})
        kept = [row for record, row in rows]
        return answer({"totalSize": len(kept), "done": True, "records": kept})

    def _bulk(
        self, method: str, version: str, rest: str, query: dict[str, str], body: bytes, bent: str
    ) -> Answer:
        if not rest:
            return self._create(version, json.loads(body))
        name, _, part = rest.partition("/")
        job = self.jobs.get(name)
        if job is None:
            return answer([{"errorCode": "NOT_FOUND", "message": "no such job"}], 404)
        if job.version != version:
            return answer(
                [{"errorCode": "API_ERROR", "message": "version of the job differs"}], 409
            )
        if method == "DELETE":
            del self.jobs[name]
            return Answer(204)
        return self._results(job, query, bent) if part else self._poll(name, job)

    def _create(self, version: str, asked: dict[str, str]) -> Answer:
        columns, rows = self._select(asked["query"], asked["operation"] == "queryAll")
        name = f"750{len(self.jobs):05d}"
        self.jobs[name] = Job(version, columns, rows, self.polls)
        return answer({"id": name, "state": "UploadComplete", "contentType": "CSV"})

    def _poll(self, name: str, job: Job) -> Answer:
        job.polls -= 1
        if job.polls > 0:
            return answer({"id": name, "state": "InProgress"})
        error = {"errorMessage": "INVALID_FIELD: boom"} if self.fate == "Failed" else {}
        done = {"state": self.fate, "numberRecordsProcessed": len(job.rows)}
        return answer({"id": name, **done, **error})

    def _results(self, job: Job, query: dict[str, str], bent: str) -> Answer:
        start = int(query.get("locator", "L0")[1:])
        page = job.rows[start : start + int(query["maxRecords"])]
        if bent == "shrink":
            page = page[: max(1, len(page) // 2)]
        given = bend([record for record, _ in page], "drop" if bent == "drop" else "")
        kept = {record.number for record in given}
        following = start + len(page)
        text = io.StringIO()
        writer = csv.DictWriter(text, job.columns, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for record, row in page if record.number in kept)
        headers = {
            "Sforce-NumberOfRecords": str(len(page)),
            "Sforce-Locator": f"L{following}" if following < len(job.rows) else "null",
        }
        return Answer(200, text.getvalue().encode(), headers, "text/csv")

    def _select(
        self, soql: str, everything: bool
    ) -> tuple[list[str], list[tuple[Record, dict[str, str]]]]:
        found = re.fullmatch(r"SELECT (.*) FROM Lead(?: WHERE (.*))?", soql)
        assert found, soql
        columns = found[1].split(", ")
        records = [*self.alive(), *(self._bin() if everything else [])]
        for condition in (found[2] or "").split(" AND ") if found[2] else []:
            records = [each for each in records if self._meets(each, condition)]
        rows = [
            (each, {name: value for name, value in self._fields(each).items() if name in columns})
            for each in sorted(records, key=lambda each: each.number)
        ]
        return columns, rows

    def _bin(self) -> list[Record]:
        return [each for each in self.dead() if each.changed > self.now - timedelta(days=15)]

    def _meets(self, record: Record, condition: str) -> bool:
        if condition == "IsDeleted = true":
            return record.value is None
        if condition.startswith("SystemModstamp >= "):
            return record.changed.replace(microsecond=0) >= datetime.fromisoformat(condition[18:])
        assert condition.startswith("Id IN (")
        return f"'{record.number}'" in condition[7:-1].split(", ")

    def _fields(self, record: Record) -> dict[str, str]:
        made = record.history[0][0].strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return {
            "Id": str(record.number),
            "Company": record.value or "",
            "CreatedDate": made,
            "SystemModstamp": self.stamp(record),
        }
