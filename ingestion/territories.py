"""Lists of prefectures, as an agreement writes its sales territory (営業地域)."""

from __future__ import annotations

import polars as pl

from ingestion.values.places import read_prefectures

_SEPARATORS = r"\s*[;、,/・]\s*|\s+"


def read_prefecture_lists(text: pl.Series) -> pl.Series:
    """`東京、大阪` → `東京都;大阪府`, each once; null where any part is no prefecture.

    `text` is NFKC without surrounding spaces, null where empty.
    """
    parts = text.str.replace_all(_SEPARATORS, ";").str.strip_chars(";").str.split(";")
    cells = pl.DataFrame({"parts": parts}).with_row_index("cell").explode("parts")
    read = cells.with_columns(read_prefectures(cells["parts"]).alias("read"))
    lists = read.group_by("cell", maintain_order=True).agg(
        joined=pl.col("read").unique(maintain_order=True).str.join(";"),
        is_whole=pl.col("read").is_not_null().all(),
    )
    return lists.select(pl.when("is_whole").then("joined")).to_series().rename(text.name)
