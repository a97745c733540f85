"""Headers that are not understood and may name an amount or a day: the file is refused.

A yen or a day that is missing changes what is paid and when; one that is guessed does so unseen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingestion.columns import Entity, Kind
from ingestion.decorations import CLOSE, OPEN, undecorated
from ingestion.header_words import meaning, nearest, words_for
from ingestion.reasons import FileRefused
from ingestion.tables import fold

if TYPE_CHECKING:
    from ingestion.headers import Mapping

# 初期費用割引額 and 月額開始日 say something of an amount, and are none that we look for.
_OTHER_AMOUNT = re.compile(
    r"手数料|報酬|マージン|値引|割引|原価|粗利|消費税|税額|見積|予算|見込|予測|期待|前回|変更前|旧"
)
_NO_AMOUNT = re.compile(
    r"(?:日|月|年|名|番号|id|コード|区分|種別|備考|有無|無料|方法|状況|理由|通貨|率|数|フラグ|メモ)$"
)
# A year's price is no month's.
_YEARLY = re.compile(r"年額|年間.*(?:料|額|費)|年会費|年払い?")
_DAY = re.compile(r"(?:日|日時|日付|date|day|_on|_at)$")
# Days of something else, however alike they are called.
_OTHER_DAY = re.compile(
    r"次回|前回|初回|最終|予定|希望|見込|生年|誕生|期限|作成|出力|更新|支払|入金"
)
_NOTE = re.compile(rf"[{OPEN}][^{OPEN}{CLOSE}]*[{CLOSE}]")


def refuse_unclear_amounts(mapping: Mapping) -> None:
    """Raises FileRefused where yen would be wrong, or missing though the file may have them.

    `tax_included`: an amount is only given with tax. `unclear_amount`: nothing fills a column of
    amounts, and a header that is not understood has one of its names in it or is a year's price.
    """
    names = [mapping.sources[column][0] for column in mapping.taxed]
    if names:
        raise FileRefused("tax_included", ", ".join(names))
    for column in mapping.entity.columns:
        if column.kind is Kind.YEN and column.name not in mapping.sources:
            for name in mapping.strange:
                if word := _amount_in(name, column.name, mapping.entity):
                    raise FileRefused("unclear_amount", f"{name} → {word}")


def refuse_unclear_days(mapping: Mapping) -> None:
    """Raises FileRefused (`unclear_date`) where a header that is not understood looks like that of
    a day which no column fills: 契約書締結日, 契約日（変更後）."""
    for name in mapping.strange:
        if word := _day_in(name, mapping):
            raise FileRefused("unclear_date", f"{name} → {word}")


def _amount_in(header: str, column: str, entity: Entity) -> str | None:
    """The name of a column of amounts that a header contains, if it can be that amount; what
    stands in brackets is no excuse."""
    bare = undecorated(fold(header))[-1][0]
    said = _NOTE.sub("", bare) or bare
    if _OTHER_AMOUNT.search(said) or _NO_AMOUNT.search(bare):
        return None
    words = words_for(entity.name)
    if column == "monthly_yen" and _YEARLY.search(said):
        return next(written for written, meant in words.values() if column == meant != written)
    names = [
        (word, written)
        for word, (written, meant) in words.items()
        if meant == column and word in bare
    ]
    return max(names, default=("", None), key=lambda name: len(name[0]))[1]


def _day_in(header: str, mapping: Mapping) -> str | None:
    """The header of an unfilled day that a header is a form of, or looks like."""
    bare = undecorated(fold(header))[-1][0]
    said = _NOTE.sub("", bare)
    if not _DAY.search(said):
        return None
    entity = mapping.entity
    days = {
        column.name
        for column in entity.columns
        if column.kind in (Kind.DATE, Kind.TIMESTAMP) and column.name not in mapping.sources
    }
    if said != bare and (meant := meaning(said, entity)):
        return said if meant in days else None
    hint = None if _OTHER_DAY.search(said) else nearest(said, entity.name, ())
    return hint if hint and meaning(fold(hint), entity) in days else None
