"""Which partners send files, and the way each writes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from .business_days import Numbers
from .partners import first_tier
from .world import World, happens

UPLOADERS = 24
SUB_AGENT_UPLOADERS = 3
_NAMES_IN_JAPANESE = 7  # the uploader whose file names do not say what is in them


@dataclass(frozen=True)
class Style:
    """A partner's habits. `company`: which writing of the legal form; `lead`: its lead headers."""

    encoding: str  # a Python codec, or "xlsx"
    dates: str  # iso, slash, kanji, wareki, short_wareki, cell
    company: str  # form, short, wide, one
    phones: str  # hyphens, digits, wide
    yen: str  # plain, comma, mark
    lead: tuple[str, str, str, str, str, str, str, str]
    title: bool = False  # a heading line over the header row, and a totals row at the end


# Headers of: number, day, rep, product, company, contact, phone, e-mail.
_A = (
    "案件番号",
    "登録日",
    "獲得者コード",
    "商材コード",
    "企業名",
    "ご担当者様",
    "電話番号",
    "メールアドレス",
)
_B = ("管理番号", "受付日", "営業担当", "商品コード", "法人名", "担当者名", "TEL", "E-mail")
_C = (
    "受付番号",
    "登録日",
    "獲得担当者",
    "商材",
    "お客様名",
    "お名前",
    "連絡先電話番号",
    "メールアドレス",
)
STYLES = (
    Style("utf-8-sig", "iso", "form", "hyphens", "plain", _A),
    Style("cp932", "slash", "one", "hyphens", "comma", _B),
    Style("cp932", "short_wareki", "short", "digits", "mark", _A),
    Style("utf-16", "kanji", "wide", "hyphens", "comma", _C),
    Style("cp932", "slash", "form", "wide", "plain", _B),
    Style("xlsx", "wareki", "short", "wide", "mark", _A),
    Style("utf-8-sig", "slash", "form", "digits", "plain", _C),
    Style("xlsx", "cell", "wide", "hyphens", "plain", _B, title=True),
)


@dataclass(frozen=True)
class Uploader:
    """A partner that sends files; `place` counts them."""

    place: int
    partner_ix: int
    partner_id: str
    style: Style
    sends_contracts: bool
    sends_papers: bool
    names_in_japanese: bool


def choose_uploaders(rng: np.random.Generator, world: World) -> tuple[Uploader, ...]:
    """Most first-tier partners and a few sub-agents; the styles in turn.

    Who writes its files otherwise than the truth (`claimed_yen`, `is_blank_in_file`) sends them.
    """
    # A partner that registered itself again sends nothing under its second name.
    partners = world.partners.filter(pl.col("weight") > 0).height
    lower = first_tier(partners)
    liars = _liars(world)
    drawn = rng.permutation(lower)
    first = np.concatenate([liars, drawn[~np.isin(drawn, liars)]])[:UPLOADERS]
    second = lower + rng.permutation(partners - lower)[:SUB_AGENT_UPLOADERS]
    ids = world.partners["partner_id"].to_list()
    return tuple(
        Uploader(
            place=place,
            partner_ix=int(ix),
            partner_id=ids[ix],
            style=STYLES[place % len(STYLES)],
            sends_contracts=place % 2 == 0 or ix in liars,
            sends_papers=place % 3 == 0,
            names_in_japanese=place == _NAMES_IN_JAPANESE,
        )
        for place, ix in enumerate(np.concatenate([np.sort(first), np.sort(second)]))
    )


def _liars(world: World) -> Numbers:
    told = world.contracts.filter(pl.col("claimed_yen").is_not_null())["partner_ix"]
    silent = world.leads.filter("is_blank_in_file")["partner_ix"]
    found: Numbers = np.unique(np.concatenate([told.to_numpy(), silent.to_numpy()]))
    return found


def uploader_of(world: World, uploaders: tuple[Uploader, ...]) -> Numbers:
    """Per partner, the partner whose files carry its deals: itself or one above; -1 = nobody."""
    sends = np.isin(
        np.arange(world.partners.height), [uploader.partner_ix for uploader in uploaders]
    )
    parent = world.partners["parent_ix"].to_numpy()
    carrier = np.arange(world.partners.height)
    for _ in range(2):  # two levels of sub-agents
        climbs = (carrier >= 0) & ~sends[carrier]
        carrier = np.where(climbs, parent[carrier], carrier)
    return np.where((carrier >= 0) & sends[carrier], carrier, -1)


def claims_outside_crm(rng: np.random.Generator, world: World, carrier: Numbers) -> World:
    """Adds `in_crm`: a few leads and fresh contracts stand in the partner's files alone."""
    carried = pl.Series(np.append(carrier, -1)[world.leads["partner_ix"].to_numpy()] >= 0)
    labelled = world.labels.filter(pl.col("subject_kind") == "lead")["subject_ix"]
    drawn = pl.Series(happens(rng, world.leads.height, 0.012))
    missing = carried & drawn & world.leads["agreed_on"].is_null()
    missing &= ~world.leads["lead_ix"].is_in(labelled.implode())
    taken = world.labels.filter(pl.col("subject_kind") == "contract")["subject_ix"]
    fresh = world.contracts.filter(
        (pl.col("contracted_on").dt.strftime("%Y-%m") == f"{world.period.last_day:%Y-%m}")
        & (pl.col("contracted_on") <= world.period.last_day)
        & pl.Series(np.append(carrier, -1)[world.contracts["partner_ix"].to_numpy()] >= 0)
        & ~pl.col("contract_ix").is_in(taken.implode())
    )["contract_ix"].head(3)
    return world.changed(
        leads=world.leads.with_columns(in_crm=~missing),
        contracts=world.contracts.with_columns(
            in_crm=~pl.col("contract_ix").is_in(fresh.implode())
        ),
    )
