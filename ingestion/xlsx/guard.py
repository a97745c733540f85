"""Reads .xlsx and .xlsm workbooks in a guarded child process; `ingestion.xlsx` does the reading.

A few kilobytes can unpack to gigabytes, and a parser may abort its process: so nothing here opens
a workbook in this one. A file that is too much for the child's time or memory is refused.
"""

from __future__ import annotations

import io
import json
import logging
import os
import selectors
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from ingestion.reasons import FileRefused, Reason
from ingestion.tables import Table

_LOG = logging.getLogger(__name__)
# Writable memory of the child; its libraries map some 0.2 GiB that count as resident besides.
MAX_MEMORY = 768 * 1024**2
MAX_SECONDS = 8.0
# A new child imports its libraries first.
_START_SECONDS = 30.0
_PIPE_BYTES = 1024**2
_LINE_BYTES = 4096
_ROOT = Path(__file__).parents[2]
_CHILD_SETTINGS = {
    "PYTHONPATH": str(_ROOT),
    "POLARS_MAX_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # memory that one book needed is kept for the next: giving it back costs a tenth of the time
    "MALLOC_TRIM_THRESHOLD_": str(2 * 1024**3),
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024**2),
}


@dataclass
class WorkbookWorker:
    """One child process, started when first needed and again after a death; a context manager."""

    max_seconds: float = MAX_SECONDS
    max_memory: int = MAX_MEMORY
    _child: _Child | None = field(default=None, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def read(self, path: Path) -> Table:
        """The one table of a workbook.

        Raises FileRefused for what the child refuses (none, several tables, …), and when it dies
        or is too slow.
        """
        with self._lock:
            self._child = self._child or _Child(self.max_memory)
            answer = self._child.ask(path, self.max_seconds)
            if answer is None:
                self._stop()
                raise FileRefused("hostile_workbook")
        if isinstance(answer, Reason):
            raise _refused(answer)
        return answer

    @property
    def child_id(self) -> int | None:
        """The process that opens workbooks now, if one runs."""
        return self._child.process_id if self._child is not None else None

    def close(self) -> None:
        with self._lock:
            self._stop()

    def __enter__(self) -> WorkbookWorker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _stop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None


class _Child:
    """The process behind a pipe that is never waited for longer than a deadline."""

    def __init__(self, max_memory: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "ingestion.xlsx.worker", str(max_memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            pipesize=_PIPE_BYTES,
            env={**os.environ, **_CHILD_SETTINGS},
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self.process_id = self._process.pid
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        self._received = bytearray()
        self._is_ready = self._line(time.monotonic() + _START_SECONDS) is not None

    def ask(self, path: Path, seconds: float) -> Table | Reason | None:
        """The table or the refusal; None when there was no answer in time."""
        deadline = time.monotonic() + seconds
        try:
            self._stdin.write(json.dumps(str(path)).encode() + b"\n")
        except BrokenPipeError:
            return None
        line = self._line(deadline) if self._is_ready else None
        if line is None:
            return None
        answer: dict[str, Any] = json.loads(line)
        if "cause" in answer:
            _LOG.warning("%s: %s", path.name, answer["cause"])
        if "refusal" in answer:
            return Reason(**answer["refusal"])
        sizes = answer["sizes"]
        content = self._exactly(sum(sizes.values()), deadline)
        if content is None:
            return None
        frames: dict[str, Any] = {}
        for name, size in sizes.items():
            frames[name] = pl.read_ipc_stream(io.BytesIO(content[:size]))
            content = content[size:]
        frames["numbers"] = frames["numbers"].to_series()
        facts = answer["facts"]
        return Table(
            **{**facts, "header": tuple(facts["header"]), "notes": tuple(facts["notes"])}, **frames
        )

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _line(self, deadline: float) -> bytes | None:
        while b"\n" not in self._received:
            piece = os.read(self._stdout.fileno(), _LINE_BYTES) if self._waits(deadline) else b""
            if not piece:
                return None
            self._received += piece
        line, _, rest = self._received.partition(b"\n")
        self._received = rest
        return bytes(line)

    def _exactly(self, size: int, deadline: float) -> memoryview | None:
        """The next bytes, written where they stay: tables are large."""
        content = memoryview(bytearray(size))
        filled = min(len(self._received), size)
        content[:filled] = self._received[:filled]
        del self._received[:filled]
        while filled < size:
            got = (
                os.readv(self._stdout.fileno(), [content[filled:]]) if self._waits(deadline) else 0
            )
            if not got:
                return None
            filled += got
        return content

    def _waits(self, deadline: float) -> bool:
        """Whether something, be it the end, is there to be read before the deadline."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._stdout, selectors.EVENT_READ)
            return bool(selector.select(max(deadline - time.monotonic(), 0)))


def _refused(found: Reason) -> FileRefused:
    refused = FileRefused(found.code)
    refused.reason = found
    return refused
