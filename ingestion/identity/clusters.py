"""Pairs → entities, without chains of likenesses that end in two different customers.

Certain ties (shared keys) are followed first; what they tie is one node. Then the strongest pair
joins first, and two groups become one only if their records resemble each other on the whole and
nothing speaks against it: two corporate numbers, or a person's word.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from ingestion.identity.components import connect
from ingestion.identity.groups import Evidence, Group, settle

# Nodes that are all compared with each other; a larger group is first cut at higher odds.
MOST_NODES = 60
# Records that stand for a node when it is compared.
_SPEAKERS = 4
_STEP = 2.0
# From three nodes on, one may tie two that are not alike.
_CHAIN = 3
Weigh = Callable[[pl.DataFrame], pl.DataFrame]


def cluster(
    edges: pl.DataFrame, weigh: Weigh, numbers: pl.Series, apart: pl.DataFrame, least: float = 0.0
) -> pl.Series:
    """The smallest row number of every row's entity.

    `edges`: left, right (row numbers), bits (log2 odds), is_certain. `weigh`: `Links.weigh`.
    `numbers`: the corporate number of every row, if any. `apart`: pairs (left, right) that
    somebody keeps apart. `least`: mean log2 odds of the pairs between two groups that join.
    """
    rows = pl.DataFrame({"row": pl.int_range(len(numbers), dtype=pl.UInt32, eager=True)})
    certain = edges.filter("is_certain")
    rows = rows.with_columns(node=label(rows["row"], certain), number=numbers)
    torn = _conflicts(rows.select("row", "number", label="node"), apart)
    loose = rows["node"].is_in(torn.implode())
    rows = rows.with_columns(node=pl.when(loose).then("row").otherwise("node"))
    links = _between_nodes(edges, rows)
    rows = _parts(rows, links)
    doubtful = (
        rows.group_by("part").agg(nodes=pl.col("node").n_unique()).filter(pl.col("nodes") >= _CHAIN)
    )
    at_odds = _conflicts(rows.select("row", "number", label="part"), apart)
    care = pl.concat([doubtful["part"], at_odds]).unique()
    inside = rows.filter(pl.col("part").is_in(care.implode()))
    moved = _settled(inside, links, weigh, apart, least)
    answer = rows.join(moved, on="node", how="left", maintain_order="left")
    groups = answer.with_columns(group=pl.coalesce("group", "part"))
    return groups.select(pl.col("row").min().over("group")).to_series()


def label(rows: pl.Series, edges: pl.DataFrame) -> pl.Series:
    """The smallest row reachable over edges (left, right); `rows` ascending."""
    left, right = (edges[side].to_numpy() for side in ("left", "right"))
    return pl.Series(connect(rows.to_numpy(), left, right), dtype=pl.UInt32)


def _conflicts(labels: pl.DataFrame, apart: pl.DataFrame) -> pl.Series:
    """Labels (row, number, label) that hold two corporate numbers or a pair kept apart."""
    numbers = labels.drop_nulls("number").group_by("label").agg(pl.col("number").n_unique())
    two = numbers.filter(pl.col("number") > 1)["label"]
    sides = apart.join(labels, left_on="left", right_on="row").join(
        labels, left_on="right", right_on="row", suffix="_right"
    )
    kept = sides.filter(pl.col("label") == pl.col("label_right"))["label"]
    return pl.concat([two, kept]).unique()


def _between_nodes(edges: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """(left, right, bits): the strongest edge between two nodes, each pair once."""
    node = rows["node"]
    return (
        edges.select(node[edges["left"]].alias("a"), node[edges["right"]].alias("b"), "bits")
        .select(left=pl.min_horizontal("a", "b"), right=pl.max_horizontal("a", "b"), bits="bits")
        .filter(pl.col("left") != pl.col("right"))
        .group_by("left", "right")
        .agg(pl.col("bits").max())
    )


def _parts(rows: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Rows with `part`: connected nodes; parts of too many nodes are cut at their weaker links."""
    nodes = rows["node"].unique().sort()
    while True:
        part = pl.DataFrame({"node": nodes, "part": label(nodes, links)})
        sizes = part.group_by("part").len().filter(pl.col("len") > MOST_NODES)
        if sizes.is_empty():
            return rows.join(part, on="node", how="left", maintain_order="left")
        large = part.filter(pl.col("part").is_in(sizes["part"].implode()))
        inside = pl.col("left").is_in(large["node"].implode())
        weakest = pl.col("bits").filter(inside).min() + _STEP
        links = links.filter(~inside | (pl.col("bits") >= weakest))


def _settled(
    rows: pl.DataFrame, links: pl.DataFrame, weigh: Weigh, apart: pl.DataFrame, least: float
) -> pl.DataFrame:
    """(node, group) of the nodes in these parts (row, node, number, part)."""
    evidence = _evidence(rows, weigh)
    node = rows.select("row", "node")
    sides = apart.join(node, left_on="left", right_on="row")
    sides = sides.join(node, left_on="right", right_on="row", suffix="_right")
    forbidden = set(sides.select("node", "node_right").iter_rows())
    ties = links.join(rows.select("node", "part").unique(), left_on="left", right_on="node")
    ties = ties.filter(pl.col("right").is_in(rows["node"].implode()))
    groups = {
        part: Group.of(frame.select("node", "number").rows(), forbidden, least)
        for (part,), frame in rows.group_by("part")
    }
    for (part,), frame in evidence.group_by("part"):
        groups[part].evidence.update(
            {(row[0], row[1]): Evidence(*row[2:]) for row in frame.drop("part").iter_rows()}
        )
    for part, left, right, _ in (
        ties.sort("bits", "left", "right", descending=[True, False, False])
        .select("part", "left", "right", "bits")
        .iter_rows()
    ):
        groups[part].ties.append((left, right))
    found = [pair for group in groups.values() for pair in settle(group)]
    return pl.DataFrame(found, schema={"node": pl.UInt32, "group": pl.UInt32}, orient="row")


def _evidence(rows: pl.DataFrame, weigh: Weigh) -> pl.DataFrame:
    """(part, left, right, bits, pairs, here, elsewhere) of nodes, over pairs of their speakers.

    Here and elsewhere count the pairs at one address and at two; a node is paired with itself, too.
    """
    speakers = rows.sort("row").group_by("node", maintain_order=True).head(_SPEAKERS)
    pairs = speakers.join(speakers, on="part", suffix="_right").filter(
        (pl.col("node") < pl.col("node_right"))
        | ((pl.col("node") == pl.col("node_right")) & (pl.col("row") < pl.col("row_right")))
    )
    weighed = weigh(pairs.select(left="row", right="row_right"))
    return (
        pl.concat([pairs, weighed], how="horizontal")
        .group_by("part", left="node", right="node_right")
        .agg(
            pl.col("bits").sum(),
            pairs=pl.len(),
            here=pl.col("same_place").sum(),
            elsewhere=pl.col("same_place").not_().sum(),
        )
    )
