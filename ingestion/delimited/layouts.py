"""What a text looks like under one quoting, and whether its quotes are quotes or text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.delimited.dialects import Dialect
from ingestion.delimited.evidence import Record

# So many records with a quoted cell are no accident.
_MIN_HABIT = 3


@dataclass(frozen=True)
class Layout:
    """Cells of each record (0: it breaks the grammar), and whether the quotes prove themselves."""

    widths: tuple[int, ...]
    is_proven: bool

    @classmethod
    def of(cls, records: Sequence[Record], dialect: Dialect) -> Layout:
        cells = [dialect.cells(one.text) for one in records]
        widths = tuple(len(found or ()) for found in cells)
        return cls(widths, bool(dialect.quote) and _proves_quotes(records, cells, dialect))

    def stands_against(self, usual: Layout | None) -> bool:
        """Whether these quotes are proven, and the usual ones neither are nor explain the text in
        another way: then one kind would be text, and nobody knows which."""
        if usual is None or not self.is_proven or usual.is_proven:
            return self.is_proven and usual is None
        is_regular = len(set(usual.widths)) == 1 and 0 not in usual.widths
        return self.widths == usual.widths or not is_regular


def _proves_quotes(
    records: Sequence[Record], cells: Sequence[list[str] | None], dialect: Dialect
) -> bool:
    """They do (unlike those of ';' in a file of commas, or of 'お得') where a quoted cell holds
    what parts cells or records, or a quote beside other text; where every cell of a record is
    quoted; or where one is in most of some records."""
    quote, text = dialect.quote, f"[^{dialect.quote}]"
    parts = re.compile(rf"{re.escape(dialect.mark)}|[\r\n]|{text}{quote}{text}")
    around = re.compile(f"(?:^|{dialect.between}){quote}{text}")
    quoted = [
        (len(around.findall(one.text)), len(found))
        for one, found in zip(records, cells, strict=True)
        if found
    ]
    some = sum(1 for count, _ in quoted if count)
    return (
        any(parts.search(cell) for found in cells for cell in found or ())
        or any(count == width > 1 for count, width in quoted)
        or (some >= _MIN_HABIT and some * 2 > len(quoted))
    )
