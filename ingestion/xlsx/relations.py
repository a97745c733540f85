"""How the parts of a package point at each other."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.xlsx.markup import Element, elements
from ingestion.xlsx.package import Package, relative_target


@dataclass(frozen=True)
class Relations:
    """What a part points at inside its package: id → (kind, part)."""

    by_id: dict[str, tuple[str, str]]

    def one(self, kind: str) -> str | None:
        return next((part for known, part in self.by_id.values() if known == kind), None)


def related(package: Package, part: str) -> Relations:
    """The relations of a part. Raises FileRefused when they are missing or damaged."""
    found = elements(package.read(relations_of(part)))
    return Relations(
        {
            each.attributes.get("Id", ""): (
                kind_of(each),
                relative_target(part, each.attributes.get("Target", "")),
            )
            for each in found
            if each.name == "Relationship" and each.attributes.get("TargetMode") != "External"
        }
    )


def relations_of(part: str) -> str:
    """The name of the part that holds the relations of another."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels".lstrip("/")


def kind_of(relationship: Element) -> str:
    return relationship.attributes.get("Type", "").rpartition("/")[2]
