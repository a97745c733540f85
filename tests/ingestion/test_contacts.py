"""Phones, e-mail, places and registered numbers: one form for one thing."""

from __future__ import annotations

import random

import phonenumbers
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.values.emails import match_emails, read_emails
from ingestion.values.ids import read_digests, read_ids
from ingestion.values.numbers import read_corporate_numbers, read_invoice_numbers
from ingestion.values.phones import MAX_KEPT, bare_numbers, read_phones
from ingestion.values.places import (
    match_addresses,
    prefectures,
    read_postal_codes,
    read_prefectures,
)

# Checked against the national tax agency's example and two real numbers.
CORPORATE = ["7000012050002", "4011001098993", "7123456789012"]


def phones(*cells: str | None) -> list[tuple[str | None, bool | None]]:
    return read_phones(pl.Series(cells, dtype=pl.String)).rows()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("03-1234-5678", "+81312345678"),
        ("0312345678", "+81312345678"),
        ("(03)1234-5678", "+81312345678"),
        ("03(1234)5678", "+81312345678"),
        ("03ー1234ー5678", "+81312345678"),
        ("03−1234−5678", "+81312345678"),
        ("TEL:03-1234-5678", "+81312345678"),
        ("03-1234-5678(代表)", "+81312345678"),
        ("+81-3-1234-5678", "+81312345678"),
        ("+81 (0)3 1234 5678", "+81312345678"),
        ("010-81-3-1234-5678", "+81312345678"),
        ("0081 3 1234 5678", "+81312345678"),
        ("+81312345678", "+81312345678"),
        ("312345678", "+81312345678"),
        ("0267-12-3456", "+81267123456"),
        ("090-1234-5678", "+819012345678"),
        ("9012345678", "+819012345678"),
        ("080 1234 5678", "+818012345678"),
        ("070.1234.5678", "+817012345678"),
        ("060-1234-5678", "+816012345678"),
        ("050-1234-5678", "+815012345678"),
        ("020-1234-5678", "+812012345678"),
        ("0120-123-456", "+81120123456"),
        ("0800-123-4567", "+818001234567"),
        ("0570-123-456", "+81570123456"),
        ("+1 650-253-0000", "+16502530000"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_phone_numbers_become_e164(cell: str, expected: str) -> None:
    assert phones(cell) == [(expected, True)]
    assert phones("03-1234-5678", None, "なし", cell)[-1] == (expected, True)


@pytest.mark.parametrize(
    "cell",
    [
        "1234",
        "03-12",
        "03-1234-567",
        "03-0000-0000",
        "00-0312345678",
        "090-0000-0000",
        "03-1234-5678 内線 12",
        "03-1234-5678 / 090-1234-5678",
        "03-1234-5678、090-1234-5678",
        "0120-FLOWER",
        "2025550123",
        "+999123456789",
        "+1 123",
        "110",
        "なし",
        "-",
    ],
)
def test_what_cannot_be_called_is_kept_as_written(cell: str) -> None:
    assert phones(cell) == [(cell, False)]


def test_number_that_nobody_has_still_takes_one_form() -> None:
    cells = ("011-412-3456", "(0114)12-3456", "+81 114 12 3456")
    assert phones(*cells) == [("+81114123456", False)] * 3


def test_endless_phone_is_cut_and_never_valid() -> None:
    endless = "0" * 5_000
    hidden = "03-1234-5678" + " " * MAX_KEPT + "x"
    assert phones(endless) == [("0" * MAX_KEPT, False)]
    assert phones(hidden) == [(hidden[:MAX_KEPT], False)]


def test_plan_agrees_with_phonenumbers() -> None:
    """What is valid here is valid there; there, 00-prefixed carrier services are valid too."""
    chance = random.Random(81)
    cells = [
        chance.choice(["+81", "0", ""]) + "".join(chance.choices("0123456789", k=length))
        for length in range(7, 12)
        for _ in range(1_000)
    ]
    for cell, (value, is_valid) in zip(cells, phones(*cells), strict=True):
        theirs = _by_phonenumbers(cell)
        if is_valid:
            assert phonenumbers.is_valid_number(phonenumbers.parse(value))
            assert theirs in (None, value)
        elif theirs is not None:
            assert theirs.startswith(("+8100", "+8120"))


def test_bare_numbers_have_no_signs() -> None:
    cells = pl.Series(["0312-34", "１２", "(普) 123-4567", "ABC 1", None])
    assert bare_numbers(cells).to_list() == ["031234", "１２", "普1234567", "abc1", None]


@pytest.mark.parametrize(
    ("cell", "address", "domain", "is_valid"),
    [
        ("taro@example.jp", "taro@example.jp", "example.jp", True),
        ("Taro@Example.JP", "taro@example.jp", "example.jp", True),
        ("mailto:taro@example.jp", "taro@example.jp", "example.jp", True),
        ("taro @example.jp", "taro@example.jp", "example.jp", True),
        (" taro@example.jp　", "taro@example.jp", "example.jp", True),
        ("taro @example.jp.", "taro@example.jp", "example.jp", True),
        ("ta ro@example.jp", "ta ro@example.jp", None, False),
        ("taro@exam ple.jp", "taro@exam ple.jp", None, False),
        ("山田 taro@example.jp", "山田 taro@example.jp", None, False),
        ("山田 <taro@example.jp>", "taro@example.jp", "example.jp", True),
        ("taro@example.jp。", "taro@example.jp", "example.jp", True),
        ("taro@example.jp\u200b", "taro@example.jp", "example.jp", True),
        ("a+b@example.jp", "a+b@example.jp", "example.jp", True),
        ("a@gmail.com", "a@gmail.com", None, True),
        ("a..b.@docomo.ne.jp", "a..b.@docomo.ne.jp", None, True),
        ("x" * 64 + "@example.jp", "x" * 64 + "@example.jp", "example.jp", True),
        ("x" * 65 + "@example.jp", "x" * 65 + "@example.jp", None, False),
        ("a@" + "b" * 64 + ".jp", "a@" + "b" * 64 + ".jp", None, False),
        ("a..b@example.jp", "a..b@example.jp", None, False),
        (".a@example.jp", ".a@example.jp", None, False),
        ("nobody", "nobody", None, False),
        ("Nobody At Example", "Nobody At Example", None, False),
        ("a@b", "a@b", None, False),
        ("a@@b.jp", "a@@b.jp", None, False),
        ("a@-b.jp", "a@-b.jp", None, False),
        ("a@192.168.0.1", "a@192.168.0.1", None, False),
        ("a@b.jp b@c.jp", "a@b.jp b@c.jp", None, False),
        ("a@b.jp;b@c.jp", "a@b.jp;b@c.jp", None, False),
        ("日本@example.jp", "日本@example.jp", None, False),
    ],
)
def test_emails(cell: str, address: str, domain: str | None, is_valid: bool) -> None:
    assert read_emails(pl.Series([cell])).rows() == [(address, domain, is_valid)]
    column = read_emails(pl.Series(["a@example.jp", None, cell, "bad"]))
    assert column.row(2) == (address, domain, is_valid)
    assert column.row(1) == (None, None, None)


def test_endless_email_is_cut() -> None:
    value, domain, is_valid = read_emails(pl.Series(["a" * 9_999 + "@example.jp"])).row(0)
    assert (len(value), domain, is_valid) == (254, None, False)


def test_what_follows_a_plus_is_the_same_mailbox() -> None:
    cells = pl.Series(["a+b+c@x.jp", "a@x.jp", "+a@x.jp", None])
    assert match_emails(cells).to_list() == ["a@x.jp", "a@x.jp", "+a@x.jp", None]


def test_postal_codes() -> None:
    cells = ("100-0001", "1000001", "〒100-0001", "〒 1000001", "100ー0001", "100 0001")
    assert read_postal_codes(pl.Series(cells)).to_list() == ["100-0001"] * 6
    assert read_postal_codes(pl.Series(["600001"])).to_list() == ["060-0001"]
    doubtful = ("60000", "10-00001", "100-00011", "000-0000", "100-0001 東京都", "不明")
    assert read_postal_codes(pl.Series(doubtful)).to_list() == [None] * len(doubtful)


@pytest.mark.parametrize("place", range(47))
def test_every_prefecture_is_read_in_every_script(place: int) -> None:
    name = prefectures()[place]
    short = name if name == "北海道" else name[:-1]
    assert read_prefectures(pl.Series([name, short, f"{place + 1:02d}"])).to_list() == [name] * 3


def test_prefectures_in_kana_and_latin_letters() -> None:
    cells = ("とうきょう", "トウキョウト", "Tokyo", "TOKYO-TO", "Tokyo to", "東 京 都")
    assert read_prefectures(pl.Series(cells)).to_list() == ["東京都"] * 6
    cells = ("Hyōgo", "Hyogo-ken", "おおさか", "Kyoto", "Hokkaido", "Mie Prefecture")
    expected = ["兵庫県", "兵庫県", "大阪府", "京都府", "北海道", None]
    assert read_prefectures(pl.Series(cells)).to_list() == expected
    doubtful = ("県", "1", "00", "48", "京", "東京都千代田区", "関東", "Osaka City")
    assert read_prefectures(pl.Series(doubtful)).to_list() == [None] * len(doubtful)


@pytest.mark.parametrize(
    "cells",
    [
        ("東京都千代田区丸の内一丁目2番3号", "千代田区丸の内1-2-3", "千代田区 丸の内1の2の3"),
        ("大阪市北区梅田十二丁目1番地の5", "大阪府大阪市北区梅田12ー1ー5", "大阪市北区梅田12−1−5"),
        ("渡邊町1-A", "渡辺町1-a"),
        ("霞ヶ関1", "霞ケ関1"),
        ("丸の内1\u200b-2", "丸の内1-2"),
    ],
)
def test_spellings_of_one_address_match(cells: tuple[str, ...]) -> None:
    assert match_addresses(pl.Series(cells)).n_unique() == 1
    assert match_addresses(pl.Series([cells[0], "京都市1-2"])).n_unique() == 2


def test_corporate_number_needs_its_check_digit() -> None:
    spelled = ("7000-0120-50002", "7000 012 050002", "T7000012050002", "t7000012050002")
    assert read_corporate_numbers(pl.Series(CORPORATE)).to_list() == CORPORATE
    assert read_corporate_numbers(pl.Series(spelled)).to_list() == [CORPORATE[0]] * 4
    wrong = [f"{number[:-1]}{(int(number[-1]) + 1) % 10}" for number in CORPORATE]
    doubtful = (*wrong, "700001205000", "+700001205000", "0123456789012", "7.00001E+12", "法人")
    assert read_corporate_numbers(pl.Series(doubtful)).to_list() == [None] * len(doubtful)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**12 - 1))
def test_check_digit_is_the_one_of_the_ordinance(base: int) -> None:
    weighted = (int(d) * (1, 2)[n % 2] for n, d in enumerate(reversed(f"{base:012d}")))
    check = 9 - sum(weighted) % 9
    cells = pl.Series([f"{digit}{base:012d}" for digit in range(1, 10)])
    assert read_corporate_numbers(cells).is_not_null().arg_true().to_list() == [check - 1]


def test_invoice_number_tells_whether_its_check_digit_holds() -> None:
    cells = pl.Series(["T7000012050002", "7000012050002", "T7000012050003", "T123", None])
    assert read_invoice_numbers(cells).rows() == [
        ("T7000012050002", True),
        ("T7000012050002", True),
        ("T7000012050003", False),
        (None, None),
        (None, None),
    ]


def test_look_alikes_in_identifiers_are_one_character() -> None:
    cells = ("C-1", "C‐1", "C–1", "C−1", "Cー1", "C-1\u200b", "\ufeffC-1")
    assert read_ids(pl.Series(cells)).to_list() == ["C-1"] * 7
    kept = ("サーバー1", "0001", "10001", "a/b.c", "契約 1", "01-2026-0001")
    assert read_ids(pl.Series(kept)).to_list() == list(kept)


@pytest.mark.parametrize(
    "cell",
    [
        *("a@b.jp", "03-1234-5678", "0312345678", "+81-3-1234-5678", "a\x07b", "a\nb", "x" * 256),
        *("a\u202eb", "\u200b", "壊\ufffdれ"),
    ],
)
def test_what_is_no_identifier(cell: str) -> None:
    assert read_ids(pl.Series([cell, "C-1"])).to_list() == [None, "C-1"]


def test_digests_are_compared_without_case_and_spaces() -> None:
    assert read_digests(pl.Series(["AB 12", "ab12", None])).to_list() == ["ab12", "ab12", None]


def _by_phonenumbers(cell: str) -> str | None:
    try:
        number = phonenumbers.parse(cell, "JP")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
