"""The zip package of a workbook: its directory is checked first, parts are read with their CRC."""

from __future__ import annotations

import posixpath
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ingestion.reasons import FileRefused

MAX_FILE = 100 * 1024**2
MAX_UNPACKED = 400 * 1024**2
MAX_SMALL_PART = 16 * 1024**2
MAX_ENTRIES = 2_000
OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP_MAGIC = b"PK\x03\x04"
# A password turns the whole package into this stream of an OLE file.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LOCAL_HEADER = 30
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError)


class Package:
    """An open package. Every method raises FileRefused when what it reads is damaged."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {entry.filename.lower(): entry for entry in archive.infolist()}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    def read(self, name: str, limit: int = MAX_SMALL_PART) -> bytes:
        """The whole of a part that is small by its nature."""
        entry = self._entry(name)
        if entry.file_size > limit:
            raise FileRefused("hostile_workbook", f"{entry.file_size} bytes in one part")
        return b"".join(self.stream(name, limit))

    def stream(self, name: str, chunk: int) -> Iterator[bytes]:
        """A part in pieces; the last one comes only after the CRC was found right."""
        try:
            with self._archive.open(self._entry(name)) as part:
                yield from _pieces(part, chunk)
        except _BROKEN as error:
            raise FileRefused("damaged_workbook", type(error).__name__) from None

    def _entry(self, name: str) -> zipfile.ZipInfo:
        found = self._names.get(name.lower())
        if found is None:
            raise FileRefused("damaged_workbook", "a part is missing")
        return found


@contextmanager
def open_package(path: Path) -> Iterator[Package]:
    """The package in a file. Raises FileRefused for anything but a plain, modest zip."""
    _check_kind(path)
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as error:
        raise FileRefused("damaged_workbook", type(error).__name__) from None
    with archive:
        _check_directory(archive.infolist())
        yield Package(archive)


def relative_target(base: str, target: str) -> str:
    """The part that a relationship of the part `base` points at."""
    joined = posixpath.join("/", posixpath.dirname(base), target)
    return posixpath.normpath(joined).lstrip("/")


def _pieces(part: IO[bytes], chunk: int) -> Iterator[bytes]:
    while piece := part.read(chunk):
        yield piece


def _check_kind(path: Path) -> None:
    """What the first bytes say the file is: a wrong ending is common and deserves advice."""
    with path.open("rb") as handle:
        start = handle.read(len(OLE_MAGIC))
        if start.startswith(_ZIP_MAGIC):
            if path.stat().st_size > MAX_FILE:
                raise FileRefused("hostile_workbook", "too large")
            return
        if start == OLE_MAGIC:
            is_encrypted = _ENCRYPTED in handle.read(MAX_FILE)
            raise FileRefused("password_protected" if is_encrypted else "unsupported_format")
    raise FileRefused("damaged_workbook" if start.startswith(b"PK") else "not_a_workbook")


def _check_directory(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise FileRefused("hostile_workbook", "zip size")
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused("password_protected")
    names = [entry.filename.lower() for entry in entries]
    if len(set(names)) < len(names) or not all(map(_is_plain, entries)):
        raise FileRefused("hostile_workbook", "zip entries")
    ends = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < ends:
            raise FileRefused("hostile_workbook", "zip entries overlap")
        ends = entry.header_offset + _LOCAL_HEADER + len(entry.filename) + entry.compress_size


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename
    leads_out = ".." in name.split("/") or name.startswith("/") or "\\" in name or ":" in name
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    usual = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return usual and not leads_out and not is_link
