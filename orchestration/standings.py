"""The frames that conduct rules judge: a mart's rows, or partners beside their peers."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl

from expectations.flags import SCORE_NUMBERS
from expectations.rules import Rule

# What the rules call it, and the mart that it is made of.
SCORES, TRIALS = "partner_scores", "fct_partner_trials"
MADE_OF = {SCORES: TRIALS}


def families(rules: Sequence[Rule]) -> dict[str, str]:
    """Measure → family of the rules that bound one of its numbers, by measure."""
    suffixes = sorted((f"_{name}" for name in SCORE_NUMBERS), key=len, reverse=True)
    found = {}
    for rule in rules:
        for column in rule.inputs if rule.measures == SCORES else ():
            suffix = next((end for end in suffixes if column.endswith(end)), "")
            found[column.removesuffix(suffix)] = rule.family
    return dict(sorted(found.items()))


def asked(rules: Sequence[Rule]) -> set[str]:
    """The numbers of partners beside their peers that some rule reads, as `<measure>_<number>`."""
    return {column for rule in rules if rule.measures == SCORES for column in rule.inputs}


def read(warehouse: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> pl.DataFrame:
    """Every partner beside its peers (`scoring.stand_among_peers`), as of this warehouse."""
    from expectations.scoring import stand_among_peers  # scipy takes a while to import

    trials = warehouse.table(f"marts.{TRIALS}").pl()
    return stand_among_peers(trials, families(rules), asked(rules))


def measures(
    warehouse: duckdb.DuckDBPyConnection,
    measure: str,
    standing: pl.DataFrame,
    rules: Sequence[Rule],
) -> pl.DataFrame:
    """One row a subject: the mart, or all partners with the numbers that `rules` bound."""
    if measure != SCORES:
        frame: pl.DataFrame = warehouse.table(f"marts.{measure}").pl()
        return frame
    from expectations.scoring import widen

    partners = warehouse.sql("select partner_id from marts.dim_partners order by 1").pl()
    return widen(standing, partners["partner_id"], families(rules))
