"""The declarations and what they mean → `docs/data-dictionary.md`.

`python -m ingestion.guides.dictionary > docs/data-dictionary.md`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingestion.columns import Column, Entity
from ingestion.entities import ENTITIES
from ingestion.guides.meanings import WRITINGS, meaning_of
from ingestion.headers import synonyms_of
from ingestion.partner_uploads import IMPLIED
from ingestion.words import words_of

_INTRODUCTION = """# Data dictionary (データ辞書)

Generated from the declarations in `ingestion/` by `teikei docs`; do not edit.

Every file is about one of these entities. Name it `<entity>__<anything>.csv` or `.xlsx`; its
headers may be the column names, the Japanese names, or any of the other headers listed. Wherever a
header only says "its number" ({own}), it means the entity's own number. Partners
send the entities that say so, best in the workbooks of `teikei templates`.

- **required** (必須): a row without the value is sent back. What a partner's folder says by itself
  ({implied}) may be left out there.
- **personal** (個人情報): kept out of all published data but the restricted file.
- **hashed** (ハッシュ): compared by a keyed hash made when the file is read.
- **Yen** (円): before tax, but for what was paid (collections, payouts). The header may say so and
  name the unit: 初期費用（税抜・千円）. A file is sent back that gives an amount only with
  tax (税込), or has a header that seems to name a missing amount and is not understood.
- Any row may carry `is_deleted` and `updated_at`; the newest row of a key is in force.

| how a value is written | 書き方 | stored as |
|---|---|---|
{kinds}
"""


def render() -> str:
    """The whole of `docs/data-dictionary.md`."""
    kinds = "\n".join(
        f"| {writing.en} | {writing.ja} | {writing.stored} |" for writing in WRITINGS.values()
    )
    implied = ", ".join(f"`{name}`" for name in sorted(IMPLIED))
    own = "管理番号, レコード番号, Id, No."
    introduction = _INTRODUCTION.format(own=own, implied=implied, kinds=kinds)
    return "\n".join([introduction, *(_section(entity) for entity in ENTITIES.values())])


def _section(entity: Entity) -> str:
    meaning = meaning_of(entity)
    sender = "partners and the vendor" if entity.uploadable else "the vendor"
    template = f"; template `{entity.name}.xlsx`" if entity.uploadable else ""
    lines = [
        f"## {entity.name} · {meaning.label}\n",
        f"{meaning.ja} · {meaning.en}\n",
        f"- key: {', '.join(f'`{name}`' for name in entity.key)}",
        f"- sent by: {sender}{template}\n",
        "| column | 日本語 | written as | what it is | 意味 | other headers |",
        "|---|---|---|---|---|---|",
        *(_line(entity, column) for column in entity.columns),
        "",
        *_words(entity),
    ]
    return "\n".join(lines)


def _line(entity: Entity, column: Column) -> str:
    meaning = meaning_of(entity, column)
    marks = {"required": column.required, "personal": column.personal, "hashed": column.hashed}
    facts = "; ".join([_written(column), *(name for name, holds in marks.items() if holds)])
    others = [name for name in synonyms_of(column.name, entity) if name != meaning.label]
    cells = (meaning.label, facts, meaning.en, meaning.ja, ", ".join(others))
    return " | ".join([f"| `{column.name}`", *(cell.replace("|", "\\|") for cell in cells)]) + " |"


def _written(column: Column) -> str:
    return "one of the words below" if column.choices else WRITINGS[column.kind].en


def _words(entity: Entity) -> Iterator[str]:
    """The allowed values of the columns that have some."""
    chosen = [column for column in entity.columns if column.choices]
    if not chosen:
        return
    yield "Allowed words (使える語):\n"
    for column in chosen:
        words = words_of(column)
        values = (
            f"`{choice}`" + (f" ({'、'.join(words[choice])})" if words[choice] else "")
            for choice in column.choices
        )
        yield f"- `{column.name}`: {', '.join(values)}"
    yield ""


if __name__ == "__main__":
    print(render(), end="")
