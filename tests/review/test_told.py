"""What the file rows behind a flag say stands on its page; no personal value in the clear."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.test import Client

Publish = Callable[..., None]
Tables = Callable[[str], None]
NIGHT = "2026-10-31#1"


@pytest.fixture
def tell(home: Path, publish: Publish, personal: Tables) -> Callable[..., None]:
    """tell(flag, {entity: rows}): a flag whose evidence is these rows of files of our own."""

    def write(flag: dict[str, Any], entities: dict[str, list[dict[str, Any]]]) -> None:
        batch = home / "lake" / "raw" / f"batch={NIGHT}"
        batch.mkdir(parents=True)
        files, evidence = [], []
        for place, (entity, rows) in enumerate(entities.items()):
            sha256 = f"{place}" * 64
            files.append(
                f"('{sha256}', '{entity}.csv', 'crm/sf', null, '{entity}', '{NIGHT}',"
                " date '2026-10-31', 'loaded')"
            )
            told = [
                row
                | {
                    "_file_sha256": sha256,
                    "_row_number": number,
                    "_known_at": row.get("known_at", datetime(2026, 10, 30, 15)),
                }
                for number, row in enumerate(rows, start=2)
            ]
            evidence += [f"{sha256}:{row['_row_number']}" for row in told]
            frame = pl.DataFrame(told, infer_schema_length=None)
            frame.drop("known_at", strict=False).write_parquet(batch / f"{entity}.parquet")
        publish(flag | {"evidence_rows": ";".join(evidence)})
        personal(
            f"create table restricted.files as select * from (values {', '.join(files)}) as files"
            " (file_sha256, file_name, source, uploader_id, entity, night_id, received_on, status)"
        )

    return write


def flag_of(rule_id: str, **fields: Any) -> dict[str, Any]:
    return {"flag_id": f"{rule_id}:X", "rule_id": rule_id} | fields


def tables_of(desk: Client, rule_id: str) -> list[list[list[str]]]:
    """The cells of every table that the page names, as texts."""
    findings = desk.get("/flag/", {"id": f"{rule_id}:X"}).context["flag"]["findings"]
    return [
        [[" ".join(part.text for part in parts) for parts in row] for row in finding.rows]
        for finding in findings
    ]


def test_documents_are_named_by_their_hash_with_their_contracts(
    desk: Client, tell: Callable[..., None]
) -> None:
    form = {"evidence_kind": "consent_form", "signed_on": date(2026, 9, 1)}
    received = {"received_at": datetime(2026, 9, 1, 15)}
    documents = [("b" * 64, "C-2"), ("c" * 64, "C-3"), ("B" * 64, "C-1")]
    rows = [
        form | received | {"document_sha256": document.lower(), "contract_id": contract}
        for document, contract in documents
    ]
    tell(flag_of("consent_reused"), {"evidence": rows})
    (table,) = tables_of(desk, "consent_reused")
    assert [row[:3] for row in table] == [
        ["bbbbbbbb…", "C-1", "同意書"],
        ["bbbbbbbb…", "C-2", "同意書"],
        ["cccccccc…", "C-3", "同意書"],
    ]
    # a moment is told in Tokyo's time
    assert table[0][4] == "2026-09-02 00:00"


def test_twin_partners_are_named_with_what_they_share_and_no_value_of_it(
    desk: Client, tell: Callable[..., None]
) -> None:
    shared = {"bank_account": "0001-001-1-7654321", "bank_account_hash": "h1", "phone_hash": "h2"}
    rows = [
        shared | {"partner_id": "P-1", "email_hash": "e1", "phone": "+81311112222"},
        shared | {"partner_id": "P-2", "email_hash": "e2", "phone": "+81311112222"},
    ]
    tell(flag_of("duplicate_partner"), {"partners": rows})
    (table,) = tables_of(desk, "duplicate_partner")
    assert table == [
        ["P-1", "…4321", "電話番号（1） 振込口座（1）", "2"],
        ["P-2", "…4321", "電話番号（1） 振込口座（1）", "3"],
    ]
    page = desk.get("/flag/", {"id": "duplicate_partner:X"}).content.decode()
    assert "+81311112222" not in page
    assert "7654321" not in page


def test_change_of_payee_tells_day_accounts_and_payment(
    desk: Client, tell: Callable[..., None]
) -> None:
    partners = [
        {"bank_account": "0001-001-1-1111111", "updated_at": datetime(2026, 1, 5)},
        {"bank_account": "0001-001-1-2222222", "updated_at": datetime(2026, 2, 19, 15)},
    ]
    agreement = {
        "agreement_id": "A-1",
        "version": 1,
        "effective_from": date(2025, 1, 1),
        "effective_to": None,
        "payment_month_offset": 1,
        "payment_day": 31,
    }
    tell(flag_of("payee_change"), {"partners": partners, "agreements": [agreement]})
    payments = tables_of(desk, "payee_change")[0]
    assert payments == [["2026-02-20", "…1111 → …2222", "2026-02-28", "契約書 A-1の支払日"]]


def test_rows_open_from_the_table(desk: Client, tell: Callable[..., None]) -> None:
    tell(flag_of("ghost_contract"), {"contracts": [{"contract_id": "C-1"}]})
    finding = desk.get("/flag/", {"id": "ghost_contract:X"}).context["flag"]["findings"][0]
    assert desk.get(finding.rows[0][-1][0].link).status_code == 200


def test_nothing_is_told_where_the_lake_cannot_be_read(desk: Client, publish: Publish) -> None:
    publish(flag_of("consent_reused"))
    assert tables_of(desk, "consent_reused") == []
