"""A bulk file goes through the door like any other: same rows, same receipts, same duplicates."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ingestion.entities import ENTITIES
from ingestion.intake import Intake, Opening, commit, read_doors
from ingestion.lake import Night
from ingestion.versions import scan_rows

KEY = b"k" * 32
HEADER = "リードID,登録日時,チャネル,会社名,電話番号\n"


def leads(numbers: range, name: str = "会社") -> list[str]:
    return [f"L{n},2026-10-01 10:00,partner,{name}{n},03-1234-{n:04}" for n in numbers]


class Office:
    """A home whose CRM files are all read in pieces, or none."""

    def __init__(self, home: Path, *, in_pieces: bool) -> None:
        self.home, self.bulk_bytes = home, 1 if in_pieces else 10**9

    def night(self, day: int, rows: list[str], name: str, header: str = HEADER) -> Intake:
        path = self.home / "inbox" / "crm" / "sf" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(header + "\n".join(rows) + "\n")
        night = Night(date(2026, 11, day), 1)
        intake = read_doors(self.home, night, KEY, opening=Opening(0, self.bulk_bytes))
        commit(self.home, night, intake)
        return intake

    def stored(self) -> pl.DataFrame:
        rows = scan_rows(self.home / "lake" / "raw", ENTITIES["leads"])
        return rows.sort("_known_at", "_row_number").collect()


@pytest.fixture
def offices(tmp_path: Path) -> tuple[Office, Office]:
    return Office(tmp_path / "a", in_pieces=True), Office(tmp_path / "b", in_pieces=False)


def test_bulk_file_gives_the_rows_and_receipts_of_any_other(
    offices: tuple[Office, Office],
) -> None:
    rows = leads(range(300))
    rows[10] = "L10,2026-02-30,partner,会社,03-1234-0000"
    rows[20] = "L20,2026-10-01"
    rows[30:30] = [rows[5], "L6,2026-10-01 10:00,partner,別の会社,03-1234-0006", rows[6]]
    in_pieces, whole = (office.night(1, rows, "leads__1.csv") for office in offices)
    assert in_pieces.spools and not whole.spools
    assert_frame_equal(in_pieces.files, whole.files)
    assert_frame_equal(in_pieces.rejected, whole.rejected)
    assert_frame_equal(offices[0].stored(), offices[1].stored())
    assert whole.files["duplicate_count"].to_list() == [1]


def test_bulk_file_is_judged_by_its_remarks_like_any_other(
    offices: tuple[Office, Office],
) -> None:
    rows = [f"K{n},代理店,P{n},2026-10-01,1000,税抜,R{n},会社{n},,円," for n in range(300)]
    rows[5] = "K5,代理店,P5,2026-10-01,1000,税込,R5,会社,,円,"
    rows[6] = "K6,代理店,P6,2026-10-01,1000,税抜,山川,03-1234-5678,,円,"
    rows[7] = "K7,代理店,P7,2026-10-01,1000,税抜,R7,NULL,2026-10-01,円,"
    rows[8] = "K8,代理店,P8,2026-10-01,1000,税抜,R8,会社,,千円,"
    rows[9] = "K9,代理店,P9,2026-10-01,1000,税抜,R9,会社,,円,(税込)"
    header = (
        "契約番号,チャネル,商品コード,契約日,初期費用,税区分,営業担当,会社名,電話番号,単位,備考\n"
    )
    in_pieces, whole = (office.night(1, rows, "contracts__1.csv", header) for office in offices)
    assert in_pieces.spools and not whole.spools
    assert_frame_equal(in_pieces.rejected, whole.rejected)
    assert_frame_equal(in_pieces.warnings, whole.warnings)
    assert (whole.rejected.height, whole.warnings.height) == (3, 4)


def test_bulk_file_sent_again_in_another_order_adds_nothing(
    offices: tuple[Office, Office],
) -> None:
    rows = leads(range(300))
    for office in offices:
        office.night(1, rows, "leads__1.csv")
        again = office.night(2, [*reversed(rows), *leads(range(1), "新社名")], "leads__2.csv")
        assert again.files["accepted_count"].to_list() == [1]
        assert again.files["duplicate_count"].to_list() == [300]
        assert office.stored().height == 301


def test_export_that_returns_to_its_older_content_is_a_correction(
    offices: tuple[Office, Office],
) -> None:
    for office in offices:
        office.night(1, leads(range(30)), "leads.csv")
        office.night(2, leads(range(30), "改名"), "leads.csv")
        back = office.night(3, leads(range(30)), "leads.csv")
        assert back.files["accepted_count"].to_list() == [30]
        assert office.stored()["company_name"].to_list()[-1] == "会社29"


def test_bulk_file_with_mostly_bad_rows_is_refused_whole(
    offices: tuple[Office, Office],
) -> None:
    rows = [row.replace("2026-10-01 10:00", "10/1/26") for row in leads(range(60))]
    for office in offices:
        intake = office.night(1, [*rows, *leads(range(90, 120))], "leads__1.csv")
        line = intake.files.row(0, named=True)
        assert (line["status"], line["reason_code"]) == ("refused", "too_many_rejections")
        assert (line["row_count"], line["accepted_count"], line["rejected_count"]) == (90, 0, 90)
        assert intake.rejected.height == 60
        assert office.stored().is_empty()


def test_bulk_text_damaged_far_inside_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    office = Office(tmp_path, in_pieces=True)
    path = tmp_path / "inbox" / "crm" / "sf" / "leads__1.csv"
    path.parent.mkdir(parents=True)
    text = (HEADER + "\n".join(leads(range(60_000))) + "\n").encode()
    path.write_bytes(text + b"L,2026-10-01 10:00,partner,\x81\xff\xfe,\n" * 1_000)
    night = Night(date(2026, 11, 1), 1)
    intake = read_doors(tmp_path, night, KEY, opening=Opening(0, 1))
    assert intake.files.select("status", "row_count").rows() == [("refused", 0)]
    assert not intake.spools and not office.stored().height
