"""A small demonstration company, and nights run as a user runs them: by the command."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from ingestion import demo

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[demo.Delivery]]:
    """The deliveries of a company of 1,500 leads, and the folder they were written to."""
    folder = tmp_path_factory.mktemp("company")
    (folder / "inbox").mkdir()
    return folder, demo.write_company(folder / "inbox", folder / "truth.csv", leads=1_500)


@pytest.fixture(scope="session")
def teikei() -> Command:
    """Run `teikei …` on a home in a process of its own."""

    def run(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "orchestration.cli", *arguments],
            env=os.environ | {"TEIKEI_HOME": str(home)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def digests() -> Callable[[Path], dict[str, str]]:
    """Mart → digest of its published rows, whatever their order in the file."""

    def digest(home: Path) -> dict[str, str]:
        found = {}
        for path in sorted((home / "published" / "parquet").glob("*.parquet")):
            with duckdb.connect() as connection:
                rows = connection.sql(
                    f"select md5(coalesce(string_agg(row_md5, ',' order by row_md5), '')) from "
                    f"(select md5(cast(t as varchar)) as row_md5 from '{path}' as t)"
                ).fetchall()
            found[path.stem] = rows[0][0]
        return found

    return digest


@pytest.fixture(scope="session")
def new_home() -> Callable[[Path, Path], Path]:
    """A home with the secrets of another: keyed hashes can then be compared."""

    def make(path: Path, secrets_of: Path) -> Path:
        path.mkdir(parents=True)
        shutil.copytree(secrets_of / "secrets", path / "secrets")
        return path

    return make
