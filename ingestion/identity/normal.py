"""Any table → comparable columns: one frame of match keys, row by row, null where nothing is said.

Match keys are for comparing only and never shown. What each field becomes:

| field | columns |
|---|---|
| company | `company`, `company_words`, `company_form`, `branch` |
| company_kana, contact_kana | the reading in katakana, without legal form |
| contact; family_name, given_name | the same; from a contact's words if these are missing |
| email | `email`, its parts: `email_local`, `_domain` (null for free mail), `_digits`, `_head` |
| phone | `phone` (digits) |
| address (and house_number) | `address`, `house`, `street` |
| others | a column of the same name |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from ingestion.identity.businesses import company_keys, katakana
from ingestion.identity.confusables import plain
from ingestion.identity.streets import address_keys
from ingestion.values.emails import match_emails, read_emails
from ingestion.values.names import match_persons
from ingestion.values.phones import read_phones
from ingestion.values.places import read_prefectures
from ingestion.values.rest import read_rest

# What forms and people write where nothing is known.
_NOTHING = (
    *(
        "-",
        "--",
        "n/a",
        "na",
        "none",
        "null",
        "nan",
        "unknown",
        "tbd",
        "なし",
        "無し",
        "無",
        "ナシ",
    ),
    *("不明", "未定", "未登録", "該当なし", "同上", "〃", "?", "？", "*", "x", "xx", "xxx"),
)
# Fewer digits than this are no phone number anywhere; a text without them is compared as it is.
_FEWEST_DIGITS = 5
_BANK_FORM = r"^[カユドザシ]\)|\([カユドザシ]\)?$"
_HONORIFIC = r"\s*(?:様|さま|殿|先生|御中)$"
# One digit repeated, or counting: typed to get past a mandatory cell.
_IDLE = "^0?(?:" + "|".join(f"{digit}+" for digit in range(10)) + "|123456789?0?)$"


def normalise(records: pl.DataFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """Match keys of every record, in order; `columns` says which column holds which field."""
    read = {field: _read(field, _text(records[column])) for field, column in columns.items()}
    cells = {field: frame.to_series() for field, frame in read.items() if field not in _READERS}
    frames = [frame for field, frame in read.items() if field in _READERS]
    if "address" in cells:
        frames.append(address_keys(cells["address"], cells.get("house_number")))
    frame = pl.concat(frames, how="horizontal") if frames else pl.DataFrame()
    if "contact" not in frame.columns and {"family_name", "given_name"} <= set(frame.columns):
        frame = frame.with_columns(contact=pl.concat_str("family_name", "given_name"))
    ids = records[columns["record_id"]].cast(pl.String).alias("record_id")
    if ids.null_count() or ids.n_unique() < len(ids):
        raise ValueError("every record needs a record_id of its own")
    return pl.DataFrame([ids, *frame.get_columns()])


def _read(field: str, text: pl.Series) -> pl.DataFrame:
    """The columns of a field; of values that come again and again, each is read once."""
    values = text.unique()
    if len(values) * 2 > len(text):
        return _columns(field, text)
    cells = text.to_frame("cell")
    numbered = values.to_frame("cell").with_row_index("at")
    at = cells.join(numbered, on="cell", how="left", nulls_equal=True, maintain_order="left")["at"]
    return _columns(field, values)[at]


def _columns(field: str, text: pl.Series) -> pl.DataFrame:
    said = _said(field, plain(text))
    return _READERS[field](said) if field in _READERS else said.to_frame()


def _text(cells: pl.Series) -> pl.Series:
    """As text; whole numbers that a reader made floats of (a phone, a postal code) without .0."""
    whole = cells
    if cells.dtype.is_float() and (cells.drop_nulls().drop_nans() % 1 == 0).all():
        whole = cells.fill_nan(None).cast(pl.Int64, strict=False)
    return whole.cast(pl.String)


def _said(field: str, text: pl.Series) -> pl.Series:
    """Null where a placeholder stands for nothing; codes are taken as they are."""
    if field in ("corporate_number", "deal", "record_id"):
        return text
    lower = text.str.to_lowercase()
    blank = lower.is_in(_NOTHING) & (text.str.len_chars() > 1) | lower.is_in(("-", "?", "〃", "無"))
    return text.set(blank.fill_null(False), None)


def _corporate_numbers(text: pl.Series) -> pl.DataFrame:
    """13 digits, also of an invoice number (T…); other countries' numbers as they are."""
    bare = text.str.replace_all(r"[\s.-]", "")
    return bare.str.replace(r"^[Tt]([0-9]{13})$", "${1}").alias("corporate_number").to_frame()


def _persons(text: pl.Series) -> pl.DataFrame:
    """A full name, and its first and last word; Japanese writes the family name first."""
    words = text.str.replace(_HONORIFIC, "").str.extract_all(r"[^\s,]+")
    kanji = text.str.contains(r"[\p{Han}\p{Hiragana}\p{Katakana}]").alias("kanji")
    parts = pl.DataFrame({"words": words, "kanji": kanji, "contact": match_persons(text)}).select(
        "contact",
        "kanji",
        first=pl.when(pl.col("words").list.len() > 1).then(pl.col("words").list.first()),
        last=pl.when(pl.col("words").list.len() > 1).then(pl.col("words").list.last()),
    )
    frame = parts.select(
        pl.col("contact").replace("", None),
        family_name=pl.when("kanji").then("first").otherwise("last"),
        given_name=pl.when("kanji").then("last").otherwise("first"),
    )
    return frame.with_columns(
        match_persons(frame["family_name"]), match_persons(frame["given_name"])
    )


def _one_name(name: str) -> Callable[[pl.Series], pl.DataFrame]:
    return lambda text: match_persons(text).replace("", None).alias(name).to_frame()


def _reading(name: str, keys: Callable[[pl.Series], pl.Series]) -> Callable[..., pl.DataFrame]:
    """How a name is read, in katakana; a company's without its legal form (カ) as banks write."""
    return lambda text: (
        keys(katakana(text).str.replace(_BANK_FORM, "")).alias(name).replace("", None).to_frame()
    )


def _emails(text: pl.Series) -> pl.DataFrame:
    read = read_emails(text)
    email = match_emails(read["value"])
    return pl.DataFrame(
        {
            "email": email,
            "email_local": email.str.extract("^([^@]+)@", 1),
            "email_domain": read["domain"],
            "email_digits": email.str.replace_all("[^0-9]+", "").replace("", None),
            "email_head": email.str.extract(r"^([^@*]{2,})", 1),
            "email_is_whole": email.str.contains(r"^[^*]+@[^*]+$"),
        }
    )


def _phones(text: pl.Series) -> pl.DataFrame:
    """Digits from the trunk 0 on, an extension behind them; null for one digit repeated."""
    value = read_phones(text)["value"].str.replace(r"^\+81", "0")
    digits = value.str.replace_all("[^0-9]+", "")
    frame = pl.DataFrame({"digits": digits, "text": text})
    enough = pl.col("digits").str.len_chars() >= _FEWEST_DIGITS
    phone = pl.when(enough).then("digits").otherwise(pl.col("text").str.to_lowercase())
    idle = enough & pl.col("digits").str.contains(_IDLE)
    return frame.select(phone=pl.when(idle.not_()).then(phone))


def _code(name: str) -> Callable[[pl.Series], pl.DataFrame]:
    """Letters and digits alone, in lower case."""
    return lambda text: (
        text.str.to_lowercase().str.replace_all(r"[^0-9\p{L}]", "").replace("", None).alias(name)
    ).to_frame()


def _prefectures(text: pl.Series) -> pl.DataFrame:
    read = read_rest(read_prefectures(text), text, lambda rest: rest.str.to_lowercase())
    return read.alias("prefecture").to_frame()


_READERS: dict[str, Callable[[pl.Series], pl.DataFrame]] = {
    "corporate_number": _corporate_numbers,
    "deal": lambda text: text.alias("deal").to_frame(),
    "company": company_keys,
    "company_kana": _reading("company_kana", lambda text: company_keys(text)["company"]),
    "contact": _persons,
    "contact_kana": _reading("contact_kana", match_persons),
    "family_name": _one_name("family_name"),
    "given_name": _one_name("given_name"),
    "email": _emails,
    "phone": _phones,
    "postal_code": _code("postal_code"),
    "city": _code("city"),
    "prefecture": _prefectures,
    "birth_date": _code("birth_date"),
}
