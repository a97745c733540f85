"""`TEIKEI_HOME/crm/<system>.yml`: which objects of a CRM are read, and what their fields mean.

Strict: what is not understood is refused, with the file, the key and what to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from ingestion.crm.errors import CrmSetupError
from ingestion.crm.http import require_safe
from ingestion.crm.policy import Proxy
from ingestion.crm.systems import KINDS, Kind, Stream, System
from ingestion.crm.yaml_text import read_yaml
from ingestion.entities import ENTITIES, OF_REVIEWERS

# Filled by the pull itself.
OWN_COLUMNS = ("updated_at", "is_deleted")
_SYSTEM = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_MOST_MINUTES = 7 * 24 * 60


def load_systems(folder: Path) -> list[System]:
    """All systems with a file, by name; none without the folder. Raises CrmSetupError."""
    return [load_system(path) for path in sorted(folder.glob("*.y*ml"))]


def load_system(path: Path) -> System:
    """Raises CrmSetupError, which names the file and the key."""
    try:
        if path.suffix != ".yml" or not _SYSTEM.fullmatch(path.stem):
            raise CrmSetupError("name it <system>.yml: lower-case letters, digits, - and _")
        return _system(path.stem, _Keys(read_yaml(path), ""))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        where = getattr(error, "problem_mark", None)
        line = f" (line {where.line + 1})" if where is not None else ""
        raise CrmSetupError(f"{path.name}: is no readable YAML{line}") from None
    except CrmSetupError as error:
        raise CrmSetupError(f"{path.name}: {error}") from None


@dataclass
class _Keys:
    """The keys of one mapping, taken one by one; `close` refuses the rest."""

    values: dict[str, Any]
    place: str

    def __post_init__(self) -> None:
        if not isinstance(self.values, dict) or not all(isinstance(k, str) for k in self.values):
            raise CrmSetupError(f"{self.place or 'the file'}: must be a list of `key: value`")
        self.values = dict(self.values)

    def text(self, key: str, default: str | None = None, choices: tuple[str, ...] = ()) -> str:
        value = self.values.pop(key, default)
        if not isinstance(value, str) or (not value and default is None):
            raise CrmSetupError(f"{self.place}{key}: a text is needed (write numbers in quotes)")
        if choices and value not in choices:
            raise CrmSetupError(f"{self.place}{key}: must be one of {', '.join(choices)}")
        return value

    def minutes(self, key: str, default: int) -> timedelta:
        value = self.values.pop(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_MINUTES:
            raise CrmSetupError(f"{self.place}{key}: must be minutes from 0 to {_MOST_MINUTES}")
        return timedelta(minutes=value)

    def truth(self, key: str) -> bool:
        value = self.values.pop(key, False)
        if not isinstance(value, bool):
            raise CrmSetupError(f"{self.place}{key}: must be true or false")
        return value

    def texts(self, key: str) -> dict[str, str]:
        return _texts(self.values.pop(key, {}), f"{self.place}{key}")

    def close(self) -> None:
        if self.values:
            raise CrmSetupError(f"{self.place}{min(self.values)}: is not a key; remove it")


def _texts(value: Any, place: str) -> dict[str, str]:
    keys = _Keys(value if value is not None else {}, place)
    for name, text in keys.values.items():
        if not isinstance(text, str) or not text:
            raise CrmSetupError(f"{place}.{name}: a text is needed (write true, 1 in quotes)")
    return keys.values


def _system(name: str, keys: _Keys) -> System:
    kind = keys.text("kind", choices=tuple(KINDS))
    base_url = keys.text("base_url")
    require_safe(base_url)
    streams = keys.values.pop("streams", None)
    if not isinstance(streams, list) or not streams:
        raise CrmSetupError("streams: a list with at least one `- entity: …` is needed")
    system = System(
        name,
        kind,
        base_url,
        keys.text("version", KINDS[kind].version),
        tuple(
            _stream(_Keys(each, f"streams[{place}]."), KINDS[kind], kind)
            for place, each in enumerate(streams, start=1)
        ),
        keys.text("on_failure", "stop", ("stop", "skip")),
        keys.minutes("lag_minutes", 5),
        keys.text("guest_space", "") if kind == "kintone" else "",
        Proxy(keys.text("proxy", "") or None, keys.text("ca_file", "") or None),
    )
    if not re.fullmatch(r"[a-z0-9.-]{1,10}", system.version) or not re.fullmatch(
        r"[0-9]*", system.guest_space
    ):
        raise CrmSetupError("version, guest_space: not in the form the vendor writes them")
    keys.close()
    names = [stream.file_pattern for stream in system.streams]
    if len(set(names)) < len(names):
        raise CrmSetupError("streams: the same object is read twice as the same entity")
    return system


def _stream(keys: _Keys, kind: Kind, kind_name: str) -> Stream:
    entities = tuple(name for name in ENTITIES if name not in OF_REVIEWERS)
    entity, name = ENTITIES[keys.text("entity", choices=entities)], keys.text("object")
    stream = Stream(
        entity,
        name,
        keys.texts("fields"),
        keys.text("modified", kind.modified_of.get(name, kind.modified)),
        {
            name: _texts(pairs, f"{keys.place}words.{name}")
            for name, pairs in _Keys(
                keys.values.pop("words", {}), f"{keys.place}words"
            ).values.items()
        },
        keys.texts("constants"),
        keys.truth("stage_labels") if kind_name == "hubspot" else False,
        keys.minutes("overlap_minutes", 5),
        keys.text("paging", "seek", ("seek", "cursor")) if kind_name == "kintone" else "seek",
        keys.truth("allow_mass_deletion"),
    )
    keys.close()
    _check_names(stream, kind, keys.place)
    _check_columns(stream, keys.place)
    return stream


def _check_names(stream: Stream, kind: Kind, place: str) -> None:
    if not kind.object.fullmatch(stream.object):
        raise CrmSetupError(f"{place}object: {stream.object} is no name of an object")
    for name in stream.asked:
        if not kind.member.fullmatch(name):
            raise CrmSetupError(f"{place}fields: {name} is no name of a field")


def _check_columns(stream: Stream, place: str) -> None:
    entity = stream.entity
    columns = {column.name: column for column in entity.columns}
    given = [*stream.fields, *stream.constants]
    for name in [*given, *stream.words]:
        if name not in columns or name in OWN_COLUMNS:
            raise CrmSetupError(f"{place}fields: {entity.name} has no column {name} to fill")
    if doubled := set(stream.fields) & set(stream.constants):
        raise CrmSetupError(f"{place}constants: {min(doubled)} is filled by fields already")
    if unmapped := set(stream.words) - set(stream.fields):
        raise CrmSetupError(f"{place}words: {min(unmapped)} is not filled by fields")
    if missing := sorted(set(entity.key) - set(stream.fields)):
        raise CrmSetupError(f"{place}fields: the key of {entity.name} is missing: {missing[0]}")
    if missing := sorted(set(entity.required) - set(given)):
        raise CrmSetupError(f"{place}fields: {entity.name} needs {', '.join(missing)}")
    fixed = {name: [value] for name, value in stream.constants.items()}
    for name, values in (fixed | {k: list(v.values()) for k, v in stream.words.items()}).items():
        for value in values:
            if columns[name].choices and value not in columns[name].choices:
                allowed = ", ".join(columns[name].choices)
                raise CrmSetupError(f"{place}{name}: {value} is not one of {allowed}")
