"""The desk's signing key: made once, kept in TEIKEI_HOME/secrets, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def load_secret_key(home: Path) -> str:
    """Read the key, making it first when there is none. 64 characters, file mode 0600."""
    path = home / "secrets" / "review.key"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii")
