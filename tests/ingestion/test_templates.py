"""Templates for partners: read back by our own reader, filled in, and their example let be."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion.columns import Kind
from ingestion.entities import ENTITIES
from ingestion.guides.examples import MARK, example_of, without_examples
from ingestion.guides.meanings import meaning_of
from ingestion.guides.templates import (
    choices_of,
    columns_of,
    is_needed,
    write_template,
    write_templates,
)
from ingestion.headers import map_headers
from ingestion.parse import Manner, read_column
from tests.ingestion.workbook_bytes import read_book

House = Any  # the fixture class of conftest.py
Receipt = Callable[..., dict[str, Any]]
UPLOADABLE = [name for name, entity in ENTITIES.items() if entity.uploadable]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("templates")
    write_templates(folder)
    return folder


def fill_in(write_workbook: Callable[..., Path], name: str, *rows: dict[str, object]) -> bytes:
    """The template's header and cells, with rows of (column → cell) in place of the example."""
    columns = columns_of(ENTITIES[name])
    header = [meaning_of(ENTITIES[name], column).label for column in columns]
    lines = [[row.get(column.name, "") for column in columns] for row in rows]
    return write_workbook([header, *lines]).read_bytes()


def test_there_is_one_for_each_kind_of_data_that_partners_send(folder: Path) -> None:
    assert {path.stem for path in folder.iterdir()} == set(UPLOADABLE)


@pytest.mark.parametrize("name", UPLOADABLE)
def test_template_is_read_back_without_a_doubt(folder: Path, name: str) -> None:
    table = read_book(folder / f"{name}.xlsx")
    mapping = map_headers(table.header, ENTITIES[name])
    assert list(mapping.sources) == [column.name for column in columns_of(ENTITIES[name])]
    assert (mapping.unknown, mapping.noted, mapping.conflicts) == ((), (), ())
    assert (table.refusal, table.problems.height, table.warnings.height) == (None, 0, 0)
    assert mapping.missing(ENTITIES[name], frozenset()) in ((), ("channel",))


@pytest.mark.parametrize("name", UPLOADABLE)
def test_words_of_the_lists_are_words_that_we_read(name: str) -> None:
    for column in columns_of(ENTITIES[name]):
        words = choices_of(column)
        read = read_column(pl.Series(words, dtype=pl.String), column, b"k" * 32, Manner())
        assert read["value"].null_count() == 0, column.name
        assert read["value"].n_unique() == len(words)
        assert bool(words) >= bool(column.choices)


@pytest.mark.parametrize("name", UPLOADABLE)
def test_example_shows_cells_that_we_would_take(name: str) -> None:
    example = example_of(ENTITIES[name])
    for column in columns_of(ENTITIES[name]):
        cells = pl.Series([example.get(column.name, "")])
        read = read_column(cells, column, b"k" * 32, Manner(is_workbook=True))
        assert read["reason"].to_list() == [None], column.name
        assert column.name in example or not is_needed(column)


def test_lists_and_formats_are_in_the_file(folder: Path) -> None:
    with zipfile.ZipFile(folder / "leads.xlsx") as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
        styles = package.read("xl/styles.xml").decode()
    assert '"新規,対応中,却下,商談,失注"' in sheet
    assert 'numFmtId="49"' in styles  # text: no leading zero is lost
    assert "yyyy-mm-dd" in styles


def test_untouched_template_brings_nothing(house: House, folder: Path, receipt: Receipt) -> None:
    for name in UPLOADABLE:
        content = (folder / f"{name}.xlsx").read_bytes()
        house.put(f"partners/P1/{name}__ひな形.xlsx", content)
    intake = house.read()
    lines = [receipt(intake, f"{name}__ひな形.xlsx") for name in UPLOADABLE]
    assert {(line["status"], line["row_count"]) for line in lines} == {("loaded", 0)}
    assert intake.rejected.is_empty()


def test_rows_below_the_example_are_taken(
    house: House, receipt: Receipt, write_workbook: Callable[..., Path]
) -> None:
    own = {"training_id": "7", "rep_id": "own", "course": "禁止事項"}
    own |= {"completed_on": date(2026, 10, 3), "passed": "はい"}
    house.put("partners/P1/partner_reps.csv", "社員番号,氏名\nown,田中\n")
    filled = fill_in(write_workbook, "trainings", example_of(ENTITIES["trainings"]), own)
    house.put("partners/P1/研修.xlsx", filled)
    intake = house.read()
    line = receipt(intake, "研修.xlsx")
    assert (line["entity"], line["row_count"], line["accepted_count"]) == ("trainings", 1, 1)
    row = intake.tables["trainings"].row(0, named=True)
    assert (row["course"], row["passed"]) == ("prohibited_acts", True)
    assert row["completed_on"] == date(2026, 10, 3)


def test_example_that_was_written_over_goes_back_for_its_number(
    house: House, write_workbook: Callable[..., Path]
) -> None:
    changed = example_of(ENTITIES["leads"]) | {"company_name": "本物商事"}
    house.put("partners/P1/leads.xlsx", fill_in(write_workbook, "leads", changed))
    intake = house.read()
    assert intake.tables["leads"].is_empty()
    found = intake.rejected.select("_row_number", "column_name", "value", "reason_code").row(0)
    assert found == (2, "lead_id", changed["lead_id"], "example_row")


def test_examples_of_a_crm_export_are_nobodys_business(write_workbook: Callable[..., Path]) -> None:
    products = ENTITIES["products"]
    table = read_book(write_workbook([["商品コード", "商品名"], [MARK + "1", "会計"]]))
    mapping = map_headers(table.header, products)
    assert without_examples(table, products, mapping) is table


def test_required_columns_stand_out_by_colour_alone(tmp_path: Path) -> None:
    path = write_template(ENTITIES["joint_plans"], tmp_path / "t.xlsx")
    assert {column.name for column in columns_of(ENTITIES["joint_plans"]) if is_needed(column)} == {
        "plan_id",
        "month",
    }
    assert all("必須" not in cell and "*" not in cell for cell in read_book(path).header)
    assert ENTITIES["joint_plans"].column("month").kind is Kind.MONTH
