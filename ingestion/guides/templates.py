"""One workbook for each entity that partners may upload: headers, an example, lists to choose from.

There is one sheet: our own reader takes a second one for a second table, or warns about it. What a
column means stands in the note of its header.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlsxwriter

from ingestion.columns import Column, Entity, Kind
from ingestion.entities import ENTITIES
from ingestion.guides.examples import example_of
from ingestion.guides.meanings import WRITINGS, meaning_of
from ingestion.partner_uploads import IMPLIED
from ingestion.values.places import prefectures
from ingestion.words import is_japanese, words_of

# Rows below the header that lists, formats and notes reach to.
ROWS = 5_000
# Excel takes no longer list than this.
_MAX_LIST_CHARACTERS = 255
# Excel's own number of the text format, which keeps leading zeros.
_TEXT = 49
_REQUIRED = {"bold": True, "bg_color": "#F8CBAD", "border": 1, "text_wrap": True, "valign": "top"}
_OPTIONAL = {**_REQUIRED, "bold": False, "bg_color": "#E7E6E6"}
_EXAMPLE = {"italic": True, "font_color": "#7F7F7F", "bg_color": "#F2F2F2", "num_format": _TEXT}
_FORMATS: dict[Kind, str] = {
    Kind.DATE: "yyyy-mm-dd",
    Kind.TIMESTAMP: "yyyy-mm-dd hh:mm",
    Kind.YEN: "#,##0",
    Kind.INTEGER: "0",
    Kind.RATE: "General",
    Kind.DECIMAL: "General",
}
_EXAMPLE_NOTE = "2行目は記入例です。残したままでも取り込みません。3行目から記入してください。"


def write_templates(folder: Path) -> list[Path]:
    """Write `<entity>.xlsx` of every uploadable entity; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        write_template(entity, folder / f"{entity.name}.xlsx")
        for entity in ENTITIES.values()
        if entity.uploadable
    ]


def write_template(entity: Entity, path: Path) -> Path:
    """One sheet, named like the entity in Japanese: header row, example row, empty rows."""
    example = example_of(entity)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(meaning_of(entity).label)
        formats = {
            name: book.add_format({"num_format": name})
            for name in dict.fromkeys((_TEXT, *_FORMATS.values()))
        }
        required, optional = book.add_format(_REQUIRED), book.add_format(_OPTIONAL)
        grey = book.add_format(_EXAMPLE)
        for place, column in enumerate(columns_of(entity)):
            meaning = meaning_of(entity, column)
            sheet.set_column(
                place, place, _width(column), formats[_FORMATS.get(column.kind, _TEXT)]
            )
            sheet.write_string(0, place, meaning.label, required if is_needed(column) else optional)
            sheet.write_comment(0, place, _note(entity, column), {"x_scale": 2, "y_scale": 1.5})
            sheet.write_string(1, place, example.get(column.name, ""), grey)
            if words := choices_of(column):
                sheet.data_validation(2, place, ROWS, place, _list(words, column))
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{ROWS}"})
        sheet.set_row(0, 32)
        sheet.freeze_panes(2, 1)
    return path


def columns_of(entity: Entity) -> tuple[Column, ...]:
    """What a partner fills in: the channel is known, a tombstone is another file."""
    return tuple(
        column
        for column in entity.columns
        if column.name not in ("channel", "is_deleted", "updated_at")
    )


def is_needed(column: Column) -> bool:
    """Whether a row without the value is sent back; the partner's folder says some by itself."""
    return column.required and column.name not in IMPLIED


def choices_of(column: Column) -> list[str]:
    """Words for the drop-down list, one for each value, Japanese where there is one."""
    if column.kind is Kind.PREFECTURE:
        return list(prefectures())
    if column.kind is Kind.BOOLEAN:
        return ["はい", "いいえ"]
    return [
        next((word for word in words if is_japanese(word)), value)
        for value, words in words_of(column).items()
    ]


def _list(words: list[str], column: Column) -> dict[str, Any]:
    assert len(",".join(words)) <= _MAX_LIST_CHARACTERS, column.name
    is_open = column.kind is Kind.EVIDENCE_KIND
    return {
        "validate": "list",
        "source": words,
        "error_title": "一覧にない値です",
        "error_message": "一覧から選んでください。",
        "error_type": "information" if is_open else "stop",
    }


def _note(entity: Entity, column: Column) -> str:
    """The note of a header cell: what to write, and how."""
    meaning = meaning_of(entity, column)
    words = choices_of(column)
    lines = [
        f"{meaning.label}（{'必須' if is_needed(column) else '任意'}）{column.name}",
        meaning.ja,
        "一覧から選択" if words else f"書き方：{WRITINGS[column.kind].ja}",
        _EXAMPLE_NOTE if column.name == entity.own_id else "",
    ]
    return "\n".join(line for line in lines if line)


def _width(column: Column) -> int:
    wide = (Kind.COMPANY, Kind.ADDRESS, Kind.EMAIL, Kind.TIMESTAMP, Kind.DIGEST)
    return 26 if column.kind in wide else 16
