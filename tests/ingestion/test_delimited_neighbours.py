"""Under a header of ours a damaged row costs only itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.files import read_table
from ingestion.tables import Table

LEADS = "lead_id,registered_at,channel,company_name,phone,address"
FILES: dict[str, tuple[str, str]] = {
    "ids": (LEADS, "A-00{0},2026-10-0{0},partner,会社{0},03-1111-000{0},東京都千代田区"),
    "ids of parts": (LEADS, "A-2026-00{0},2026-10-0{0},partner,会社{0},,東京都千代田区"),
    "Japanese ids": (
        "案件番号,会社名,登録日,電話番号,住所",
        "案件{0},株式会社山{0},2026年10月{0}日,,大阪府大阪市",
    ),
    "full-width ids": ("案件番号,会社名,登録日,担当者名", "案件１{0},山{0}商店,2026/10/{0},山田"),
    "empty first column": (f"備考,{LEADS}", ",A-00{0},2026-10-0{0},partner,会社{0},,東京都"),
    "numbers": ("contract_id,contracted_on,product_id,initial_yen", "100{0},2026-10-0{0},P,900"),
    "company first": (
        "会社名,lead_id,登録日,担当者名,電話番号,Email",
        "株式会社山{0},L-{0},2026-10-0{0},山田 太郎,03-1111-000{0},a{0}@example.jp",
    ),
    "company first, text last": (
        "会社名,lead_id,登録日,担当者名,住所,備考",
        "株式会社山{0},L-{0},2026-10-0{0},山田 太郎,東京都,要確認",
    ),
    "text only": ("会社名,担当者名,部署,住所,備考", "株式会社山,山田 太郎,,東京都,{0}番目"),
}
ALL = (1, 2, 3, 4, 5, 6, 7, 8)


def without_last(line: str) -> str:
    return line.rpartition(",")[0]


def without_second(line: str) -> str:
    cells = line.split(",")
    return ",".join([cells[0], *cells[2:]])


DAMAGE = {
    "a cell less at the end": without_last,
    "a cell less inside": without_second,
    "a cell more at the end": "{},".format,
    "a cell more inside": lambda line: line.replace(",", ",,", 1),
    "a quote in a cell": lambda line: line[:-1] + '"' + line[-1],
    "a quote at the start": '"{}'.format,
    "a quote before the last cell": lambda line: ',"'.join(line.rsplit(",", 1)),
    "a control character": "{}\x07".format,
}


def read(folder: Path, header: str, rows: list[str]) -> Table:
    path = folder / "leads.csv"
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return read_table(path)


@pytest.mark.parametrize("place", [0, 3, 7])
@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", FILES)
def test_neighbours_of_a_damaged_row_are_kept(
    tmp_path: Path, name: str, damage: str, place: int
) -> None:
    header, line = FILES[name]
    rows = [line.format(number) for number in ALL]
    clean = [tuple(row.split(",")) for row in rows]
    rows[place] = DAMAGE[damage](rows[place])
    table = read(tmp_path, header, rows)
    assert table.refusal is None
    assert table.problems["row_number"].to_list() == [place + 2]
    assert table.rows.rows() == clean[:place] + clean[place + 1 :]


@pytest.mark.parametrize(
    ("torn", "kept"),
    [
        # the first cell of a row, and the last one, torn at a line end
        ("株式会社\n山4,L-4,2026-10-04,山田 太郎,東京都,要確認", (1, 2, 3, 5, 6, 7, 8)),
        ("株式会社山4,L-4,2026-10-04,山田 太郎,東京都,要\n確認", (1, 2, 3, 5, 6, 7, 8)),
        # with a delimiter in the text
        ("株式会社山4,L-4,2026-10-04,山田 太郎,東京都,要\n確認、再, 済", (1, 2, 3, 5, 6, 7, 8)),
    ],
)
def test_piece_of_a_torn_row_is_never_a_row(
    tmp_path: Path, torn: str, kept: tuple[int, ...]
) -> None:
    header, line = FILES["company first, text last"]
    rows = [line.format(number) for number in ALL]
    clean = [tuple(row.split(",")) for row in rows]
    rows[3] = torn
    assert set(read(tmp_path, header, rows).rows.rows()) <= {clean[number - 1] for number in kept}
