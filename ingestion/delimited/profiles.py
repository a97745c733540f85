"""How a sender's delimited files are written, where that is agreed and need not be found out."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from ingestion.crm.errors import CrmSetupError
from ingestion.crm.yaml_text import read_yaml
from ingestion.delimited.encodings import ENCODINGS

_CHOICES: dict[str, tuple[str, ...]] = {
    "delimiter": (",", ";", "\t", "|", " ", ", ", "; "),
    "quote": ('"', "'", ""),
    "escape": ('"', "\\"),
    "encoding": ENCODINGS,
}
_MOST_LINES = 100


class ProfileError(ValueError):
    """What is wrong with the file of a profile, and at which key."""


@dataclass(frozen=True)
class Profile:
    """A declared dialect; what is None is found by evidence.

    `delimiter`: `,` `;` tab `|` space, `, ` or `; `. `quote`: `"`, `'`, or "" when nothing is
    quoted. `escape`: how a quote stands inside a quoted cell: `"` (doubled) or `\\`. `encoding`:
    one of `encodings.ENCODINGS`. `skip_lines`: lines before the header. `header_rows`: how many
    records name the columns; their cells are joined by a blank. `header`: the names, for senders
    whose files have none (then `header_rows` is 0).
    """

    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    encoding: str | None = None
    skip_lines: int | None = None
    header_rows: int | None = None
    header: tuple[str, ...] | None = None


def load_profile(path: Path) -> Profile:
    """The profile in a YAML file whose keys are those of `Profile`.

    Raises ProfileError, which names the key; what is not understood is never passed over.
    """
    try:
        values = read_yaml(path)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        where = getattr(error, "problem_mark", None)
        line = f" (line {where.line + 1})" if where is not None else ""
        raise ProfileError(f"no readable YAML{line}") from None
    except CrmSetupError as error:
        raise ProfileError(str(error)) from None
    if not isinstance(values, dict) or not values:
        raise ProfileError("must be lines of `key: value`")
    names = [field.name for field in fields(Profile)]
    for key, value in values.items():
        if key not in names:
            raise ProfileError(f"{key}: is not a key; there are {', '.join(names)}")
        if not _is_fit(key, value):
            raise ProfileError(f"{key}: must be {_allowed(key)}")
    names_given = values.get("header")
    return Profile(**values | ({} if names_given is None else {"header": tuple(names_given)}))


def _is_fit(key: str, value: Any) -> bool:
    if key in _CHOICES:
        return value in _CHOICES[key]
    if key == "header":
        texts = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return texts and bool(value) and all(value) and len(set(value)) == len(value)
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_LINES


def _allowed(key: str) -> str:
    if key == "header":
        return "a list of different names (numbers in quotes)"
    if key in _CHOICES:
        return "one of " + " ".join(repr(each) for each in _CHOICES[key])
    return f"a whole number from 0 to {_MOST_LINES}"
