"""Clean tables to be spoilt: their cells hold all that makes delimited text hard."""

from __future__ import annotations

import random
from dataclasses import dataclass

_WORDS = ["red", "big", "steel", "soft", "box", "chair", "lamp", "東京", "机", '5" pipe', "it's"]
_REMARKS = [
    "",
    "in stock",
    "call first, then send",
    'he said "yes"',
    'called "The Tower", old',
    "first line\nsecond line",
    "one, two\nthree, four\nfive",
    "要確認、至急",
    "備考\n※1 税抜",
    'a "quoted"\nline; with | marks',
    "tab\there",
    "O'Neill's",
]


@dataclass(frozen=True)
class Source:
    """A header and rows, all text."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def shop(count: int = 80, seed: int = 1) -> Source:
    """Unknown headers, a date first, remarks with line ends last."""
    pick = random.Random(seed)
    header = ("DAY", "CLOCK", "Pieces", "ARTICLE", "Cost", "Kind", "Description", "Page", "Remarks")
    rows = [
        (
            f"{pick.randint(1, 12):02}/{pick.randint(1, 28):02}/2019",
            f"{pick.randint(0, 23):02}:{pick.randint(0, 59):02}",
            str(pick.randint(1, 500)),
            f"A{pick.randint(100, 999)}",
            f"{pick.randint(1, 900)}.{pick.randint(0, 99):02}",
            pick.choice(["tool", "toy, small", "", "家具"]),
            " ".join(pick.sample(_WORDS, 3)),
            f"http://example.com/{number}?a=1&b=2",
            pick.choice(_REMARKS),
        )
        for number in range(count)
    ]
    return Source("shop", header, tuple(rows))


def leads(count: int = 80, seed: int = 2) -> Source:
    """Headers we know, Japanese text, an e-mail last; company names first."""
    pick = random.Random(seed)
    header = (
        "会社名", "lead_id", "登録日", "担当者名", "電話番号", "住所", "備考", "金額", "Email",
    )  # fmt: skip
    rows = [
        (
            f"株式会社{pick.choice('山川田中木林')}{pick.choice('商電工建食')}{number}",
            f"L-{number:04}",
            f"2026年{pick.randint(1, 12)}月{pick.randint(1, 28)}日",
            pick.choice(["山田 太郎", "髙橋", "", "Lee, Ann"]),
            f"03-{pick.randint(1000, 9999)}-{pick.randint(1000, 9999)}",
            pick.choice(["東京都千代田区1-1", "大阪府\n北区", "神奈川県, 横浜市"]),
            pick.choice(_REMARKS).replace("\t", " "),
            f"{pick.randint(1, 999)},000",
            pick.choice([f"a{number}@example.jp", ""]),
        )
        for number in range(count)
    ]
    return Source("leads", header, tuple(rows))


def words(count: int = 80, seed: int = 3) -> Source:
    """Mostly text: only one column in the middle has a form, remarks first and last."""
    pick = random.Random(seed)
    header = ("Remark", "Name", "Year", "Town", "Note")
    rows = [
        (
            pick.choice(_REMARKS[1:]),
            pick.choice(["Ann", "Bob, junior", "陳", 'Eve "E." Z']),
            str(pick.randint(1950, 2026)),
            pick.choice(["Oslo", "京都市", "", "Rio"]),
            pick.choice(_REMARKS),
        )
        for _ in range(count)
    ]
    return Source("words", header, tuple(rows))


def narrow(count: int = 80, seed: int = 4) -> Source:
    """Two columns, the second one free text."""
    pick = random.Random(seed)
    rows = [(f"{number}", pick.choice(_REMARKS)) for number in range(count)]
    return Source("narrow", ("number", "memo text"), tuple(rows))


SOURCES = (shop, leads, words, narrow)
