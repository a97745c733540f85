"""Puts replies into the partners' folders whole, under names that every file system takes."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from dataclasses import dataclass, field
from pathlib import Path

RECEIPT, REJECTED = ".receipt.html", ".rejected.xlsx"
_MAX_NAME_BYTES = 255
_MARK_CHARACTERS = 12


@dataclass
class Outbox:
    """The folder of all replies. `written`: the paths of this night, in order."""

    root: Path
    written: list[Path] = field(default_factory=list, init=False)

    def write(self, place: Path, suffix: str, content: bytes) -> None:
        """Replace the reply to the file at `place` (partner id, then its name in the inbox)."""
        path = self.root / reply_place(place, suffix)
        if path.is_dir():
            path = path.with_name(_marked(place.name, suffix))
        path.parent.mkdir(parents=True, exist_ok=True)
        self._staging.mkdir(exist_ok=True)
        staged = self._staging / uuid.uuid4().hex
        staged.write_bytes(content)
        os.replace(staged, path)
        self.written.append(path)

    def discard_staged(self) -> None:
        """Remove what this or a killed night has begun to write."""
        if self._staging.exists():
            shutil.rmtree(self._staging)

    @property
    def _staging(self) -> Path:
        """Beside the partners' folders: nobody finds half a reply in their own."""
        return self.root / ".staged"


def reply_place(place: Path, suffix: str) -> Path:
    """Where a reply lies: beside its file's name, or a marked form of a name that cannot serve.

    A folder called like a reply would take a reply's place, and a name may be too long with the
    suffix after it.
    """
    folders = [
        _marked(part) if part.endswith((RECEIPT, REJECTED)) else part for part in place.parts
    ]
    longest = place.name + max(RECEIPT, REJECTED, key=len)
    fits = len(os.fsencode(longest)) <= _MAX_NAME_BYTES
    name = place.name + suffix if fits else _marked(place.name, suffix)
    return Path(*folders[:-1], name)


def _marked(name: str, suffix: str = "") -> str:
    """The start of a name and a part of its hash: as long as a name may be, and its own."""
    mark = f"~{hashlib.sha256(name.encode()).hexdigest()[:_MARK_CHARACTERS]}{suffix}"
    start = name.encode()[: _MAX_NAME_BYTES - len(mark)].decode(errors="ignore")
    return start + mark
