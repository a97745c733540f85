"""Secrets of the CRM systems: from the environment or from files it names, and never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingestion.crm.errors import CrmSetupError

PREFIX = "TEIKEI_CRM_"
# A secret goes into a header: anything else there would be an injection, or an error message
# that repeats it.
_FIT = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True)
class Secret:
    """A text that no repr, log or error message repeats; `reveal` is for headers and bodies."""

    _value: str = field(repr=False)

    def reveal(self) -> str:
        return self._value

    def __str__(self) -> str:
        return "***"


def variable(system: str, name: str) -> str:
    """`TEIKEI_CRM_<SYSTEM>_<NAME>`; what is no letter or digit in a system's name is `_`."""
    return PREFIX + re.sub(r"[^A-Z0-9]", "_", f"{system}_{name}".upper())


def load_secrets(
    system: str, names: tuple[str, ...], environment: Mapping[str, str]
) -> dict[str, Secret]:
    """The secrets of one system. Raises CrmSetupError for one that is missing or unusable."""
    return {name: _load(variable(system, name), environment) for name in names}


def _load(name: str, environment: Mapping[str, str]) -> Secret:
    value, path = environment.get(name), environment.get(f"{name}_FILE")
    if value and path:
        raise CrmSetupError(f"{name} and {name}_FILE are both set; keep one of them")
    if path:
        value = _read(Path(path), name)
    if not value:
        raise CrmSetupError(f"set {name}, or {name}_FILE to the file that holds it")
    if not _FIT.fullmatch(value):
        raise CrmSetupError(f"{name} holds spaces or characters that no token has")
    return Secret(value)


def _read(path: Path, name: str) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CrmSetupError(
            f"the file named by {name}_FILE cannot be read ({type(error).__name__})"
        ) from None
