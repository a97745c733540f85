"""What holds for every reader of values, whatever people write into a cell."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import partial

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.values import amounts, dates, emails, ids, names, numbers, phones, places, quantities

Reader = Callable[[pl.Series], pl.Series | pl.DataFrame]
READERS: dict[str, Reader] = {
    "dates": partial(dates.read_dates, is_workbook=True),
    "timestamps": partial(dates.read_timestamps, is_workbook=True),
    "months": partial(dates.read_months, is_workbook=False),
    "yens": partial(amounts.read_yens, unit=1),
    "thousands": partial(amounts.read_yens, unit=1000),
    "integers": quantities.read_integers,
    "months_counted": partial(quantities.read_integers, column="term_months"),
    "rates": quantities.read_rates,
    "phones": phones.read_phones,
    "bare_numbers": phones.bare_numbers,
    "emails": emails.read_emails,
    "match_emails": emails.match_emails,
    "postal_codes": places.read_postal_codes,
    "prefectures": places.read_prefectures,
    "addresses": places.match_addresses,
    "corporate_numbers": numbers.read_corporate_numbers,
    "invoice_numbers": numbers.read_invoice_numbers,
    "ids": ids.read_ids,
    "digests": ids.read_digests,
    "companies": names.read_companies,
    "persons": names.match_persons,
    "names": names.read_names,
}
# Pieces of values, so that what is made of them is nearly one.
_PIECES = st.sampled_from(
    (
        *("2026", "令和", "8", "01", "1", "-", "/", "年", "月", "日", ":", "T", "Z", "+09:00"),
        *("午後", "¥", "△", "(", ")", ",000", ",", ".", "億", "万", "千", "円", "%", "株式会社"),
        *("(株)", "カ)", "Inc.", "支店", "@", "example.jp", "03", "090", "+81", "+1", "〒", "東京"),
        *("丁目", "の", "ー", "髙", "ア", "ァ", "様", " ", "\u200b"),
        *("0" * 70, "9" * 20, ",999" * 20),
    )
)
_CELLS = (st.lists(_PIECES, min_size=1, max_size=7).map("".join) | st.text(max_size=20)).map(
    lambda cell: unicodedata.normalize("NFKC", cell).strip() or None
)


def rows(name: str, cells: list[str | None]) -> list[object]:
    answer = READERS[name](pl.Series(cells, dtype=pl.String))
    return answer.rows() if isinstance(answer, pl.DataFrame) else answer.to_list()


@pytest.mark.parametrize("name", READERS)
@settings(deadline=None, max_examples=25)
@given(cells=st.lists(_CELLS, min_size=1, max_size=6))
def test_a_cell_is_read_alike_alone_and_among_others(name: str, cells: list[str | None]) -> None:
    assert rows(name, cells) == [rows(name, [cell])[0] for cell in cells]


@pytest.mark.parametrize("name", READERS)
def test_nothing_is_read_of_nothing(name: str) -> None:
    assert rows(name, []) == []
    empty = rows(name, [None, None])
    assert empty in ([None, None], [(None, None)] * 2, [(None,) * 3] * 2, [(None,) * 4] * 2)


@pytest.mark.parametrize("name", READERS)
def test_input_is_left_as_it_was(name: str) -> None:
    cells = ["2026-01-05", "c-1", "(株)アルファ 様", "03-1234-5678 ", "A+b@Example.jp", "１", None]
    column = pl.Series(cells)
    READERS[name](column)
    assert column.to_list() == cells
