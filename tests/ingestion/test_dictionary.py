"""The data dictionary: every column described, every label a header that we read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.columns import Kind
from ingestion.entities import ENTITIES
from ingestion.guides.dictionary import render
from ingestion.guides.meanings import WRITINGS, meaning_of
from ingestion.headers import map_headers
from ingestion.words import is_japanese, words_of

PAGE = Path(__file__).parents[2] / "docs" / "data-dictionary.md"


def test_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == render(), "run `teikei docs`"


@pytest.mark.parametrize("name", ENTITIES)
def test_labels_of_an_entity_mean_its_columns(name: str) -> None:
    entity = ENTITIES[name]
    labels = [meaning_of(entity, column).label for column in entity.columns]
    mapping = map_headers(labels, entity)
    expected = {column.name: (label,) for column, label in zip(entity.columns, labels, strict=True)}
    assert mapping.sources == expected
    assert (mapping.conflicts, mapping.unknown, mapping.noted) == ((), (), ())


def test_every_entity_and_kind_is_described() -> None:
    assert all(meaning_of(entity).ja and meaning_of(entity).en for entity in ENTITIES.values())
    assert set(WRITINGS) == set(Kind)


def test_every_choice_has_a_japanese_word() -> None:
    for entity in ENTITIES.values():
        for column in entity.columns:
            for value, words in words_of(column).items():
                named = [value, *words]
                assert any(is_japanese(word) for word in named), f"{entity.name}: {value}"


def test_page_shows_what_a_sender_asks() -> None:
    page = render()
    section = page[page.index("## trainings") : page.index("## inquiries")]
    assert "key: `training_id`" in section
    assert "template `trainings.xlsx`" in section
    assert "`product_knowledge` (商品知識" in section
    assert "受講者ID" in section
