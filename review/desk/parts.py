"""The tables of a flag's page: cells of parts, and how a partner or yen stand in them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Part:
    """A piece of a cell; `partner_id` links to that partner's flags, `link` to another page."""

    text: str
    partner_id: str = ""
    link: str = ""


@dataclass(frozen=True)
class Finding:
    """A table of a flag's page; cells are lists of parts, one a line."""

    title: str
    hint: str
    headers: tuple[str, ...]
    rows: list[list[list[Part]]] = field(default_factory=list)

    @property
    def labelled_rows(self) -> list[list[tuple[str, list[Part]]]]:
        """Every cell with its column's header."""
        return [list(zip(self.headers, row, strict=True)) for row in self.rows]


def cells(*texts: str) -> list[list[Part]]:
    return [[Part(text)] for text in texts]


def partner_part(partner_id: str, names: dict[str, str]) -> Part:
    return Part(f"{names.get(partner_id, '')} {partner_id}".strip(), partner_id)


def is_yen(field_name: str, value: str) -> bool:
    return field_name.endswith("_yen") and value.lstrip("-").isdecimal()


def last_digits(account: str) -> str:
    """So much of an account tells two apart and opens neither."""
    return f"…{account[-4:]}"
