"""Which records are one customer, why, and which pairs a person should look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from ingestion.identity.clusters import cluster, label
from ingestion.identity.comparisons import CLOSE, EXACT, NEAR, PART
from ingestion.identity.levels import levels
from ingestion.identity.linking import Links, certain_edges, read_table, train
from ingestion.identity.model import probability

# Two records that are one customer with this probability are joined; the same for all tables.
THRESHOLD = 0.8
# Pairs from here to the threshold are for a person to decide.
DOUBTFUL = 0.3
# Groups join if their pairs, on the whole, make up for this part of the odds against strangers:
# pairs within a group repeat each other's evidence, so the whole would ask too much.
_MADE_UP = 0.5
_RESOLVED = {
    "record_id": pl.String(),
    "entity_id": pl.String(),
    "match_probability": pl.Float64(),
}
_DECIDED = {"record_id": pl.String(), "other_id": pl.String(), "is_same": pl.Boolean()}
_PAIRS = {"left": pl.UInt32(), "right": pl.UInt32(), "is_same": pl.Boolean()}
# More bits than any likeness has: a person's word.
_SURE = 60.0
_LIKENESS = {0: "unknown", 1: "different", PART: "partly", NEAR: "near", CLOSE: "close"}


def resolve(
    records: pl.DataFrame,
    columns: Mapping[str, str],
    *,
    threshold: float = THRESHOLD,
    decisions: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Entity of every record: columns record_id, entity_id, match_probability, in their order.

    `columns` says which column holds which field: `record_id` (unique) and any of

    - company (with or without its legal form), contact (a person's full name), or family_name and
      given_name; email, phone; address, house_number (where it stands apart), postal_code, city,
      prefecture (or state); birth_date: these are compared, spelling and script apart;
    - corporate_number (法人番号, T-number): equal ones are one entity, different ones never;
    - deal: an id that ties records whatever else they say;
    - kind: of what a record is (an account, a contact), where a table mixes them: records of two
      kinds are never one, and each kind is learned by itself.

    Other names in `columns` are not looked at. Empty cells and placeholders (なし, n/a) match
    nothing. `entity_id` is the smallest record id
    of the entity; `match_probability` that of the record's best tie within it, 1 if alone.
    `decisions` (record_id, other_id, is_same) are people's words on pairs, which stand above all.
    Raises ValueError if a record id is empty or occurs twice.
    """
    if "kind" in columns:
        return _resolve_kinds(records, columns, threshold, decisions)
    links = train(read_table(records, columns))
    edges, groups = entities(links, by_row(links, decisions), threshold)
    ids = links.keys["record_id"]
    frame = pl.DataFrame({"record_id": ids, "group": groups}).with_row_index("row")
    return (
        frame.join(_best(edges, groups), on="row", how="left", maintain_order="left")
        .select(
            "record_id",
            entity_id=pl.col("record_id").min().over("group"),
            match_probability=pl.col("match_probability").fill_null(1.0),
        )
        .cast(_RESOLVED)  # type: ignore[arg-type]
    )


def entities(
    links: Links, decided: pl.DataFrame, threshold: float = THRESHOLD
) -> tuple[pl.DataFrame, pl.Series]:
    """Ties (left, right, bits, is_certain), and the smallest row number of every row's entity.

    `decided`: people's words, as of `by_row`. Two corporate numbers that a person says are of one
    customer say nothing any more: one of them is wrong.
    """
    decided = _with_namesakes(links, decided)
    same = decided.filter("is_same")
    links = replace(links, table=links.table.with_keys(_numbers(links.keys, same)))
    edges = _edges(links, threshold, decided)
    numbers = links.keys["corporate_number"]
    apart = decided.filter(~pl.col("is_same"))
    return edges, cluster(edges, links.weigh, numbers, apart, _least(links))


def explain(records: pl.DataFrame, columns: Mapping[str, str], pairs: pl.DataFrame) -> pl.DataFrame:
    """Why pairs (record_id, other_id) are one customer or not, field by field.

    Columns record_id, other_id, field, likeness (equal, close, near, partly, different, unknown),
    bits. The bits of a pair add up to its log2 odds; beside the fields there are `prior` (any two
    records) and `related` (what speaks for two related customers instead, such as a group).
    """
    return explain_links(train(read_table(records, columns)), pairs)


def explain_links(links: Links, pairs: pl.DataFrame) -> pl.DataFrame:
    """`explain` of pairs of a table that was compared before."""
    rows = _rows(links, pairs)
    alike = levels(links.table.compared, rows, links.table.fields)
    one = links.model.one
    beside = {
        "prior": pl.Series([one.prior] * rows.height, dtype=pl.Float64),
        "related": links.model.weigh(alike) - one.series(alike),
    }
    parts = [
        _part(
            pairs,
            field,
            alike.select(likeness(pl.col(field))).to_series(),
            pl.Series(one.bits[field][alike[field].to_numpy()]),
        )
        for field in alike.columns
    ]
    unknown = pl.Series(["unknown"]).new_from_index(0, rows.height)
    return pl.concat([*parts, *(_part(pairs, name, unknown, beside[name]) for name in beside)])


def doubtful(
    records: pl.DataFrame,
    columns: Mapping[str, str],
    *,
    least: float = DOUBTFUL,
    threshold: float = THRESHOLD,
) -> pl.DataFrame:
    """Pairs for a person to decide: record_id, other_id, match_probability, the likeliest first."""
    links = train(read_table(records, columns))
    ids = links.keys["record_id"]
    pairs = links.pairs.with_columns(match_probability=probability(pl.col("bits")))
    between = pairs.filter(pl.col("match_probability").is_between(least, threshold, "left"))
    return between.select(
        record_id=ids[between["left"]],
        other_id=ids[between["right"]],
        match_probability="match_probability",
    ).sort("match_probability", "record_id", "other_id", descending=[True, False, False])


def _resolve_kinds(
    records: pl.DataFrame,
    columns: Mapping[str, str],
    threshold: float,
    decisions: pl.DataFrame | None,
) -> pl.DataFrame:
    others = {field: column for field, column in columns.items() if field != "kind"}
    ids = records.select(record_id=pl.col(columns["record_id"]).cast(pl.String))
    found = [
        resolve(part, others, threshold=threshold, decisions=decisions)
        for part in records.partition_by(columns["kind"])
    ]
    resolved = pl.concat([pl.DataFrame(schema=_RESOLVED), *found])
    if resolved["record_id"].n_unique() < ids.height:
        raise ValueError("every record needs a record_id of its own")
    return ids.join(resolved, on="record_id", how="left", maintain_order="left")


def _least(links: Links) -> float:
    return (1 - _MADE_UP) * links.model.one.prior


def _edges(links: Links, threshold: float, decided: pl.DataFrame) -> pl.DataFrame:
    """left, right, bits, is_certain: shared keys, probable pairs, and people's words."""
    odds = pl.col("probability") / (1 - pl.col("probability"))
    certain = certain_edges(links).select("left", "right", bits=odds.log(2), is_certain=True)
    least = float(np.log2(threshold / (1 - threshold)))
    likely = links.pairs.filter(pl.col("bits") >= least)
    probable = likely.select("left", "right", "bits", is_certain=False)
    same = decided.filter("is_same").select("left", "right", bits=_SURE, is_certain=True)
    edges = pl.concat([certain, probable.cast({"bits": pl.Float64}), same])
    return edges.join(decided.filter(~pl.col("is_same")), on=["left", "right"], how="anti")


def _with_namesakes(links: Links, decided: pl.DataFrame) -> pl.DataFrame:
    """`decided`, and pairs of persons of whom nothing but the name agrees as not the same: a third
    record that has something of both may tie only one. Words and exact keys stand above this.
    """
    apart = links.pairs.filter("is_namesake").select("left", "right", is_same=False)
    for name in ("corporate_number", "deal"):
        if name in links.keys.columns:
            key = links.keys[name]
            apart = apart.filter((key[apart["left"]] != key[apart["right"]]).fill_null(True))
    same = decided.filter("is_same").select("left", "right")
    rows = pl.concat([apart["left"], apart["right"], same["left"], same["right"]]).unique().sort()
    tied = label(rows, same)
    ends = (tied[rows.search_sorted(apart[side])] for side in ("left", "right"))
    apart = apart.filter(next(ends) != next(ends))
    return pl.concat([decided, apart.join(decided, on=["left", "right"], how="anti")])


def _best(edges: pl.DataFrame, groups: pl.Series) -> pl.DataFrame:
    """(row, match_probability) of rows tied to another one of their group."""
    inside = edges.filter(groups[edges["left"]] == groups[edges["right"]])
    ends = pl.concat([inside.select("bits", row=side) for side in ("left", "right")])
    return ends.group_by("row").agg(match_probability=probability(pl.col("bits").max()))


def _numbers(keys: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
    """Keys with `corporate_number`, null where people's words tie rows of two numbers."""
    if "corporate_number" not in keys.columns:
        return keys.with_columns(corporate_number=pl.lit(None, pl.String))
    told = pl.concat([same["left"], same["right"]]).unique().sort()
    said = label(told, same)
    tied = pl.DataFrame({"row": told, "said": said, "number": keys["corporate_number"][told]})
    two = pl.col("number").drop_nulls().n_unique().over("said") > 1
    doubted = keys["corporate_number"].scatter(tied.filter(two)["row"], None)
    return keys.with_columns(doubted)


def by_row(links: Links, decisions: pl.DataFrame | None) -> pl.DataFrame:
    """left, right, is_same by row number, left < right; of unknown records nothing."""
    if decisions is None:
        return pl.DataFrame(schema=_PAIRS)
    asked = decisions.select(_DECIDED.keys()).cast(_DECIDED)  # type: ignore[arg-type]
    rows = _rows(links, asked).with_columns(asked["is_same"]).drop_nulls()
    left, right = pl.min_horizontal("left", "right"), pl.max_horizontal("left", "right")
    return rows.select(left=left, right=right, is_same="is_same").cast(_PAIRS)  # type: ignore[arg-type]


def _rows(links: Links, pairs: pl.DataFrame) -> pl.DataFrame:
    """left, right: row numbers of (record_id, other_id), null where there is no such record."""
    ids = links.keys.select("record_id").with_row_index("row")
    sides = {"left": "record_id", "right": "other_id"}
    return pl.DataFrame(
        {
            side: pairs.select(record_id=name).join(
                ids, on="record_id", how="left", maintain_order="left"
            )["row"]
            for side, name in sides.items()
        }
    )


def likeness(levels: pl.Expr) -> pl.Expr:
    """Levels in words: equal, close, near, partly, different, unknown."""
    return levels.clip(upper_bound=EXACT).replace_strict(
        _LIKENESS, default="equal", return_dtype=pl.String
    )


def _part(pairs: pl.DataFrame, field: str, words: pl.Series, bits: pl.Series) -> pl.DataFrame:
    return pairs.select("record_id", "other_id").with_columns(
        field=pl.lit(field), likeness=words, bits=bits.cast(pl.Float64).alias("bits")
    )
