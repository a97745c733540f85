"""What other cells of a row say of its amounts: a wrong yen is sent back, never stored."""

from __future__ import annotations

from typing import Any

import pytest

House = Any  # the fixture class of conftest.py
HEADER = "契約番号,契約日,会社名,商品名,初期費用"


def outcome(house: House, column: str, *cells: str, name: str = "partners/P1") -> list[str | None]:
    """The reason of each row, by its order; None where it was accepted."""
    lines = "".join(f"K{k},2026-10-01,あ商事,X,110000,{cell}\n" for k, cell in enumerate(cells))
    house.put(f"{name}/contracts__税.csv", f"{HEADER},{column}\n{lines}")
    rejected = house.read().rejected
    found = dict(rejected.select("_row_number", "reason_code").rows())
    return [found.get(k + 2) for k in range(len(cells))]


@pytest.mark.parametrize("column", ["税区分", "課税区分", "税込/税抜", "消費税区分（必須）", "税"])
def test_tax_column_sends_back_amounts_with_tax(house: House, column: str) -> None:
    cells = ("税込", "税抜", "内税", "外税", "課税10%（税込）", "対象外", "非課税", "", "課税 10%")
    taxed = "tax_included"
    expected = [taxed, None, taxed, None, taxed, None, None, None, None]
    assert outcome(house, column, *cells) == expected


def test_kind_of_tax_that_nobody_understands_is_sent_back(house: House) -> None:
    assert outcome(house, "税区分", "3", "あり", "別") == ["unclear_tax", "unclear_tax", None]


def test_remark_that_says_only_that_tax_is_included_counts(house: House) -> None:
    cells = ("税込", "(税込)", "【内税】", "税込の見積を希望", "")
    assert outcome(house, "備考", *cells) == ["tax_included"] * 3 + [None, None]


def test_tax_says_nothing_where_there_is_no_amount(house: House) -> None:
    house.put("partners/P1/contracts.csv", "契約番号,商材,初期費用,税区分\nK1,X,,税込\n")
    house.put("partners/P1/leads.csv", "リード番号,税区分\nL1,税込\n")
    assert house.read().rejected.is_empty()


def test_payment_may_say_that_it_includes_tax(house: House) -> None:
    text = "入金番号,契約番号,支払期日,請求金額,税区分\nN1,C1,2026-10-31,1100,税込\n"
    house.put("crm/sf/collections.csv", text)
    assert house.read().tables["collections"]["amount_yen"].to_list() == [1100]


def test_unit_column_with_anything_but_yen_is_sent_back(house: House) -> None:
    cells = ("千円", "円", "万円", "件", "JPY", "", "ドル")
    unclear = "unclear_unit"
    assert outcome(house, "単位", *cells) == [unclear, None, unclear, None, None, None, unclear]
    assert outcome(house, "金額単位", "千円", "円") == [unclear, None]


def test_vendors_own_systems_are_read_alike(house: House) -> None:
    text = "契約番号,チャネル,商材,初期費用,税区分\nK1,代理店,X,110000,税込\nK2,代理店,X,1,税抜\n"
    house.put("crm/sf/contracts__税.csv", text)
    assert house.read().rejected["reason_code"].to_list() == ["tax_included"]


def test_reply_names_the_column_that_says_it(house: House) -> None:
    from ingestion.intake import write_replies

    house.put("partners/P1/contracts.csv", f"{HEADER},税区分\nK1,2026-10-01,あ,X,110000,税込\n")
    paths = write_replies(house.home, house.run())
    page = next(path for path in paths if path.suffix == ".html").read_text()
    assert "<td>税区分</td>" in page
