"""What a night keeps for the next, only to be faster: numbers, no personal text.

`lake/identity/state/` holds the model, the versions of the records that were compared and the
scores of their pairs. Without it everything is computed again, with the same result.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import polars_ds

from ingestion.identity.model import Kind, Model
from ingestion.identity.scores import Scores
from ingestion.lake import Night, batch_ids, read_manifest

# What a score depends on beside the records.
_ROOMS = [Path(__file__).parents[1] / name for name in ("entities", "identity", "values")]
# Tables of the lake that the result is made of, and the model.
READ = ("leads", "contracts", "partners", "partner_reps", "identity_decisions")
_TRAINED = ("leads", "contracts")


@dataclass(frozen=True)
class State:
    """`inputs`: digest of all that the result is made of. `training`: of what the model is.

    `versions` of the rows that `scores` count, in their order.
    """

    inputs: str
    training: str
    model: Model
    versions: pl.Series
    scores: Scores

    def scores_of(self, versions: pl.Series) -> Scores:
        """What is known of rows with these versions; both lie in the same order."""
        rows = pl.DataFrame({"version": versions}).with_row_index("row")
        old = self.versions.to_frame("version")
        moved = old.join(rows, on="version", how="left", maintain_order="left")["row"]
        return self.scores.moved(moved)


def digest_inputs(raw: Path, known_at: datetime | None, tables: tuple[str, ...] = READ) -> str:
    """Of the code and of every batch up to a night that has rows in the tables."""
    told: list[Any] = [_code()]
    for night_id in batch_ids(raw):
        if known_at is not None and Night.parse(night_id).known_at > known_at:
            continue
        held = read_manifest(raw, night_id)["tables"]
        found = {name: held[name] for name in tables if held.get(name, {}).get("rows")}
        told += [[night_id, found]] if found else []
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def digest_training(raw: Path, trained_at: datetime | None) -> str:
    return digest_inputs(raw, trained_at, _TRAINED)


def read_inputs(folder: Path) -> str | None:
    """The digest of the kept state, if there is one."""
    path = folder / "model.json"
    return str(json.loads(path.read_text())["inputs"]) if path.exists() else None


def read_state(folder: Path, training: str) -> State | None:
    """None if nothing is kept, or a model of another training."""
    path = folder / "model.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    if kept.get("training") != training:
        return None
    kinds = (
        Kind({field: np.array(bits) for field, bits in kind["bits"].items()}, kind["prior"])
        for kind in kept["model"]
    )
    versions = pl.read_parquet(folder / "versions.parquet")["version"]
    scores = Scores.of_table(pl.read_parquet(folder / "scores.parquet"))
    return State(kept["inputs"], training, Model(*kinds), versions, scores)


def write_state(folder: Path, state: State) -> None:
    """Replace what is kept; a crash in between leaves nothing, which is as good."""
    staged = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
    staged.mkdir(parents=True)
    state.versions.to_frame("version").write_parquet(staged / "versions.parquet")
    state.scores.table().write_parquet(staged / "scores.parquet")
    kinds = [
        {"bits": {field: list(bits) for field, bits in kind.bits.items()}, "prior": kind.prior}
        for kind in (state.model.one, state.model.related)
    ]
    kept = {"inputs": state.inputs, "training": state.training, "model": kinds}
    (staged / "model.json").write_text(json.dumps(kept))
    shutil.rmtree(folder, ignore_errors=True)
    staged.rename(folder)


@cache
def _code() -> str:
    """Digest of the code and word lists, and of the libraries that compare."""
    digest = hashlib.sha256(f"{pl.__version__} {polars_ds.__version__}".encode())
    for path in sorted(path for room in _ROOMS for path in room.iterdir()):
        if path.suffix in (".py", ".csv"):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
