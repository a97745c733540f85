"""Identifiers and digests: what ties records together, and is shown to everybody.

Input of every function: NFKC text without surrounding spaces, null where empty.
"""

from __future__ import annotations

import polars as pl

from ingestion.values.rest import keep_where
from ingestion.values.spelling import INVISIBLE

# Nothing in such an identifier has a look-alike, and none can be a phone number.
_PLAIN = r"^(?:[0-9A-Za-z_-]*[A-Za-z_][0-9A-Za-z_-]*|[1-9][0-9]*)$"
_DASHES = ("‐", "‑", "‒", "–", "—", "―", "−", "﹣", "⁃")
_KANA_BUT_LONG = "[ぁ-ゖァ-ヺ]"
_GAP = r"(?:[-‐‑‒–—―−ー]|\s|[().])"
# A phone number as people write it; numbers padded with zeros, and 01-2026-0001, are none.
AS_PHONE = (
    rf"(?:0|\(0|\+81{_GAP}*0?)(?:[1-9]\d{{8,9}}|(?:[346]|[5789]0){_GAP}+\d{{4}}{_GAP}*\d{{4}}"
    rf"|[1-9]\d{_GAP}+\d{{3}}{_GAP}+\d{{4}}|[1-9]\d{{2}}{_GAP}+\d{{2,3}}{_GAP}+\d{{3,4}}"
    rf"|[1-9]\d{{3}}{_GAP}+\d{_GAP}+\d{{4}})"
).replace(r"\d", "[0-9]")
# What a spreadsheet makes of a long number: its digits are lost.
_ROUNDED = r"^[0-9](?:\.[0-9]+)?[eE]\+[0-9]+$"
# What a spreadsheet makes of 10-1, 1-10 or a formula: a day, as English and Japanese ones show or
# export it, or a truth value. Capitals as they write them: MAR-01 is somebody's number.
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_MANGLED = (
    rf"^(?:[0-9]{{1,2}}-{_MONTH}(?:-[0-9]{{2}}|-[0-9]{{4}})?|{_MONTH}-[0-9]{{2}}"
    r"|[0-9]{1,2}月[0-9]{1,2}日|(?:19|20)[0-9]{2}/[0-9]{1,2}/[0-9]{1,2}(?: [0-9:]+)?"
    r"|(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日|(?i:true|false))$"
)
# What people write where there is no number: signs alone, zeros, and words, maybe in brackets.
_NONE = (
    "なし|無し?|ナシ|未定|未採番|未発番|未付番|未登録|未設定|未入力|未確定|採番(?:中|前|待ち?)|不明|不詳"
    "|該当(?:なし|無し)|空欄|空白|調査中|確認中|後日|仮|null|nil|nul|none|nothing|n/?a|nan|undefined"
    "|unknown|tb[acd]|not ?available|pending|x{2,}|dummy|ダミー"
)
PLACEHOLDER = rf"^(?:[^\p{{L}}\p{{N}}]*(?i:{_NONE})?[^\p{{L}}\p{{N}}]*|[-0.ー]+)$"
# A person's number in Japanese letters without a digit is the person's name.
_JAPANESE, _DIGIT = r"[々〆぀-ヿ㐀-鿿豈-﫿]", "[0-9]"
_CONTROL = r"[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffd]"
_MANGLED_OR_PLACEHOLDER = f"{_MANGLED}|{PLACEHOLDER}"
# A longer text is a note that slipped into the column.
MAX_CHARACTERS = 255


def read_ids(text: pl.Series) -> pl.Series:
    """Identifiers: look-alikes of the hyphen are one character, invisible ones are dropped.

    Null for an e-mail address, a phone number or a rounded one, for what a spreadsheet made a date
    or a truth value of, for words like none and TBD, for control characters and endless texts.
    """
    cell = pl.col("text")
    plain = cell.str.contains(_PLAIN) & (cell.str.len_bytes() <= MAX_CHARACTERS)
    doubtful = plain.not_() | cell.str.contains(_MANGLED_OR_PLACEHOLDER)
    odd = text.to_frame("text").select(pl.arg_where(doubtful)).to_series()
    if odd.is_empty():
        return text
    return text.clone().scatter(odd, _read_odd(text.gather(odd)))


def read_ids_of_people(text: pl.Series) -> pl.Series:
    """`read_ids`, null also for a person's name."""
    values = read_ids(text)
    plain = text.str.len_bytes() == text.str.len_chars()
    if plain.all():
        return values
    names = text.to_frame("text").select(is_name(pl.col("text"))).to_series()
    return keep_where(values, ~names)


def is_personal(text: pl.Expr) -> pl.Expr:
    """Whether an identifier is an e-mail address or a phone number."""
    return text.str.contains("@", literal=True) | text.str.contains(f"^{AS_PHONE}$")


def is_rounded(text: pl.Expr) -> pl.Expr:
    """Whether an identifier is a long number of which a spreadsheet kept the first digits."""
    return text.str.contains(_ROUNDED)


def is_mangled(text: pl.Expr) -> pl.Expr:
    """Whether a spreadsheet has turned an identifier into a date or a truth value."""
    return text.str.contains(_MANGLED)


def is_name(text: pl.Expr) -> pl.Expr:
    """Whether what should be a person's number is a name: published, it would say who it is."""
    return text.str.contains(_JAPANESE) & text.str.contains(_DIGIT).not_()


def is_placeholder(text: pl.Expr) -> pl.Expr:
    """Whether an identifier says that there is none: なし, 未定, N/A, -, 0000."""
    return text.str.contains(PLACEHOLDER)


def read_digests(text: pl.Series) -> pl.Series:
    """Hexadecimal digests: letter case and spaces between digits say nothing."""
    odd = (~text.str.contains(r"^[0-9a-f]*$")).arg_true()
    if odd.is_empty():
        return text
    tidy = text.gather(odd).str.replace_all(r"\s", "").str.to_lowercase()
    return text.clone().scatter(odd, tidy)


def _read_odd(text: pl.Series) -> pl.Series:
    tidy = text.str.replace_many(
        [*_DASHES, *INVISIBLE], ["-"] * len(_DASHES) + [""] * len(INVISIBLE)
    )
    # between kana it is a long vowel
    latin = (tidy.str.contains("ー", literal=True) & ~tidy.str.contains(_KANA_BUT_LONG)).arg_true()
    if len(latin):
        tidy = tidy.scatter(latin, tidy.gather(latin).str.replace_all("ー", "-", literal=True))
    frame = tidy.to_frame("text")
    sound = frame.select(
        ~is_personal(pl.col("text"))
        & ~is_rounded(pl.col("text"))
        & ~is_mangled(pl.col("text"))
        & ~is_placeholder(pl.col("text"))
        & ~pl.col("text").str.contains(_CONTROL)
        & (pl.col("text").str.len_chars() <= MAX_CHARACTERS)
        & (pl.col("text") != "")
    ).to_series()
    return keep_where(tidy, sound)
