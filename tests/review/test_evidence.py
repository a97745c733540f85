"""From a flag to the file row behind it: deliverer, folder, row, and what the row says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from django.test import Client

SHA = "a" * 64
ROW = {"id": "self_dealing:C-1", "file": SHA, "row": "12"}
FILES = f"""
create table restricted.files as select * from (values
    ('{SHA}', 'leads__2026-10.csv', 'partners/P-1', 'P-1', 'leads', '2026-10-31#1',
        date '2026-10-31', 'loaded'),
    ('{"b" * 64}', 'contracts.csv', 'crm/sf', null, 'contracts', '2026-10-01#1',
        date '2026-10-01', 'loaded')
) as files (file_sha256, file_name, source, uploader_id, entity, night_id, received_on, status)
"""


@pytest.fixture
def page(desk: Client, publish: Callable[..., None], personal: Callable[[str], None]) -> str:
    publish({})
    personal(FILES)
    return str(desk.get("/flag/?id=self_dealing:C-1").content.decode())


def test_evidence_names_deliverer_folder_and_row(page: str) -> None:
    for shown in ("inbox/partners/P-1/leads__2026-10.csv", "自社（crm/sf）", ">12</a>", "リード"):
        assert shown in page


def test_evidence_row_opens_as_the_lake_holds_it(desk: Client, home: Path, page: str) -> None:
    batch = home / "lake" / "raw" / "batch=2026-10-31#1"
    batch.mkdir(parents=True)
    row = {"lead_id": "A-1", "phone": "+81312345678", "email": None, "phone_hash": "f00d"}
    told = row | {"_file_sha256": SHA, "_row_number": 12}
    pl.DataFrame([told, told | {"_row_number": 13, "lead_id": "A-2"}]).write_parquet(
        batch / "leads.parquet"
    )
    (home / "archive" / "aa").mkdir(parents=True)
    (home / "archive" / "aa" / f"{SHA}.csv").touch()
    response = desk.get("/row/", ROW)
    assert response.context["cells"] == [("リード番号", "A-1"), ("電話番号", "+81312345678")]
    assert f"archive/aa/{SHA}.csv" in response.content.decode()


def test_evidence_row_says_where_it_is_when_the_lake_cannot_be_read(
    desk: Client, page: str
) -> None:
    response = desk.get("/row/", ROW)
    assert response.status_code == 200
    assert "この画面からは内容を読めません" in response.content.decode()


@pytest.mark.parametrize("other", [{"row": "13"}, {"file": "c" * 64}, {"id": "nobody"}])
def test_only_rows_that_speak_of_the_flag_are_opened(
    desk: Client, page: str, other: dict[str, str]
) -> None:
    assert desk.get("/row/", ROW | other).status_code == 404
