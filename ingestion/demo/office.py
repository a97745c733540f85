"""What the vendor's own office writes: clauses, what its channels cost, what others pay."""

from __future__ import annotations

from datetime import date

import polars as pl

from .world import CHANNELS, World

# 禁止事項 and what follows; the same in every agreement of this vendor.
_CLAUSES = """
clause,prohibited_act,consequence,penalty_yen
第12条第1項,自己契約,forfeit,
第12条第2項,架空契約,terminate,
第12条第3項,書類の使い回し,penalty,300000
第12条第4項,同意書未取得,hold,
第12条第5項,重複登録,notice,
第12条第6項,無断値引き,forfeit,
第12条第7項,不実告知,penalty,500000
第12条第8項,無断契約,terminate,
第12条第9項,威迫,terminate,
第12条第10項,虚偽所属,penalty,200000
第12条第11項,代金の立替え,forfeit,
第12条第12項,契約分割,hold,
第12条第13項,解約再契約,forfeit,
第12条第14項,担当の付替え,hold,
第12条第15項,地域外販売,notice,
第13条第1項,無断再委託,hold,
第13条第2項,研修未修了,notice,
"""
# Yen a month at the first day, growing a little; a partner's commission is in no such list.
_COSTS = """
channel,cost_kind,monthly_yen
marketing,広告費,4200000
marketing,人件費,2600000
sales,人件費,5400000
sales,交通費,380000
partner,代理店担当者の人件費,2100000
partner,研修費,260000
partner,販促物,340000
"""
_MARKET = """
product_category,stage,basis,low,high,source
SaaS,lead,fixed,2000,8000,代理店募集サイトの掲載条件（架空）
SaaS,contract,rate,0.1,0.25,代理店募集サイトの掲載条件（架空）
SaaS,renewal,rate,0.03,0.1,代理店募集サイトの掲載条件（架空）
通信,lead,fixed,1500,5000,業界調査（架空）
通信,contract,rate,0.12,0.3,業界調査（架空）
役務,contract,rate,0.1,0.2,業界調査（架空）
"""


def clauses(agreements: pl.DataFrame) -> pl.DataFrame:
    """The clauses of each of these agreement versions."""
    return agreements.select("agreement_id", "version").join(
        _table(_CLAUSES), how="cross", maintain_order="left_right"
    )


def channel_costs(world: World, day: date) -> pl.DataFrame:
    """One row a month that has ended by `day`, channel and kind of cost."""
    first = world.period.first_day.replace(day=1)
    month = pl.date_range(first, day, "1mo", eager=True).alias("on").to_frame()
    ended = month.filter(pl.col("on").dt.month_end() <= day).with_row_index("place")
    rows = ended.join(_table(_COSTS), how="cross", maintain_order="left_right")
    return rows.filter(pl.col("channel").is_in(CHANNELS)).select(
        month=pl.col("on").dt.strftime("%Y-%m"),
        channel="channel",
        cost_kind="cost_kind",
        # One per cent a month, to a thousand yen.
        amount_yen=pl.col("monthly_yen") * (100 + pl.col("place").cast(pl.Int64)) // 100_000 * 1000,
    )


def market_benchmarks() -> pl.DataFrame:
    return _table(_MARKET)


def _table(text: str) -> pl.DataFrame:
    return pl.read_csv(text.strip().encode())
