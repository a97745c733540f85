"""A large CRM export of leads, quickly written: the file of the bulk benchmark.

Every row is its own: names, addresses, numbers and mail addresses are as long and as Japanese as
those of the demonstration company. One row in `bad_every` has a date that does not exist.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

HEADER = [
    "リードID",
    "partner_ref",
    "登録日時",
    "チャネル",
    "代理店ID",
    "rep_id",
    "キャンペーン",
    "product_id",
    "リード状況",
    "却下理由",
    "商談日",
    "会社名",
    "会社名カナ",
    "法人番号",
    "担当者名",
    "メールアドレス",
    "電話番号",
    "郵便番号",
    "都道府県",
    "住所",
    "legal_basis",
    "同意日",
    "is_deleted",
    "更新日時",
]
_STEMS = [
    "竹中",
    "高知港",
    "千葉ネクスト",
    "神田常盤",
    "東北みらい",
    "浪速",
    "瀬戸内",
    "ひかり",
    "大和",
    "サンライズ",
]
_TRADES = ["金属", "食品", "水産", "商会", "建設", "システム", "電機", "運輸", "印刷", "フーズ"]
_FORMS = ("株式会社{}", "{}株式会社", "有限会社{}", "㈱{}", "合同会社{}", "{}（株）")
_SURNAMES = [
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "山本",
    "中村",
    "小林",
    "加藤",
    "松井",
    "竹内",
    "石川",
    "神谷",
]
_GIVEN = ["浩", "勝", "隆", "慎也", "美咲", "陽子", "健太", "直樹", "由美", "翔", "恵", "大輔"]
_PLACES = (
    ("東京都", "千代田区神田錦町"),
    ("大阪府", "大阪市北区梅田"),
    ("愛知県", "名古屋市中区栄"),
    ("北海道", "札幌市中央区北一条西"),
    ("福岡県", "福岡市博多区博多駅前"),
    ("大分県", "大分市中央町"),
)
_ROWS_AT_ONCE = 250_000


def write_leads(
    path: Path, rows: int, encoding: str = "utf-8", bad_every: int = 0, quoted: bool = False
) -> None:
    """Write `rows` leads with a Japanese header, CRLF line ends, in steady memory."""
    with path.open("wb") as out:
        out.write((",".join(HEADER) + "\r\n").encode(encoding))
        for start in range(0, rows, _ROWS_AT_ONCE):
            frame = _leads(np.arange(start, min(start + _ROWS_AT_ONCE, rows)), bad_every)
            style = "always" if quoted else "necessary"
            text = frame.write_csv(include_header=False, line_terminator="\r\n", quote_style=style)
            out.write(text.encode(encoding))


def _leads(number: np.ndarray, bad_every: int) -> pl.DataFrame:
    chance = np.random.default_rng(int(number[0]))
    size = len(number)

    def pick(values: list[str] | tuple[str, ...]) -> pl.Series:
        return pl.Series(values).gather(chance.integers(0, len(values), size))

    serial = pl.Series(number)
    digits = serial.cast(pl.String).str.zfill(7)
    day = pl.Series(np.datetime64("2024-04-01") + chance.integers(0, 900, size))
    second = pl.Series(chance.integers(0, 86_400, size)) * 1_000_000
    clock = second.cast(pl.Time).dt.to_string("%H:%M:%S")
    stamp = day.dt.to_string("%Y/%m/%d") + " " + clock
    if bad_every:
        stamp = stamp.zip_with(serial % bad_every != 0, pl.Series(["2026/02/30 10:00"]))
    stem, trade = pick(_STEMS), pick(_TRADES)
    places = chance.integers(0, len(_PLACES), size)
    prefecture = pl.Series([name for name, _ in _PLACES]).gather(places)
    town = pl.Series([name for _, name in _PLACES]).gather(places)
    block = pl.Series(chance.integers(1, 30, size)).cast(pl.String)
    forms = chance.integers(0, len(_FORMS), size)
    core = stem + trade + digits.str.slice(3)
    before = pl.Series([form.split("{}")[0] for form in _FORMS]).gather(forms)
    after = pl.Series([form.split("{}")[1] for form in _FORMS]).gather(forms)
    seller = pl.Series(chance.integers(1, 400, size)).cast(pl.String).str.zfill(3)
    columns = [
        "L-" + digits,
        "A-" + digits,
        stamp,
        pick(("partner", "partner", "マーケティング", "sales")),
        "PT-" + seller,
        "R-" + seller,
        pick(("", "展示会", "比較サイト")),
        pick(("P-01", "P-02", "P-03")),
        pick(("new", "商談中", "lost", "受付")),
        pick(("", "", "対象外")),
        day.dt.to_string("%Y-%m-%d"),
        before + core + after,
        "カブシキガイシャ" + digits,
        pick(("",)),
        pick(_SURNAMES) + " " + pick(_GIVEN),
        "info" + digits + "@example-" + digits.str.slice(2) + ".co.jp",
        "03-"
        + digits.str.slice(3)
        + "-"
        + pl.Series(chance.integers(1000, 9999, size)).cast(pl.String),
        "101-" + digits.str.slice(3),
        prefecture,
        prefecture + town + block + "-" + block,
        pick(("consent", "同意", "joint_use")),
        day.dt.to_string("%Y/%m/%d"),
        pick(("false",)),
        stamp,
    ]
    frame = pl.DataFrame(dict(zip(HEADER, columns, strict=True)))
    return frame.with_columns(pl.col(pl.String).replace("", None))
