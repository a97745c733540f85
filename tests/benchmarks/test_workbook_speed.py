"""200 workbooks of 2,000 rows through `read_table` with one worker, against readers doing less.

The arms take turns on the same files and count only after the same accounting: every row, the sum
of the amounts, the distinct numbers. CPU of this process and its ended children. The arms of
pandas and dlt run where these are installed, on fewer books. `BOOKS` sets how many there are.
"""

import importlib.util
import os
import random
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import fastexcel
import polars as pl
import pytest
import xlsxwriter

from ingestion.files import read_table
from ingestion.xlsx.guard import WorkbookWorker

BOOKS = int(os.environ.get("BOOKS", "200"))
ROWS, DISTINCT, FEW = 2_000, 10, 10
# CPU of a book read in full, by that of one read bare: as texts, nothing looked for or checked.
MOST = 2.5
HEADER = [
    *("管理番号", "登録日", "会社名", "会社名カナ", "担当者名", "メール", "電話番号", "郵便番号"),
    *("都道府県", "住所", "商品", "金額", "状況", "備考", "更新日時"),
]
Account = tuple[int, int, int]


def lead(number: int, chance: random.Random) -> list[object]:
    return [
        f"A-{number:05d}",
        date(2026, chance.randint(1, 12), chance.randint(1, 28)),
        f"株式会社テスト{chance.randint(1, 9999)}",
        "カブシキガイシャテスト",
        "山田 太郎",
        f"u{chance.randint(1, 99999)}@example.co.jp",
        f"03-{chance.randint(1000, 9999)}-{chance.randint(1000, 9999)}",
        "100-0001",
        chance.choice(["東京都", "大阪府", "福岡県"]),
        f"千代田区{chance.randint(1, 9)}-{chance.randint(1, 30)}",
        chance.choice(["P1", "P2"]),
        chance.randint(1, 500) * 1000,
        chance.choice(["新規", "受付"]),
        "",
        datetime(2026, 10, chance.randint(1, 28), chance.randint(0, 23), chance.randint(0, 59)),
    ]


def write_books(folder: Path) -> tuple[list[Path], list[Account]]:
    """BOOKS files, a few of which differ, and what is in each."""
    chance = random.Random(1)
    made, truth = [], []
    for place in range(DISTINCT):
        rows = [lead(number, chance) for number in range(ROWS)]
        path = folder / f"{place}.xlsx"
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy/m/d h:mm"}) as book:
            sheet = book.add_worksheet()
            for line, cells in enumerate([HEADER, *rows]):
                sheet.write_row(line, 0, cells)
        made.append(path)
        truth.append((ROWS, sum(int(str(cells[11])) for cells in rows), ROWS))
    places = [place % DISTINCT for place in range(BOOKS)]
    return [made[place] for place in places], [truth[place] for place in places]


def account(frame: pl.DataFrame) -> Account:
    amounts = frame["金額"].cast(pl.Float64).cast(pl.Int64).sum()
    return frame.height, int(amounts), frame["管理番号"].n_unique()


def by_teikei(paths: list[Path]) -> list[Account]:
    with WorkbookWorker() as worker:
        return [account(read_table(path, worker=worker).rows) for path in paths]


def by_fastexcel(paths: list[Path]) -> list[Account]:
    books = [fastexcel.read_excel(path) for path in paths]
    return [account(book.load_sheet(0, dtypes="string").to_polars()) for book in books]


def by_pandas(paths: list[Path]) -> list[Account]:
    import pandas

    frames = [pandas.read_excel(path, engine="calamine", dtype=str) for path in paths]
    return [account(pl.DataFrame({name: list(f[name]) for name in HEADER})) for f in frames]


def by_dlt(paths: list[Path]) -> list[Account]:
    """Rows into Parquet files, as text: no header found, nothing checked, nothing typed."""
    import dlt
    import pandas
    from dlt.destinations import filesystem

    found = []
    for path in paths:
        with tempfile.TemporaryDirectory() as folder:
            target = filesystem(bucket_url=f"file://{folder}/out")
            pipeline = dlt.pipeline("bench", pipelines_dir=folder, destination=target)
            sheet = pandas.read_excel(path, engine="calamine", dtype=str)
            # dlt rewrites Japanese names
            sheet.columns = [f"c{place}" for place in range(len(HEADER))]
            rows = sheet.to_dict(orient="records")
            pipeline.run(rows, table_name="leads", loader_file_format="parquet")
            frame = pl.read_parquet(list(Path(folder).glob("out/**/leads/*.parquet")))
            names = {f"c{place}": name for place, name in enumerate(HEADER)}
            found.append(account(frame.rename(names, strict=False)))
    return found


ARMS: dict[str, tuple[Callable[[list[Path]], list[Account]], tuple[str, ...]]] = {
    "teikei": (by_teikei, ()),
    "fastexcel": (by_fastexcel, ()),
    "pandas": (by_pandas, ("python_calamine",)),
    "dlt": (by_dlt, ("dlt", "python_calamine")),
}


def cpu_seconds() -> float:
    return sum(os.times()[:4])


@pytest.mark.benchmark
@pytest.mark.filterwarnings("default")
def test_workbooks_cost_little_more_than_reading_them_bare(tmp_path: Path) -> None:
    paths, truth = write_books(tmp_path)
    cost: dict[str, float] = {}
    for _ in range(3):
        for name, (arm, needed) in ARMS.items():
            if not all(importlib.util.find_spec(module) for module in needed):
                continue
            count = len(paths) if not needed else FEW
            before = cpu_seconds()
            found = arm(paths[:count])
            spent = (cpu_seconds() - before) / count
            assert found == truth[:count], name
            cost[name] = min(spent, cost.get(name, spent))
    for name, seconds in cost.items():
        ratio = seconds / cost["fastexcel"]
        print(f"\n{name:>10} {seconds * 1000:7.1f} ms CPU a book  {ratio:5.2f} × fastexcel", end="")
    assert cost["teikei"] <= MOST * cost["fastexcel"]
    assert all(cost["teikei"] < cost[name] for name in ("pandas", "dlt") if name in cost)
