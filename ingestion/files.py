"""Files of the inbox: which there are, their sha256, their archive copy, and the table in them.

`read_table` is the one entry point for reading: it never raises, whatever the bytes.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingestion.delimited.profiles import Profile
from ingestion.delimited.reading import decode, read_text
from ingestion.headers import known_headers
from ingestion.lake import fsync_directory
from ingestion.reasons import FileRefused, Reason, reason
from ingestion.replies.marks import without_uncorrected
from ingestion.tables import Table
from ingestion.units import take_unit_row
from ingestion.xlsx.guard import WorkbookWorker
from ingestion.xlsx.package import OLE_MAGIC

_LOG = logging.getLogger(__name__)
TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ""})
WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm"})
REFUSED_SUFFIXES = frozenset(
    {".xls", ".xlsb", ".ods", ".numbers", ".pdf", ".doc", ".docx", ".zip", ".html", ".json"}
)
# Characters that cannot be shown: controls, the halves that stand for bytes which are no UTF-8,
# marks that turn the direction of writing, and the sign we put in the place of all these.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffd]")
_BAD_NAME = re.compile(rf"{_UNPRINTABLE.pattern}|\\|\.\.(/|$)")
_ZIP_MAGIC = b"PK\x03\x04"
_BINARY_MAGIC = (_ZIP_MAGIC, b"%PDF", OLE_MAGIC, b"\x1f\x8b")


@dataclass(frozen=True)
class Arrival:
    """A file found in a sender's folder. `name`: where it lies there, fit to be shown and stored.

    `refusal` is set when it must not or cannot be opened; `profile` where its sender declared how
    delimited text is written.
    """

    path: Path
    name: str
    refusal: Reason | None = None
    profile: Profile | None = None


def find_arrivals(folder: Path, settle_seconds: float) -> Iterator[Arrival]:
    """Everything in a sender's folder, by name; temporary and hidden files are left out.

    Links that lead out of the folder, special files and bad names are arrivals with a refusal; a
    file that changed within `settle_seconds` is one that is growing. Files in subfolders count,
    whatever these are called.
    """
    root = folder.resolve()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        hidden = any(part.startswith((".", "~$")) for part in Path(name).parts)
        if hidden and not _BAD_NAME.search(name):
            continue
        refused = _refusal(path, f"{folder.name}/{name}", root, settle_seconds)
        if refused is not None or path.is_file():
            yield Arrival(path, printable(name), refused)


def printable(name: str) -> str:
    """The name with a sign in the place of every character that cannot be shown or stored."""
    return _UNPRINTABLE.sub("\ufffd", name)


def digest(path: Path) -> str:
    """Sha256 of a file's bytes, hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def archive_path(archive: Path, sha256: str, name: str) -> Path:
    return archive / sha256[:2] / f"{sha256}{Path(name).suffix.lower()}"


def archive_file(path: Path, archive: Path, expected: str | None = None) -> tuple[str, Path]:
    """(sha256, copy): keep the bytes under their hash, once; the original is left as it is.

    `expected`: the hash the file probably has; then nothing is copied unless it has another.
    """
    if expected is not None and digest(path) == expected:
        target = archive_path(archive, expected, path.name)
        if target.exists():
            return expected, target
    archive.mkdir(parents=True, exist_ok=True)
    staged = archive / f".{uuid.uuid4().hex}"
    try:
        sha256 = _copy(path, staged)
        target = archive_path(archive, sha256, path.name)
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            staged.replace(target)
            fsync_directory(target.parent)
    finally:
        staged.unlink(missing_ok=True)
    return sha256, target


def _copy(path: Path, target: Path) -> str:
    """Copy a file durably; the sha256 is that of the copy, whatever becomes of the original."""
    shutil.copyfile(path, target)
    with target.open("rb+") as copy:
        told = hashlib.file_digest(copy, "sha256")
        os.fsync(copy.fileno())
    return told.hexdigest()


def is_text(path: Path) -> bool:
    """Whether a file passes for delimited text by its name and its first bytes."""
    suffix = path.suffix.lower()
    if suffix in WORKBOOK_SUFFIXES or suffix in REFUSED_SUFFIXES:
        return False
    with path.open("rb") as handle:
        return not handle.read(8).startswith(_BINARY_MAGIC)


def read_table(
    path: Path, profile: Profile | None = None, worker: WorkbookWorker | None = None
) -> Table:
    """The table in a file: `Table(header, rows, problems)`, never an exception.

    `profile` declares how delimited text is written; without one the text must prove it. `worker`
    is the process that opens workbooks, reused over many files; without one a worker is started
    for this file alone.
    """
    try:
        if not path.is_file():
            return Table(refusal=reason("not_a_file"))
        if path.stat().st_size == 0:
            return Table(refusal=reason("empty_file"))
        if _is_workbook(path):
            return without_uncorrected(_read_workbook(path, worker))
        return without_uncorrected(_read_delimited(path, profile))
    except FileRefused as refused:
        return Table(refusal=refused.reason)
    except Exception as error:  # a file must never end the night, whatever is wrong with it
        # only its kind: the payload of the file can be in the message
        _LOG.warning("%s: %s", path.name, type(error).__name__)
        return Table(refusal=reason("unreadable_file"))


def _is_workbook(path: Path) -> bool:
    """By its name; a text by its name that begins like a workbook is one that was renamed."""
    suffix = path.suffix.lower()
    if suffix not in TEXT_SUFFIXES:
        return suffix in WORKBOOK_SUFFIXES
    with path.open("rb") as handle:
        return handle.read(len(_ZIP_MAGIC)) == _ZIP_MAGIC


def _read_workbook(path: Path, worker: WorkbookWorker | None) -> Table:
    if worker is not None:
        return take_unit_row(worker.read(path))
    with WorkbookWorker() as own:
        return take_unit_row(own.read(path))


def _read_delimited(path: Path, profile: Profile | None) -> Table:
    suffix = path.suffix.lower()
    content = path.read_bytes()
    if suffix in REFUSED_SUFFIXES or content.startswith(_BINARY_MAGIC):
        raise FileRefused("unsupported_format", suffix)
    text, encoding = decode(content, profile.encoding if profile else None)
    del content
    return read_text(text, encoding, known_headers(), profile)


def _refusal(path: Path, name: str, root: Path, settle_seconds: float) -> Reason | None:
    if _BAD_NAME.search(name):
        return None if path.is_dir() else reason("bad_name")
    try:
        if not path.resolve().is_relative_to(root):
            return reason("outside_inbox")
        if path.is_dir():
            return None
        if not path.is_file():
            return reason("unreadable_file")
        return reason("growing") if _is_growing(path, settle_seconds) else None
    except (OSError, RuntimeError):  # a link to itself, or gone since it was listed
        return reason("unreadable_file")


def _is_growing(path: Path, settle_seconds: float) -> bool:
    """Written within the last seconds; two sizes a moment apart would cost every night a wait."""
    if settle_seconds <= 0:
        return False
    before = path.stat()
    return time.time() - before.st_mtime < settle_seconds or path.stat().st_size != before.st_size
