"""The strings that cells share. Furigana (rPh) stand beside the text and are not part of it."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from ingestion.reasons import FileRefused
from ingestion.xlsx.cells import Runs
from ingestion.xlsx.markup import is_plain, parse, unescaped

# What follows the text of a string: furigana and their font.
FURIGANA = r"(?:<rPh [^<>]*><t(?: [^<>]*)?>[^<]*</t></rPh>)*(?:<phoneticPr [^<>]*/>)?"
_ANY = rf"^(?:<t(?: [^<>]*)?/>|<t(?: [^<>]*[^<>/])?>(?P<text>[^<]*)</t>|){FURIGANA}</si>\s*$"
_OPEN, _CLOSE = "<si>", "</sst>"
# What nearly all strings are written between.
_BEFORE, _AFTER = "<t>", "</t></si>"


def read_strings(content: bytes) -> pl.Series:
    """All shared strings by their number, as written (escapes like _x000D_ not yet resolved)."""
    fast = _scan(content)
    return fast if fast is not None else parse_strings([content])


def parse_strings(pieces: Iterable[bytes]) -> pl.Series:
    """The same by a full parse: any legal XML, rich text joined (`cells.Runs`)."""
    texts: list[str] = []
    runs = Runs()
    path: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        path.append(name)
        runs.start(name, attributes)

    def end(name: str) -> None:
        path.pop()
        if name == "si":
            texts.append(runs.take())

    def text(characters: str) -> None:
        if path[-1:] == ["t"] and "rPh" not in path and "si" in path:
            runs.add(characters)

    parse(pieces, start, end, text)
    return pl.Series("text", texts, pl.String)


def _scan(content: bytes) -> pl.Series | None:
    """Plain tables as Office writes them, some ten times faster; None when it is not one."""
    if not is_plain(content):
        return None
    try:
        head, opening, body = content.decode("utf-8-sig").partition(_OPEN)
    except UnicodeDecodeError:
        raise FileRefused("damaged_workbook", "encoding") from None
    body = body.rstrip()
    if not opening or not body.endswith(_CLOSE):
        return None
    # what stands around the strings must itself be a document
    parse([(head + _CLOSE).encode()], lambda name, attributes: None)
    pieces = pl.Series("text", [body[: -len(_CLOSE)]]).str.split(_OPEN).explode()
    texts = pieces.str.strip_prefix(_BEFORE).str.strip_suffix(_AFTER)
    plain = pieces.str.starts_with(_BEFORE) & pieces.str.ends_with(_AFTER)
    odd = (plain & ~texts.str.contains("<", literal=True)).not_()
    if odd.any():
        others = pieces.filter(odd)
        if not others.str.contains(_ANY).all():
            return None
        texts = texts.scatter(odd.arg_true(), others.str.extract(_ANY, 1).fill_null(""))
    return unescaped(texts) if "&" in body or "\r" in body else texts
