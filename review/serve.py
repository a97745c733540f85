"""`python -m review.serve --home PATH`: the desk on this machine."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.core.servers.basehttp import run
from django.core.wsgi import get_wsgi_application

from review.settings import settings_for


def configure(home: Path) -> None:
    """Set Django up for one TEIKEI_HOME and bring the decision database up to date.

    Once a process: Django's settings cannot be changed afterwards.
    """
    settings.configure(**settings_for(home.resolve()))
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def main(home: Path, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until interrupted. The desk has no log-in yet, so it listens on this machine only."""
    # The decision log and its export name people: only the account that runs the desk reads them.
    os.umask(0o077)
    configure(home)
    print(f"審査デスク http://{host}:{port}/  (Ctrl-C で終了)", flush=True)
    try:
        run(host, port, get_wsgi_application(), threading=True)
    except KeyboardInterrupt:
        print()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m review.serve", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="TEIKEI_HOME")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    return parser.parse_args()


if __name__ == "__main__":
    arguments = _arguments()
    main(arguments.home, arguments.host, arguments.port)
