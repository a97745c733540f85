"""Company names → their match keys: legal form and branch apart from the name proper."""

from __future__ import annotations

import polars as pl

from ingestion.values.names import read_companies
from ingestion.values.places import prefectures
from ingestion.values.text import amend

_OFFICE = r"(?:支店|支社|支部|営業所|事業所|出張所|本社|本店|工場|事業部|支局|オフィス|センター|店)"
_FORM = r"(?:株式会社|有限会社|合同会社|\(株\)|\(有\)|\(同\)|銀行|信用金庫)"
# A form of four letters without one of them; the whole form does not begin or end so.
_SLIPS = [
    (form, "|".join((a + c + d, a + b + d, b + c + d)), "|".join((a + c + d, a + b + d, a + b + c)))
    for form in ("株式会社", "有限会社", "合同会社")
    for a, b, c, d in [tuple(form)]
]
_SLIPPED = "|".join(f"^(?:{begins})|(?:{ends})$" for _, begins, ends in _SLIPS)
# Where companies name their offices after, beside the prefectures.
_AREAS = (
    *("札幌", "仙台", "さいたま", "横浜", "川崎", "相模原", "新潟", "浜松", "名古屋", "堺", "神戸"),
    *("北九州", "東北", "関東", "中部", "東海", "北陸", "関西", "近畿", "四国", "九州", "首都圏"),
    *("東日本", "西日本", "新宿", "渋谷", "池袋", "品川", "梅田", "難波", "博多", "天神", "銀座"),
)
# After small kana are written large; the longer ones are found first.
_SOUNDS = {
    "ヴア": "バ",
    "ヴイ": "ビ",
    "ヴエ": "ベ",
    "ヴオ": "ボ",
    "ヴ": "ブ",
    "ヶ": "ケ",
    "ヵ": "カ",
}
_WORD_ENDS = r"[^\p{L}\p{N}']+"
_FORM_WORDS = (
    r"\b(?:inc|incorporated|llc|ltd|limited|co|corp|corporation|company|gmbh|kk|the|of)\b ?"
)


def company_keys(text: pl.Series) -> pl.DataFrame:
    """`company`, `company_words` (Latin names: words in order), `company_form`, `branch`."""
    text = amend(text, text.str.contains(_SLIPPED), _complete_form)
    spaced = amend(text, text.str.contains(f"{_OFFICE}$"), _set_office_apart)
    parts = pl.DataFrame(
        {
            "name": spaced.str.replace(rf"\s+\S*{_OFFICE}$", ""),
            "branch": spaced.str.extract(rf"^.*\S\s+(\S*{_OFFICE})$", 1),
        }
    )
    read = read_companies(parts["name"])
    latin = text.set((~text.str.contains("[A-Za-z]")).fill_null(False), None).str.to_lowercase()
    words = latin.str.replace_all("'", "").str.replace_all(_WORD_ENDS, " ")
    words = words.str.replace_all(_FORM_WORDS, "")
    return pl.DataFrame(
        {
            "company": _fold(read["match"]).replace("", None),
            "company_words": words.str.strip_chars().replace("", None),
            "company_form": read["legal_form"],
            "branch": parts["branch"],
        }
    )


def _complete_form(text: pl.Series) -> pl.Series:
    """株会社山田 → 株式会社山田: a letter of the legal form was left out."""
    for form, begins, ends in _SLIPS:
        text = text.str.replace(f"^(?:{begins})(.{{2,}})$", f"{form}${{1}}")
        text = text.str.replace(f"^(.{{2,}})(?:{ends})$", f"${{1}}{form}")
    return text


def _set_office_apart(text: pl.Series) -> pl.Series:
    """山田商事株式会社大阪支店 → 山田商事株式会社 大阪支店."""
    places = "|".join([name if name == "北海道" else name[:-1] for name in prefectures()])
    places = f"{places}|{'|'.join(_AREAS)}"
    apart = text.str.replace(rf"^(.+{_FORM})\s*(\S*{_OFFICE})$", "${1} ${2}")
    apart = apart.str.replace(
        rf"^(\S{{2,}}?)((?:{places})(?:第[一二三0-9])?{_OFFICE})$", "${1} ${2}"
    )
    return apart.str.replace(r"^(\S{2,}?)(本社|本店)$", "${1} ${2}")


def _fold(keys: pl.Series) -> pl.Series:
    """Hiragana as katakana, ヴィ as ビ, ヶ as ケ; without symbols, unless there is nothing else."""
    folded = katakana(keys)
    folded = amend(folded, folded.str.contains("[ヴヶヵ]"), _fold_sounds)
    bare = folded.str.replace_all(r"[^\p{L}\p{N}]", "")
    return bare.zip_with(bare != "", folded)


def katakana(text: pl.Series) -> pl.Series:
    """Hiragana as katakana."""
    kana = {chr(code): chr(code + 0x60) for code in range(0x3041, 0x3097)}
    return amend(text, text.str.contains(r"\p{Hiragana}"), lambda odd: odd.str.replace_many(kana))


def _fold_sounds(text: pl.Series) -> pl.Series:
    return text.str.replace_many(list(_SOUNDS), list(_SOUNDS.values()), leftmost=True)
