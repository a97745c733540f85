"""Two columns of a file that say the same in every row are no conflict."""

from __future__ import annotations

import polars as pl

from ingestion.columns import Entity
from ingestion.decorations import undecorated
from ingestion.headers import Mapping, map_headers
from ingestion.tables import Table, fold


def map_table(table: Table, entity: Entity) -> Mapping:
    """`map_headers` of a table that is there whole: where two columns claim the same item and are
    equal in every row and in what their headers say, they are no conflict."""
    mapping = map_headers(table.header, entity)
    groups = [group for groups in mapping.rivals.values() for group in groups]
    copies = [other for group in groups for other in group[1:] if _is_copy(table, group[0], other)]
    return map_headers(table.header, entity, copies) if copies else mapping


def _is_copy(table: Table, name: str, other: str) -> bool:
    said = [undecorated(fold(each))[-1][1].unit for each in (name, other)]
    same = pl.col(name).str.strip_chars() == pl.col(other).str.strip_chars()
    return said[0] == said[1] and bool(table.rows.select(same.all()).item())
