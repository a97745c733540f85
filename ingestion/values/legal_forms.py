"""Legal forms of companies (法人格): found before or behind a name and taken off it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import polars as pl

from ingestion.values.spelling import INVISIBLE

# Every way a form is written, as NFKC leaves it; `bank_kana` ones are those of transfer slips.
COMPANY_FORMS = Path(__file__).with_name("company_forms.csv")
# Nearly all names have one of these, as written → its canonical name; they need no regular
# expression.
_USUAL = {
    "株式会社": "株式会社",
    "(株)": "株式会社",
    "有限会社": "有限会社",
    "(有)": "有限会社",
    "合同会社": "合同会社",
}
_POSITIONS = pl.Series(["none", "before", "after"])
_BRANCH = "(?:支店|支社|支部|営業所|事業所|出張所|本社|本店|工場|事業部|センター|店)"


def split_forms(names: pl.Series) -> pl.DataFrame:
    """`core` (the name without its form), `legal_form`, `form_position`; null where the name is.

    Position: before (前株), after (後株) or none. A name that is nothing but a form keeps it.
    """
    return _split(names, tuple(_USUAL))


def _split(names: pl.Series, usual: tuple[str, ...]) -> pl.DataFrame:
    """The first of the usual forms is looked for in all names, the next ones in what is left."""
    if not usual:
        return _split_others(names)
    form, *others = usual
    before, after = names.str.starts_with(form), names.str.ends_with(form)
    core = names.str.strip_prefix(form).str.strip_suffix(form)
    found = (before | after) & (core != "")
    place = before.cast(pl.UInt32) + 2 * (after & ~before).cast(pl.UInt32)
    split = pl.DataFrame(
        {
            "core": core,
            "legal_form": pl.Series([None, _USUAL[form]], dtype=pl.String).gather(
                found.cast(pl.UInt32)
            ),
            "form_position": _POSITIONS.gather(place),
        }
    )
    rest = (~found).arg_true()
    if rest.is_empty():
        return split
    remaining = _split(names.gather(rest), tuple(others))
    return split.with_columns(split[name].scatter(rest, remaining[name]) for name in split.columns)


def _split_others(names: pl.Series) -> pl.DataFrame:
    japanese, latin, kana = _patterns()
    name = pl.col("name")
    bare = name.str.replace_many(list(INVISIBLE), [""] * len(INVISIBLE)).str.strip_chars()
    frame = (
        names.to_frame("name")
        .with_columns(bare)
        .with_columns(
            front=pl.coalesce(
                name.str.extract(rf"(?i)^({japanese})", 1),
                name.str.extract(rf"^({kana})[^()]+$", 1),
            ),
            back=pl.coalesce(
                name.str.extract(rf"(?i)({japanese})$", 1),
                name.str.extract(rf"^[^()]+({kana})$", 1),
                name.str.extract(rf"(?i)(?:[\s,.、)]|[^\x00-\x7f])({latin})$", 1),
            ),
            middle=name.str.extract(rf"(?i)^[^\s].*?({japanese}).*{_BRANCH}$", 1),
            without_middle=name.str.replace(
                rf"(?i)^([^\s].*?)(?:{japanese})(.*{_BRANCH})$", "${1}${2}"
            ),
        )
    )
    inner = pl.when(pl.col("front").is_null() & pl.col("back").is_null()).then("middle")
    cut = name.str.slice(
        _length("front"),
        (name.str.len_chars().cast(pl.Int64) - _length("front") - _length("back")).clip(0),
    )
    core = pl.when(inner.is_null()).then(cut).otherwise("without_middle").str.strip_chars(" ,、")
    frame = frame.with_columns(core=core, form=pl.coalesce("front", "back", inner))
    is_named = pl.col("core") != ""
    return frame.select(
        core=pl.when(is_named).then("core").otherwise("name"),
        legal_form=pl.when(is_named).then(
            pl.col("form").str.to_lowercase().str.replace_all(r"[\s.,]", "").replace(_canonical())
        ),
        form_position=pl.when(name.is_not_null()).then(
            _position(
                is_named & pl.col("front").is_not_null(), is_named & pl.col("form").is_not_null()
            )
        ),
    )


def _length(match: str) -> pl.Expr:
    return pl.col(match).str.len_chars().cast(pl.Int64).fill_null(0)


def _position(before: pl.Expr, after: pl.Expr) -> pl.Expr:
    return (
        pl.when(before)
        .then(pl.lit("before"))
        .when(after)
        .then(pl.lit("after"))
        .when(before.is_not_null())
        .then(pl.lit("none"))
    )


@cache
def _table() -> tuple[tuple[str, str, str], ...]:
    """(written, canonical, usual position) of every form; notes such as ㍿(NFKC→…) are left out."""
    rows = pl.read_csv(COMPANY_FORMS, infer_schema=False).iter_rows()
    return tuple((form, canonical, place) for form, canonical, place in rows if "→" not in form)


@cache
def _canonical() -> dict[str, str]:
    return {_letters(form): canonical for form, canonical, _ in _table()}


@cache
def _patterns() -> tuple[str, str, str]:
    """Alternatives of regular expressions, longest first: Japanese forms, Latin ones, bank kana."""
    groups: dict[str, list[str]] = {"latin": [], "bank_kana": [], "": []}
    for form, _, place in sorted(_table(), key=lambda row: (-len(row[0]), row[0])):
        group = next(name for name in groups if place.startswith(name))
        groups[group].append(_in_latin(form) if group == "latin" else re.escape(form))
    return "|".join(groups[""]), "|".join(groups["latin"]), "|".join(groups["bank_kana"])


def _in_latin(form: str) -> str:
    """Full stops, commas and spaces of Co., Ltd. are set in every way, or left out."""
    words = re.findall(r"[A-Za-z]+", form)
    return r"[.,\s]*".join(words) + r"[.,\s]*"


def _letters(form: str) -> str:
    return re.sub(r"[\s.,]", "", form.lower())
