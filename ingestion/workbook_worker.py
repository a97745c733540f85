"""The child process that opens workbooks: a hostile one can only kill this, never the night.

Runs as a script of its own, `python -I workbook_worker.py <bytes of memory>`, and imports nothing
of this project. Reads one JSON line a request, `{"path", "folder", "max_rows"}`; writes each
visible sheet's cells as text into `folder` and answers one JSON line `{"sheets": [...]}` or
`{"error": ...}`.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl


def main() -> None:
    limit = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line))), flush=True)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"sheets": _read(Path(request["path"]), Path(request["folder"]))}
    except (Exception, MemoryError) as error:
        # the payload of the file can be in the message
        return {"error": f"{type(error).__name__}: {str(error)[:200]}"}
    except BaseException as error:  # a Rust panic is not an Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return {"error": type(error).__name__}


def _read(path: Path, folder: Path) -> list[str]:
    reader = fastexcel.read_excel(path)
    written: list[str] = []
    for place, name in enumerate(reader.sheet_names):
        sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        if sheet.visible != "visible" or sheet.width == 0:
            continue
        cells = sheet.to_polars()
        target = folder / f"{place}.arrow"
        cells.columns = [str(column) for column in range(cells.width)]
        cells.select(pl.all().cast(pl.String).fill_null("")).write_ipc(target)
        written.append(str(target))
    return written


if __name__ == "__main__":
    main()
