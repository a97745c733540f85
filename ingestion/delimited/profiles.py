"""How a sender's delimited files are written, where that is agreed and need not be found out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """A declared dialect; what is None is found by evidence.

    `delimiter`: `,` `;` tab `|` space or `, `. `quote`: `"`, `'`, or "" when nothing is quoted.
    `escape`: how a quote stands inside a quoted cell: `"` (doubled) or `\\`. `encoding`: one of
    `encodings.ENCODINGS`. `skip_lines`: lines before the header. `header_rows`: how many records
    name the columns; their cells are joined by a blank. `header`: the names, for senders whose
    files have none (then `header_rows` is 0).
    """

    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    encoding: str | None = None
    skip_lines: int | None = None
    header_rows: int | None = None
    header: tuple[str, ...] | None = None
