"""Whether what CP932 makes of bytes is Japanese: by its characters, and beside what other East
Asian encodings make of the same bytes, nearly all of which CP932 can decode as nonsense."""

from __future__ import annotations

import re
from functools import cache

# How much of a text is looked at, and judged.
_LOOKED_AT, _SAMPLE_BYTES = 1_000_000, 60_000
_MIN_PLAUSIBLE = 0.6
# From so many characters on a low share of usual ones is no accident of rare names.
_MIN_EVIDENCE = 6
# Kanji of the second level stand in names; alone they prove nothing.
_RARE = 0.5
# A Latin letter before, or a bracket after, belongs to what is judged: café, ｶ)ﾔﾏﾀﾞ.
_WORDS = re.compile(r"[A-Za-z]?[^\x00-\x7f]+[()]?")
_HALF_WIDTH = re.compile("[\uff61-\uff9f]+")
# What Japanese has not in half-width kana: a word that begins with ﾝ, ｰ, a small kana, a mark or a
# point; marks after other syllables than can bear them; small ones likewise.
_NO_SYLLABLES = re.compile(
    "^[｡｣､･ｧ-ｰﾝﾞﾟ]|(?<![ｳｶ-ﾄﾊ-ﾎ])ﾞ|(?<![ﾊ-ﾎ])ﾟ|(?<![ｷｼﾁﾆﾋﾐﾘﾃﾌﾞﾟ])[ｬｭｮ]"
    "|(?<![ｳｸｼﾁﾂﾃﾄﾌﾞ])[ｧｨｩｪｫ]|ｯ(?![ｶ-ﾄﾊ-ﾎﾗ-ﾛ])"
)
# What the other encodings are used for, in its own bytes: their first bytes of usual characters.
_RIVALS: dict[str, tuple[str, range]] = {
    "gbk": ("gbk", range(0xB0, 0xD8)),
    "big5": ("cp950", range(0xA4, 0xC7)),
    "euc_kr": ("cp949", range(0xB0, 0xC9)),
}


def is_japanese(content: bytes, least: float = _MIN_PLAUSIBLE) -> bool:
    """Whether bytes that CP932 can decode are Japanese, and no other encoding's text.

    `least`: the share of usual characters that a text of some length must have. EUC-JP that reads
    as well is a doubt: its kana come out as kanji, its kanji as kana.
    """
    sample = _sample(content)
    here, total = plausibility(sample.decode("cp932", errors="replace"))
    if total == 0:
        return True
    if here < (least if total >= _MIN_EVIDENCE else _RARE):
        return False
    if plausibility(sample.decode("euc_jp", errors="replace"))[0] >= here:
        return False
    return all(_share(sample, name) <= here for name in _RIVALS)


def _sample(content: bytes) -> bytes:
    """The first lines that are not all ASCII."""
    lines = content[:_LOOKED_AT].split(b"\n")
    if len(content) > _LOOKED_AT and len(lines) > 1:
        lines.pop()
    return b"\n".join(line for line in lines if not line.isascii())[:_SAMPLE_BYTES]


def plausibility(text: str) -> tuple[float, int]:
    """Share of usual characters among those that are not ASCII, and how many these are.

    Unusual: half-width kana that make no syllables, a single character after a Latin letter,
    which is how é and ü of Western encodings come out, and what no Japanese text has.
    """
    usual, total = 0.0, 0
    for token in _WORDS.findall(text):
        word = token.strip("()")
        is_latin = word[0] <= "\x7f"
        word = word[is_latin:]
        total += len(word)
        if not (is_latin and len(word) == 1):
            told = word if token.endswith((")", "(")) else _HALF_WIDTH.sub(_syllables, word)
            usual += sum(_weights().get(character, 0.0) for character in told)
    return (usual / total if total else 1.0), total


def _syllables(found: re.Match[str]) -> str:
    """A run of half-width kana if Japanese could be so written, else nothing."""
    run = found[0]
    return "" if len(run) == 1 or _NO_SYLLABLES.search(run) else run


def _share(content: bytes, name: str) -> float:
    """Share of the usual characters of an encoding among those not ASCII."""
    codec, _ = _RIVALS[name]
    words = re.sub("[\x00-\x7f]+", "", content.decode(codec, errors="replace"))
    return sum(map(_usual_of(name).__contains__, words)) / len(words) if words else 0.0


@cache
def _weights() -> dict[str, float]:
    """Signs, kana and first-level kanji of CP932 (lead bytes 81–98), half-width kana, NEC's and
    IBM's extensions that stand in names and forms (髙 﨑 ㈱ ①); the second level counts less."""
    first = _characters("cp932", [*range(0x81, 0x99), 0xFA, 0xFB]) + "邉邊齋齊﨑髙彌澤櫻"
    kana = "".join(chr(code) for code in range(0xFF61, 0xFFA0))
    rare = _characters("cp932", [*range(0x99, 0xA0), *range(0xE0, 0xEB)])
    return dict.fromkeys(rare, _RARE) | dict.fromkeys(first + kana, 1.0)


@cache
def _usual_of(name: str) -> frozenset[str]:
    codec, leads = _RIVALS[name]
    return frozenset(_characters(codec, list(leads), first_trail=0xA1 if name != "big5" else 0x40))


def _characters(codec: str, leads: list[int], first_trail: int = 0x40) -> str:
    """The characters of two bytes with these first ones."""
    pairs = (bytes((lead, trail)) for lead in leads for trail in range(first_trail, 0xFF))
    found = (pair.decode(codec, errors="ignore") for pair in pairs)
    return "".join(one for one in found if len(one) == 1 and one > "\x7f")
