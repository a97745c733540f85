"""YAML whose keys stand once: PyYAML keeps the last of two silently, and a mapping is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from ingestion.crm.errors import CrmSetupError


class _Loader(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for key in keys:
            if keys.count(key) > 1:
                line = node.start_mark.line + 1
                raise CrmSetupError(f"{key}: stands twice below line {line}; keep one")
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """Raises CrmSetupError for a repeated key, YAMLError for what is no YAML."""
    return yaml.load(path.read_text("utf-8"), _Loader)
