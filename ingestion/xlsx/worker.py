"""The child process that opens workbooks: a hostile one can only kill this, never the night.

Run as `python -P -m ingestion.xlsx.worker <bytes of memory>`. Says `ready`, then reads one
path a line (JSON); answers one JSON line: a refusal, or the facts of a table and the sizes of the
Arrow streams of its frames, which follow on the same pipe; frames that say nothing are left out.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from pathlib import Path
from typing import Any

import polars as pl

from ingestion.headers import known_headers
from ingestion.reasons import FileRefused, reason
from ingestion.tables import Table
from ingestion.xlsx.tables import find_table
from ingestion.xlsx.workbook import open_workbook

FRAMES = ("rows", "problems", "unread", "warnings", "numbers")
FACTS = ("header", "notes", "encoding", "ignored", "is_workbook", "dialect")


def main() -> None:
    limit = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.buffer.write(b"ready\n")
    sys.stdout.buffer.flush()
    for line in sys.stdin:
        answer, frames = _answer(Path(json.loads(line)))
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(frames))
        sys.stdout.buffer.flush()


def _answer(path: Path) -> tuple[dict[str, Any], list[bytes]]:
    try:
        table = find_table(open_workbook(path), known_headers())
    except FileRefused as refused:
        # the sentence says what to do, the detail of damage only which parser met it
        is_plain = refused.reason.code == "damaged_workbook"
        found = reason(refused.reason.code) if is_plain else refused.reason
        return {"refusal": vars(found)}, []
    except BaseException as error:  # a Rust panic is not an Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        # its kind is for the log; the payload of the file can be in the message
        return {"refusal": vars(reason("hostile_workbook")), "cause": type(error).__name__}, []
    frames = {name: _stream(table, name) for name in FRAMES if not _goes_unsaid(table, name)}
    facts = {name: getattr(table, name) for name in FACTS}
    sizes = {name: len(frame) for name, frame in frames.items()}
    return {"facts": facts, "sizes": sizes}, list(frames.values())


def _goes_unsaid(table: Table, name: str) -> bool:
    """Whether the frame is what a `Table` has anyway."""
    return name in ("problems", "warnings") and getattr(table, name).is_empty()


def _stream(table: Table, name: str) -> bytes:
    found = getattr(table, name)
    frame = found.to_frame() if isinstance(found, pl.Series) else found
    buffer = io.BytesIO()
    frame.write_ipc_stream(buffer)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
