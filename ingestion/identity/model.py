"""Fellegi and Sunter's model with a third kind of pairs: what a likeness says of one customer.

A pair is of one customer, of two related ones (companies of a group, branches with one
switchboard, tenants of one building, a household), or of strangers. Related pairs share phones,
addresses and parts of names, so that counting each such likeness by itself would join them.

A level of a field weighs log2(its share in a kind ÷ its share among strangers) bits; an equal value
is weighed by its own frequency, so a rare name says more than a common one. Shares among strangers
are counted in random pairs, those of the two kinds and their numbers estimated by EM over the
candidates; pairs outside the candidates count as strangers. Beliefs from before any data stand in
for a number of pairs: a small table lives on them, a large one overrules them (`beliefs`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ingestion.identity import beliefs
from ingestion.identity.comparisons import ELSE, EXACT, MOST_RARE

Floats = npt.NDArray[np.float64]
_ROUNDS, _STILL = 50, 1e-4
_STEPS = MOST_RARE - EXACT + 1


@dataclass(frozen=True)
class Kind:
    """`bits[field][level]` against strangers, 0 for level 0; `prior`: log2 odds of any pair."""

    bits: Mapping[str, Floats]
    prior: float

    def weigh(self, levels: Mapping[str, npt.NDArray[np.uint8]]) -> Floats:
        """Log2 odds against strangers."""
        odds: Floats = self.prior + np.sum(
            [table[levels[field]] for field, table in self.bits.items()], axis=0
        )
        return odds

    def series(self, levels: pl.DataFrame) -> pl.Series:
        """`weigh` of a frame of levels."""
        codes = {field: levels[field].to_numpy() for field in self.bits}
        return pl.Series("bits", self.weigh(codes) if self.bits else [], pl.Float64)


@dataclass(frozen=True)
class Drawn:
    """Random pairs of a field: shares of ELSE to CLOSE, and the share where both sides speak."""

    shares: Floats
    said: float


@dataclass(frozen=True)
class Model:
    """What makes a pair one customer, and what two related ones."""

    one: Kind
    related: Kind

    def weigh(self, levels: pl.DataFrame) -> pl.Series:
        """Log2 odds that pairs are of one customer; `levels` as of `comparisons.levels`."""
        parts = [
            self._odds({field: part[field].to_numpy() for field in self.one.bits})
            for part in levels.iter_slices(1_000_000)
        ]
        return pl.Series("bits", np.concatenate([np.empty(0, np.float32), *parts]))

    def _odds(self, codes: Mapping[str, npt.NDArray[np.uint8]]) -> npt.NDArray[np.float32]:
        others = np.logaddexp2(0, self.related.weigh(codes))
        return (self.one.weigh(codes) - others).astype(np.float32)


def probability(bits: pl.Expr) -> pl.Expr:
    """Of log2 odds."""
    return 1 / (1 + (-bits * math.log(2)).exp())


def estimate(
    candidates: pl.DataFrame, random: pl.DataFrame, equal: Mapping[str, Floats], records: int
) -> Model:
    """The model of a table of so many records.

    `candidates` and `random`: levels of pairs. `equal`: how many pairs of the whole table have
    equal values, by field and rarity.
    """
    fields = candidates.columns
    seen = candidates.group_by(fields).agg(count=pl.len()).sort(fields)
    counts = seen["count"].to_numpy().astype(np.float64)
    codes = {field: seen[field].to_numpy() for field in fields}
    drawn = {field: _shares_of_random(random[field]) for field in fields}
    none = np.zeros(_STEPS)
    model = _model(beliefs.start(fields, records), drawn, {f: np.ones(_STEPS) for f in fields})
    believed = shares = beliefs.start(fields, records)
    for _ in range(_ROUNDS):
        one, related = _responsible(model, codes, counts)
        before = shares
        shares = (
            _update(believed[0], codes, one, records),
            believed[1],
        )
        chance = {f: _by_chance(codes[f], one + related, equal.get(f, none)) for f in fields}
        model = _model(shares, drawn, chance)
        if (
            max(
                float(np.abs(n.of[f] - o.of[f]).max())
                for n, o in zip(shares, before, strict=True)
                for f in fields
            )
            < _STILL
        ):
            break
    return model


def _responsible(
    model: Model, codes: Mapping[str, npt.NDArray[np.uint8]], counts: Floats
) -> tuple[Floats, Floats]:
    """Of every pattern of levels: how many of its pairs are one customer, how many related."""
    one, related = model.one.weigh(codes), model.related.weigh(codes)
    total = np.logaddexp2(np.logaddexp2(one, related), 0)
    return counts * np.exp2(one - total), counts * np.exp2(related - total)


def _update(
    believed: beliefs.Shares,
    codes: Mapping[str, npt.NDArray[np.uint8]],
    found: Floats,
    records: int,
) -> beliefs.Shares:
    of, said = {}, {}
    for field, belief in believed.of.items():
        weights = np.bincount(codes[field], weights=found, minlength=MOST_RARE + 1)
        counted = np.append(weights[ELSE:EXACT], weights[EXACT:].sum())
        strength = beliefs.PAIRS
        of[field] = (counted + belief * strength) / (counted.sum() + strength)
        said[field] = float(counted.sum() / max(1.0, found.sum()))
    pairs = records * (records - 1) / 2
    among = (found.sum() + beliefs.FOUND) / (pairs + beliefs.FOUND / believed.among)
    return beliefs.Shares(of, float(among), said)


def _shares_of_random(levels: pl.Series) -> Drawn:
    counts = np.bincount(levels.to_numpy(), minlength=EXACT)[ELSE:EXACT].astype(np.float64)
    believed, strength = beliefs.strangers(levels.name)
    said = float((levels != 0).sum())
    shares = (counts + believed * strength) / (said + strength)
    return Drawn(shares, said / max(1, len(levels)))


def _by_chance(codes: npt.NDArray[np.uint8], found: Floats, equal: Floats) -> Floats:
    """Share of the pairs of equal values, by rarity, that are strangers.

    Frequencies count the duplicates too; without this an address that only duplicates share would
    look as common as they are many.
    """
    tied = np.bincount(codes, weights=found, minlength=MOST_RARE + 1)[EXACT:]
    share = (np.maximum(equal - tied, 0) + beliefs.EQUAL_PAIRS) / (equal + beliefs.EQUAL_PAIRS)
    return np.maximum(share, beliefs.LEAST_CHANCE)


def _model(
    shares: tuple[beliefs.Shares, beliefs.Shares],
    drawn: Mapping[str, Drawn],
    chance: Mapping[str, Floats],
) -> Model:
    """Bits from shares; strangers are random pairs without those of the two kinds."""
    kinds: list[dict[str, Floats]] = [{}, {}]
    for field, random in drawn.items():
        known = np.sum(
            [kind.among_said(field, random.said) * kind.of[field][:-1] for kind in shares], axis=0
        )
        least = beliefs.strangers(field)[0] * beliefs.LEAST_STRANGERS
        floor = np.maximum(random.shares * beliefs.LEAST_CHANCE, least)
        strangers = np.maximum(np.maximum(random.shares - known, floor), 1e-6)
        # an equal value's frequency is the middle of its step of rarity
        frequency = np.minimum(1.0, 0.75 * 2.0 ** -np.arange(_STEPS)) * chance[field]
        for kind, bits in zip(shares, kinds, strict=True):
            unequal = np.maximum(kind.of[field][:-1], 1e-6) / strangers
            equal = np.maximum(kind.of[field][-1], 1e-6) / frequency
            bits[field] = np.log2(np.concatenate([[1.0], unequal, equal]))
    one, related = (
        Kind(bits, float(np.log2(kind.among / (1 - kind.among))))
        for kind, bits in zip(shares, kinds, strict=True)
    )
    return Model(one, related)
