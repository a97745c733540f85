"""Whatever the bytes: no crash, no lost record, and a table that was written is read as written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingestion.delimited.detection import detect
from ingestion.delimited.dialects import Dialect
from ingestion.delimited.reading import decode, read_body, read_text, split_records, split_slowly
from ingestion.delimited.records import split_lines
from ingestion.files import read_table
from ingestion.headers import known_headers
from ingestion.reasons import FileRefused

Row = tuple[str, ...]
CELLS = st.text(st.sampled_from("ab1\",\n\r ;あ'=\\|\t"), max_size=6)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8)
HEADER = ("lead_id", "email", "company_name")
DIALECTS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t|"),
        "quotechar": st.sampled_from("\"'"),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        "lineterminator": st.sampled_from(["\n", "\r\n"]),
    }
)
LINES = st.lists(
    st.sampled_from(
        ['1,a,b', '2,"x', 'y",z', '3,"x,y",z', '"', '""', "4,'a,b'", "5,a", "合計,3", "", "6,a,b,c"]
    ),
    max_size=30,
)  # fmt: skip


def quoted(row: tuple[str, ...], delimiter: str = ",") -> str:
    return delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row)


def written(rows: list[Row], **dialect: Any) -> str:
    out = io.StringIO()
    csv.writer(out, **dialect).writerows(rows)
    return out.getvalue()


def not_in_turn(read: list[Row], wanted: list[Row]) -> Iterator[Row]:
    place = 0
    for row in read:
        if row in wanted[place:]:
            place = wanted.index(row, place) + 1
        else:
            yield row


def read_usually(text: str, delimiter: str) -> list[Row]:
    """Every row that a reader of the usual quotes sees, doubled inside or behind a backslash."""
    ways = ({"doublequote": True}, {"doublequote": False, "escapechar": "\\"})
    readers = [csv.reader(io.StringIO(text, ""), delimiter=delimiter, **way) for way in ways]
    return [tuple(row) for reader in readers for row in reader]


def is_filled(row: tuple[str, ...]) -> bool:
    return bool("".join(row).strip(" ,;|\t\n\r\"'\u3000"))


@settings(deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=12))
def test_fast_path_equals_the_grammar(rows: list[tuple[str, str, str]]) -> None:
    records = pl.Series([quoted(row) for row in rows], dtype=pl.String)
    dialect = Dialect(header=("x", "y", "z"))
    fast, slow = split_records(records, dialect), split_slowly(records, dialect)
    assert fast.equals(slow)
    assert slow.rows() == rows


@settings(max_examples=50)
@given(ROWS, DIALECTS)
@example(
    rows=[("", "\t\n", "\t")],
    dialect={"delimiter": "\t", "quotechar": "'", "quoting": 0, "lineterminator": "\n"},
)
@example(
    rows=[("", "", '"'), ("", "\\", '"')],
    dialect={"delimiter": ",", "quotechar": "'", "quoting": 1, "lineterminator": "\n"},
)
@example(
    rows=[("", "", '"'), ("", '"', "")],
    dialect={"delimiter": ",", "quotechar": "'", "quoting": 0, "lineterminator": "\n"},
)
@example(
    rows=[("", "", '"'), ("", "\n", '"')],
    dialect={"delimiter": ",", "quotechar": "'", "quoting": 0, "lineterminator": "\n"},
)
@example(
    rows=[('"', "", '\\"'), ('"', "", "")],
    dialect={"delimiter": ",", "quotechar": "'", "quoting": 0, "lineterminator": "\n"},
)
@example(
    rows=[("", "", '\\"\n')],
    dialect={"delimiter": ",", "quotechar": '"', "quoting": 0, "lineterminator": "\n"},
)
@example(
    rows=[("", "", "'"), ("", "\n", "'")],
    dialect={"delimiter": ",", "quotechar": '"', "quoting": 0, "lineterminator": "\n"},
)
@example(
    rows=[("'", "", ""), ("'", "", "")],
    dialect={"delimiter": "\t", "quotechar": '"', "quoting": 0, "lineterminator": "\n"},
)
@example(
    rows=[('"', "", ""), ('"', "", ""), ("", "", '"')],
    dialect={"delimiter": ",", "quotechar": "'", "quoting": 0, "lineterminator": "\n"},
)
@example(
    rows=[("", "'1'", "'1'")],
    dialect={"delimiter": ",", "quotechar": '"', "quoting": 0, "lineterminator": "\n"},
)
@example(
    rows=[("", "", '"1"')],
    dialect={"delimiter": ",", "quotechar": "'", "quoting": 0, "lineterminator": "\n"},
)
@example(
    rows=[("", "1,1", "")],
    dialect={"delimiter": ",", "quotechar": "'", "quoting": 0, "lineterminator": "\n"},
)
@example(
    rows=[("", "", "';'")],
    dialect={"delimiter": ",", "quotechar": '"', "quoting": 0, "lineterminator": "\n"},
)
@example(
    rows=[("1", "b", "'a'"), ("2", "b", "''''")],
    dialect={"delimiter": ",", "quotechar": '"', "quoting": 0, "lineterminator": "\n"},
)
def test_written_table_is_read_as_written_or_not_at_all(
    rows: list[Row], dialect: dict[str, Any]
) -> None:
    if dialect["lineterminator"] == "\n":  # then the writer leaves a CR unquoted
        rows = [tuple(cell.replace("\r", "") for cell in row) for row in rows]
    text = written([HEADER, *rows], **dialect)
    try:
        table = read_text(text, "utf-8", known_headers())
    except FileRefused:
        return
    assert table.header == HEADER
    # every row given is the next one of those written, or what its bytes say with usual quotes
    others = list(not_in_turn(table.rows.rows(), rows))
    if dialect["quotechar"] == "'" and others:
        assert set(others) <= set(read_usually(text, dialect["delimiter"]))
        return
    assert not others
    lost = [row for row in rows if is_filled(row)][table.rows.height :]
    assert not lost or table.problems.height or table.ignored


@settings(max_examples=50)
@given(ROWS)
def test_quoted_table_is_read_whole(rows: list[tuple[str, str, str]]) -> None:
    rows = [
        (f"L-{place}", row[1].replace("\\", ""), row[2].replace("\\", ""))
        for place, row in enumerate(rows)
    ]
    text = "\r\n".join([",".join(HEADER), *map(quoted, rows)]) + "\r\n"
    table = read_text(text, "utf-8", known_headers())
    problems = set(table.problems["reason_code"])
    assert problems <= {"swallowed_rows", "doubtful_quotes"}
    if not problems:
        assert table.rows.rows() == rows


@settings(deadline=None)
@given(LINES)
def test_every_line_is_accounted_for(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    body = read_body(text, Dialect(header=HEADER, is_known=True), 1)
    numbers = [*body.numbers, *body.problems["row_number"]]
    assert len(set(numbers)) == len(numbers)
    taken = sum(text.count("\n") for text in body.rows.select(pl.concat_str(pl.all())).to_series())
    shown = sum(text.count("\n") for text in body.problems["value"])
    known = len(numbers) + body.ignored + taken + shown
    assert known == (split_lines(text).height if text else 1)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_table(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "leads.csv"
    path.write_bytes(content)
    table = read_table(path)
    assert table.refusal is None or table.refusal.code != "unreadable_file" or b"\0" in content
    assert table.numbers.len() == table.rows.height


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=3), st.booleans())
def test_changed_bytes_change_no_other_row(place: int, change: bytes, is_added: bool) -> None:
    rows = [f'{n},a{n}@b.jp,"会社, {n}\n支店"\r\n' for n in range(40)]
    clean = ("lead_id,email,company_name\r\n" + "".join(rows)).encode()
    at = 40 + place % (len(clean) - 40)
    content = clean[:at] + change + clean[at if is_added else at + len(change) :]
    try:
        table = read_text(*decode(content), known_headers())
    except FileRefused:
        return
    expected = set(read_text(*decode(clean), known_headers()).rows.rows())
    # bytes inside a cell may make another cell, in one row, or two where they part one
    assert len([row for row in table.rows.rows() if row not in expected]) <= 2
    assert table.rows.height + table.problems.height >= 38


@pytest.mark.parametrize("piece", ['1,"x,y\n', '"\n', '1,"x\ny",z\n', "1,a\rb,c\n", '1,a"b,c\n'])
def test_time_is_linear(piece: str) -> None:
    import time

    dialect = detect(f"{','.join(HEADER)}\n" + "1,a,b\n" * 50, known_headers())
    seconds = []
    for count in (10_000, 80_000):
        start = time.process_time()
        read_body(piece * count, dialect, 2)
        seconds.append(time.process_time() - start)
    assert seconds[1] < 30 * max(seconds[0], 0.05)
