"""Cells as people write them → exact values, or the reason they are none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from ingestion.columns import Column, Kind
from ingestion.parse import ColumnReader, Manner, read_column, read_columns

KEY = b"k" * 32


def read(kind: Kind, *cells: str, unit: int = 1, is_workbook: bool = False) -> list[object]:
    column = Column("x", kind)
    return read_column(pl.Series(cells), column, KEY, Manner(unit, is_workbook))["value"].to_list()


def reasons(kind: Kind, *cells: str) -> list[object]:
    return read_column(pl.Series(cells), Column("x", kind), KEY, Manner())["reason"].to_list()


def hashes(kind: Kind, *cells: str) -> set[object]:
    column = Column("x", kind, hashed=True)
    return set(read_column(pl.Series(cells), column, KEY, Manner())["hash"])


def test_footnote_marks_are_no_digits() -> None:
    assert reasons(Kind.YEN, "1²", "①", "120,000¹", "𝟏", "١٢", "½") == ["bad_yen"] * 6
    assert reasons(Kind.INTEGER, "1²", "１２", "١٢") == ["bad_integer", None, "bad_integer"]
    assert reasons(Kind.RATE, "10₁%", "１０％") == ["bad_rate", None]
    assert reasons(Kind.DATE, "2026-01-3¹", "2026年①月1日", "㋀2日") == ["bad_date"] * 3
    assert reasons(Kind.TIMESTAMP, "2026-01-31 10:0⁰") == ["bad_timestamp"]
    assert reasons(Kind.CORPORATE_NUMBER, "٧000012050002") == ["bad_corporate_number"]
    assert read(Kind.YEN, "１２０,０００円", "￥１", "㌔") == [120_000, 1, None]
    assert read(Kind.ID, "①") == ["1"]


def test_yen_is_exact() -> None:
    cells = (
        "1,000",
        "¥1000",
        "１，０００円",
        "△100",
        "▲1,000円",
        "(100)",
        "−5",
        "12千円",
        "1.5万円",
        "100.00",
    )
    expected = [1000, 1000, 1000, -100, -1000, -100, -5, 12_000, 15_000, 100]
    assert read(Kind.YEN, *cells) == expected
    assert read(Kind.YEN, "1.5", "5円", unit=1000) == [1500, None]


def test_unread_cell_has_the_reason_of_its_kind() -> None:
    assert reasons(Kind.YEN, "$100", "100 USD") == ["unsupported_currency"] * 2
    assert reasons(Kind.YEN, "税込100", "12,34") == ["tax_included", "bad_yen"]
    assert reasons(Kind.DATE, "2026-02-30") == ["bad_date"]
    assert reasons(Kind.TIMESTAMP, "2026-01-31 25:00") == ["bad_timestamp"]
    assert reasons(Kind.RATE, "101%") == ["bad_rate"]
    assert reasons(Kind.ID, "a@b.jp", "03-1234-5678", "a\x07") == [
        *("personal_key", "personal_key", "bad_id")
    ]
    assert reasons(Kind.CORPORATE_NUMBER, "7000012050003") == ["bad_corporate_number"]


def test_number_that_cannot_be_called_stays() -> None:
    assert read(Kind.PHONE, "1234", "03-12") == ["1234", "03-12"]
    assert reasons(Kind.PHONE, "1234") == reasons(Kind.EMAIL, "nobody") == [None]


def test_workbooks_may_hold_serial_dates() -> None:
    assert read(Kind.DATE, "46053", is_workbook=True) == [date(2026, 1, 31)]
    assert reasons(Kind.DATE, "46053") == ["bad_date"]


def test_counters_follow_the_name_of_the_column() -> None:
    column = Column("term_months", Kind.INTEGER)
    answer = read_column(pl.Series(["12ヶ月", "30日"]), column, KEY, Manner())
    assert answer["value"].to_list() == [12, None]


def test_phone_numbers_become_one_form() -> None:
    cells = ("03-1234-5678", "０３（１２３４）５６７８", "+81 3 1234 5678", "0081-3-1234-5678")
    assert read(Kind.PHONE, *cells) == ["+81312345678"] * 4
    assert len(hashes(Kind.PHONE, *cells)) == 1


def test_email_domain_is_null_for_free_mail() -> None:
    cells = pl.Series(["A@Example.co.jp", "a@gmail.com", "bad"])
    answer = read_column(cells, Column("email", Kind.EMAIL), KEY, Manner())
    assert answer["domain"].to_list() == ["example.co.jp", None, None]


def test_spellings_of_one_thing_share_a_hash() -> None:
    assert len(hashes(Kind.COMPANY, "㈱アルファ", "株式会社 アルファ", "ｱﾙﾌｧ（株）")) == 1
    assert len(hashes(Kind.PERSON, "山田 太郎", "山田　太郎様")) == 1
    assert len(hashes(Kind.EMAIL, "Taro+a@Example.jp", "taro＠example.jp")) == 1
    addresses = ("東京都千代田区丸の内一丁目2番3号", "千代田区丸の内１－２－３")
    assert len(hashes(Kind.ADDRESS, *addresses)) == 1


def test_hash_depends_on_kind_and_key() -> None:
    cells = pl.Series(["1234567890123"])
    account = read_column(cells, Column("x", Kind.ACCOUNT, hashed=True), KEY, Manner())["hash"]
    phone = read_column(cells, Column("x", Kind.PHONE, hashed=True), KEY, Manner())["hash"]
    other = read_column(cells, Column("x", Kind.PHONE, hashed=True), b"o" * 32, Manner())["hash"]
    assert len({account[0], phone[0], other[0]}) == 3


def test_postal_code_and_prefecture_have_one_form() -> None:
    assert read(Kind.POSTAL_CODE, "〒100-0001", "１０００００１") == ["100-0001"] * 2
    assert read(Kind.PREFECTURE, "東京", "京都府", "北海道") == ["東京都", "京都府", "北海道"]
    assert reasons(Kind.PREFECTURE, "関東") == ["bad_prefecture"]


@pytest.mark.parametrize("kind", list(Kind))
def test_ditto_and_cell_errors_are_never_values(kind: Kind) -> None:
    assert reasons(kind, "〃", "同上", "#N/A", "") == ["ditto", "ditto", "cell_error", None]


def test_japanese_words_become_the_listed_values() -> None:
    column = Column("lead_status", choices=("new", "accepted", "rejected", "meeting", "lost"))
    answer = read_column(pl.Series(["新規", "却下", "New", "謎"]), column, KEY, Manner())
    assert answer["value"].to_list() == ["new", "rejected", "new", None]
    assert answer["reason"].to_list() == [None, None, None, "unknown_value"]


def test_reply_apostrophe_is_taken_off_again() -> None:
    assert read(Kind.PHONE, "'+81-3-1234-5678") == ["+81312345678"]
    assert read(Kind.TEXT, "'=1+1") == ["=1+1"]


def test_point_that_may_group_thousands_is_ambiguous() -> None:
    cells = ("1.000", "12.500", "1.000円", "¥1.000")
    assert reasons(Kind.YEN, *cells) == ["ambiguous_number"] * 4
    assert reasons(Kind.INTEGER, "1.000", "1.0", "1000") == ["ambiguous_number", None, None]
    assert reasons(Kind.DECIMAL, "1.000", "12.500", "85.125点") == ["ambiguous_number"] * 3
    assert reasons(Kind.DECIMAL, "0.500", "1.50", "1234.500", "12.500%") == [None] * 4
    assert read(Kind.RATE, "1.000", "0.125") == [1, Decimal("0.125")]


def test_column_of_percentages_is_read_as_such() -> None:
    cells = ("10", "12.5", "10%", "0.5%", "100", "0", "10％")
    expected = ["0.1", "0.125", "0.1", "0.005", "1", "0", "0.1"]
    assert read(Kind.RATE, *cells, unit=100) == [Decimal(value) for value in expected]


def test_what_may_be_a_share_or_a_percentage_is_ambiguous() -> None:
    cells = pl.Series(["0.1", ".5", "1", "1.0", "101", "十", "-1"])
    answer = read_column(cells, Column("x", Kind.RATE), KEY, Manner(100))
    assert answer["reason"].to_list() == ["ambiguous_number"] * 4 + ["bad_rate"] * 3


def test_discount_of_one_is_ambiguous_and_a_share_that_is_kept_is_not() -> None:
    cells = pl.Series(["1", "1.0", "1%", "100%", "0.1", "0"])
    discount = read_column(cells, Column("discount_rate", Kind.RATE), KEY, Manner())
    assert discount["reason"].to_list() == ["ambiguous_number"] * 2 + [None] * 4
    assert read_column(cells, Column("keep_rate", Kind.RATE), KEY, Manner())["value"][0] == 1


def test_what_is_done_is_what_is() -> None:
    status = Column("contract_status", choices=("agreed", "active", "cancelled", "lost"))
    cells = ("解約済み", "契約済み", "申込済み", "更新済み", "導入済み", "受注済", "未契約済")
    answer = read_column(pl.Series(cells), status, KEY, Manner())
    expected = ["cancelled", "active", "agreed", "active", "active", "active", None]
    assert answer["value"].to_list() == expected


def test_what_was_paid_may_say_that_it_includes_tax() -> None:
    cells = pl.Series(["1,100円(税込)", "税込 1100", "1100(内税)", "1100"])
    paid = read_column(cells, Column("x", Kind.YEN), KEY, Manner(is_paid=True))
    assert paid["value"].to_list() == [1100] * 4
    others = read_column(cells, Column("x", Kind.YEN), KEY, Manner())
    assert others["reason"].to_list() == ["tax_included"] * 3 + [None]


@pytest.mark.parametrize(
    "cell",
    ["1-Oct", "Oct-01", "1-Oct-26", "01-Oct-2026", "10月1日", "2026/10/6", "2026年10月6日", "TRUE"],
)
def test_identifier_that_a_spreadsheet_mangled_is_rejected(cell: str) -> None:
    assert reasons(Kind.ID, cell) == ["mangled_identifier"]


@pytest.mark.parametrize(
    "cell", ["2026-10-01", "2026/10-1", "1-10", "MAR-01", "DEC-2026", "Oct-1-A", "TRUE-1", "10月"]
)
def test_identifier_that_only_looks_like_a_date_is_kept(cell: str) -> None:
    assert read(Kind.ID, cell) == [cell]


@pytest.mark.parametrize("kind", list(Kind))
def test_few_columns_at_once_are_read_as_each_alone(kind: Kind) -> None:
    texts = [
        "2026-10-01",
        "",
        "1,000",
        "'=1",
        "　１２０ ",
        "〃",
        "0.1",
        "株式会社髙",
        "a@b.jp",
        "TRUE",
    ]
    columns = {"a": texts, "b": [""] * len(texts), "c": texts[::-1]}
    readers = {name: ColumnReader(Column(name, kind), KEY, Manner()) for name in columns}
    together = read_columns(pl.DataFrame(columns), readers)
    for answer, (name, cells) in zip(together, columns.items(), strict=True):
        repeated = pl.Series(cells * 200)
        alone = read_column(repeated, Column(name, kind), KEY, Manner())
        assert answer.equals(alone.head(len(cells)))
        assert answer.schema == alone.schema


def test_no_cells_are_read_as_no_values() -> None:
    for kind in Kind:
        nothing = read_column(pl.Series([], dtype=pl.String), Column("x", kind), KEY, Manner())
        assert nothing.height == 0
