"""Phone numbers as people write them → E.164, and whether such a number can be called.

Input of every function: NFKC text without surrounding spaces, null where empty.
"""

from __future__ import annotations

import polars as pl

from ingestion.values.rest import keep_where

# Signs that people put between digits; in katakana text the long vowel is typed for a hyphen.
_SIGNS = (" ", "\t", "\n", "\r", "(", ")", ".", "‐", "‑", "‒", "–", "—", "―", "−", "ー", "・", "/")
# What is written around a number: TEL: before it, (代表) behind it.
_LABELS = r"^(?:tel|電話番号|電話|携帯電話|携帯|mobile|phone):?|代表?$|[\u200b-\u200d\u2060\ufeff]"
# Numbers without the trunk 0 that the numbering plan assigns (総務省 電気通信番号計画), as
# phonenumbers 9.0 knows them: geographic, mobile, M2M and pagers, IP, free dial, 0570, 0990, 060.
_FIXED = (
    r"(?:1(?:1[235-8]|2[3-6]|3[3-9]|4[2-6]|[58][2-8]|6[2-7]|7[2-9]|9[1-9])|(?:2[2-9]|[36][1-9])\d"
    r"|4(?:[2-578]\d|6[02-8]|9[2-59])|5(?:[2-589]\d|6[1-9]|7[2-8])|7(?:[25-9]\d|3[4-9]|4[02-9])"
    r"|8(?:[2679]\d|3[2-9]|4[5-9]|5[1-9]|8[03-9])|9(?:[2-58]\d|[679][1-9]))\d{6}"
)
_ASSIGNED = (
    rf"(?:[6-9]0[1-9]\d{{7}}|{_FIXED}|50[1-9]\d{{7}}|120\d{{6}}|800\d{{7}}|570\d{{6}}|20\d{{8}}"
    r"|990\d{6}|60\d{7})"
).replace(r"\d", "[0-9]")
# Of the right length, whoever has it: fictitious numbers and areas that do not exist, too.
_SHAPED = r"(?:[5-9]0[1-9][0-9]{7}|20[0-9]{8}|800[0-9]{7}|[1-9][1-9][0-9]{7})"
_USUAL = rf"^(?:0|\+81){_ASSIGNED}$"
# From abroad, with the trunk 0 that many leave in.
_JAPANESE = rf"^(?:(?:\+|010|00)?810?|0)({_ASSIGNED})$"
_OF_SHAPE = rf"^(?:(?:\+|010|00)?810?|0)({_SHAPED})$"
# Excel takes the 0 from numbers; ten digits that begin with 20 may as well be American.
_WITHOUT_0 = "^(" + _ASSIGNED.replace("|20[0-9]{8}", "") + ")$"
_FOREIGN = r"^\+(?:[1-79]|8[02-9])[0-9]{6,13}$"
# A text that is no number is kept as far as this, so that a cell cannot fill the lake.
MAX_KEPT = 64


def read_phones(text: pl.Series) -> pl.DataFrame:
    """`value` and `is_valid`, null where the text is.

    Value: E.164 of a number that is assigned or at least of the right length, else the text as
    written. Valid: the numbering plan of its country assigns the number. A text with two numbers
    or an extension (内線) is kept as written and not valid: E.164 cannot hold it.
    """
    bare = text.str.replace_all("-", "", literal=True)
    usual = bare.str.contains(_USUAL)
    signed = (~usual).arg_true()
    if len(signed):
        stripped = bare_numbers(text.gather(signed))
        bare = bare.scatter(signed, stripped)
        usual = usual.scatter(signed, stripped.str.contains(_USUAL))
    usual &= text.str.len_bytes() <= MAX_KEPT
    value = ("+81" + bare.str.slice(1)).alias("value")
    abroad = bare.str.starts_with("+").arg_true()
    if len(abroad):
        value = value.scatter(abroad, bare.gather(abroad))
    odd = (~usual).arg_true()
    if len(odd):
        rest = _read_odd(text.gather(odd), bare.gather(odd))
        value = value.scatter(odd, rest["value"])
        usual = usual.scatter(odd, rest["is_valid"])
    return pl.DataFrame({"value": value, "is_valid": usual})


def bare_numbers(text: pl.Series) -> pl.Series:
    """Phone or account numbers without the signs between their digits, letters in lower case."""
    bare = text.str.replace_all("-", "", literal=True)
    signed = (~bare.str.contains(r"^[0-9]*$")).arg_true()
    if len(signed):
        digits = bare.gather(signed).str.replace_many(list(_SIGNS), [""] * len(_SIGNS))
        bare = bare.scatter(signed, digits.str.to_lowercase())
    return bare


def _read_odd(text: pl.Series, bare: pl.Series) -> pl.DataFrame:
    bare = keep_where(bare, text.str.len_chars() <= MAX_KEPT)
    bare = bare.str.replace_all(_LABELS, "")
    assigned = pl.select(
        pl.coalesce(bare.str.extract(_JAPANESE, 1), bare.str.extract(_WITHOUT_0, 1))
    ).to_series()
    foreign = _read_foreign(keep_where(bare, bare.str.contains(_FOREIGN)))
    frame = pl.DataFrame(
        {
            "text": text.str.slice(0, MAX_KEPT),
            "assigned": "+81" + assigned,
            "shaped": "+81" + bare.str.extract(_OF_SHAPE, 1),
            "foreign": foreign,
        }
    )
    return frame.select(
        value=pl.coalesce("assigned", "foreign", "shaped", "text"),
        is_valid=pl.any_horizontal(pl.col("assigned", "foreign").is_not_null()),
    )


def _read_foreign(numbers: pl.Series) -> pl.Series:
    """E.164 of the numbers of other countries that exist; asked once for each different number."""
    distinct = numbers.drop_nulls().unique()
    if distinct.is_empty():
        return numbers
    import phonenumbers

    def parse(number: str) -> str | None:
        try:
            parsed = phonenumbers.parse(number)
        except phonenumbers.NumberParseException:
            return None
        if not phonenumbers.is_valid_number(parsed):
            return None
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)

    known = {number: parse(number) for number in distinct}
    return numbers.replace_strict(known, default=None, return_dtype=pl.String)
