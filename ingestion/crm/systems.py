"""What is read from a CRM: systems, their streams, and what differs between the vendors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from ingestion.columns import Entity
from ingestion.crm.policy import Proxy


@dataclass(frozen=True)
class Kind:
    """What differs between the vendors' files. `modified`: the field of the last modification."""

    secrets: tuple[str, ...]
    version: str
    modified: str
    object: re.Pattern[str]
    member: re.Pattern[str]
    modified_of: Mapping[str, str] = field(default_factory=dict)


_API_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
KINDS = {
    "salesforce": Kind(
        ("CLIENT_ID", "CLIENT_SECRET"),
        "67.0",
        "SystemModstamp",
        _API_NAME,
        re.compile(r"[A-Za-z][A-Za-z0-9_.]*"),
    ),
    "hubspot": Kind(
        ("TOKEN",),
        "2026-03",
        "hs_lastmodifieddate",
        re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*"),
        re.compile(r"[a-z0-9_]+"),
        {"contacts": "lastmodifieddate", "0-1": "lastmodifieddate"},
    ),
    "kintone": Kind(
        ("TOKEN",), "v1", "更新日時", re.compile(r"[0-9]+"), re.compile(r"[^\s\"'\\]+")
    ),
}


@dataclass(frozen=True)
class Stream:
    """One object (kintone: app) of a system, read as one entity.

    `fields`: canonical column → field of the CRM. `words`: canonical column → the CRM's value →
    ours. `constants`: canonical column → value. `stage_labels`: whether stage ids are replaced by
    the labels of their pipeline (HubSpot).
    """

    entity: Entity
    object: str
    fields: Mapping[str, str]
    modified: str
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    stage_labels: bool = False
    overlap: timedelta = timedelta(minutes=5)
    paging: str = "seek"
    allow_mass_deletion: bool = False

    @property
    def name(self) -> str:
        return f"{self.entity.name}/{self.object}"

    def file_name(self, moment: datetime) -> str:
        """For the door: the entity first; the time, so that no two pulls share a name."""
        return f"{self._file_stem}{moment:%Y%m%dT%H%M%S}Z.csv"

    @property
    def file_pattern(self) -> str:
        """What the names of its files match, whenever they were pulled."""
        return rf"^{re.escape(self._file_stem)}\d{{8}}T\d{{6}}Z\.csv$"

    @property
    def _file_stem(self) -> str:
        return f"{self.entity.name}__api-{self.object.lower()}__"

    @property
    def key_fields(self) -> tuple[str, ...]:
        return tuple(self.fields[name] for name in self.entity.key)

    @property
    def asked(self) -> tuple[str, ...]:
        """The CRM's fields to ask for, each once, the time of modification last."""
        return tuple(dict.fromkeys([*self.fields.values(), self.modified]))

    @property
    def fingerprint(self) -> str:
        """Changes when records already read would be read differently: then all are read again."""
        words = sorted((name, *sorted(pairs.items())) for name, pairs in self.words.items())
        parts = (sorted(self.fields.items()), words, sorted(self.constants.items()))
        return sha256(repr((*parts, self.modified, self.stage_labels)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class System:
    """One CRM: `name` is its folder of the door. `lag`: how far behind now a pull believes."""

    name: str
    kind: str
    base_url: str
    version: str
    streams: tuple[Stream, ...]
    on_failure: str = "stop"
    lag: timedelta = timedelta(minutes=5)
    guest_space: str = ""
    proxy: Proxy = field(default_factory=Proxy)
