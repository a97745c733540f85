"""A large file is read in pieces, with the answer of the whole."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ingestion.bulk.pieces import Head, read_pieces
from ingestion.bulk.scan import read_piece
from ingestion.delimited.detection import detect
from ingestion.delimited.dialects import Dialect
from ingestion.delimited.reading import Body, read_body
from ingestion.reasons import FileRefused

HEADER = "lead_id,registered_at,channel,company_name"
KNOWN = frozenset(HEADER.split(","))
GOOD = "L{0},2026-10-01 10:00,partner,会社{0}"
ODDITIES = (
    "",
    ",,,",
    "合計,3,,",
    ",合計,3,",
    HEADER,
    "L9,2026-10-01",
    "L9,2026-10-01,partner,a,b",
    'L9,2026-10-01,partner,"引用"',
    'L9,2026-10-01,partner,"二つの""引用"""',
    'L9,2026-10-01,partner,"改行\nあり"',
    'L9,2026-10-01,partner,"開いた',
    'L9,2026-10-01,pa"rtner,x',
    "L9,2026-10-01,partner,\x00",
    "L9,2026-10-01,partner,\x07",
    "L9, 2026-10-01, partner, 空白",
    "L9,2026-10-01,partner,O'Brien",
    "L9,'2026-10-01','partner',x",
    "L9,2026-10-01,partner,\ufeff",
    "# comment",
    "以上",
    "partner,L9,会社,2026-10-01",
)


def dialect_of(rows: list[str]) -> Dialect:
    return detect("\n".join([HEADER, *rows]) + "\n", KNOWN)


def assert_same(read: Body, expected: Body) -> None:
    assert_frame_equal(read.rows, expected.rows)
    assert read.numbers.to_list() == expected.numbers.to_list()
    assert_frame_equal(read.problems, expected.problems)


def outcome(read: object) -> Body | str:
    """A body, or the reason why the text was refused."""
    try:
        return read()  # type: ignore[operator]
    except FileRefused as refused:
        return refused.reason.code


lines = st.lists(
    st.one_of(
        st.integers(0, 99).map(GOOD.format),
        st.integers(0, 99).map(GOOD.format),
        st.integers(0, 99).map(GOOD.format),
        st.sampled_from(ODDITIES),
        st.text("a,\"'\n\r;. 0１あ\t", max_size=12),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines, st.sampled_from(["\n", "\r\n"]))
def test_piece_is_read_as_the_body_is(
    monkeypatch: pytest.MonkeyPatch, rows: list[str], end: str
) -> None:
    # also where nearly every record is odd, stretch by stretch
    monkeypatch.setattr("ingestion.bulk.scan._FEW", 1)
    dialect = dialect_of([GOOD.format(place) for place in range(20)])
    text = "".join(row + end for row in rows)
    expected = outcome(lambda: read_body(text, dialect, 2))
    read = outcome(lambda: read_piece(text.encode(), dialect, 2)[0])
    if isinstance(expected, str) or isinstance(read, str):
        assert read == expected
    else:
        assert_same(read, expected)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(ODDITIES), max_size=6), st.integers(0, 10_000), st.booleans())
def test_pieces_together_are_the_whole(
    tmp_path_factory: pytest.TempPathFactory, odd: list[str], seed: int, japanese: bool
) -> None:
    rows = [GOOD.format(place) for place in range(1_200)]
    for place, row in enumerate(odd):
        rows.insert((seed * (place + 7)) % len(rows), row)
    encoding = "cp932" if japanese and not any("\ufeff" in row for row in odd) else "utf-8"
    text = "".join(row + "\r\n" for row in rows)
    path = tmp_path_factory.mktemp("pieces") / "leads.csv"
    path.write_bytes(text.encode(encoding))
    dialect = dialect_of([GOOD.format(place) for place in range(20)])
    expected = outcome(lambda: read_body(text, dialect, 1))
    read = outcome(lambda: together(path, Head(None, dialect, 0)))
    if isinstance(expected, str) or isinstance(read, str):
        assert read == expected
    else:
        assert_same(read, expected)


def together(path: Path, head: Head) -> Body:
    start = replace(head, dialect=replace(head.dialect, body_line=1))
    pieces = list(read_pieces(path, start, piece_bytes=9_000))
    assert len(pieces) > 1
    return Body(
        pl.concat([piece.rows for piece in pieces]),
        pl.concat([piece.numbers for piece in pieces]),
        pl.concat([piece.problems for piece in pieces]),
        0,
    )
