"""Decisions, append-only: a change of mind is a new decision (DOMAIN §6)."""

from __future__ import annotations

from typing import Any

from django.db import models


class AppendOnlyError(RuntimeError):
    """Somebody tried to change or delete a decision."""


class DecisionQuerySet(models.QuerySet):  # type: ignore[misc]
    """Decisions can be read and added."""

    def update(self, **kwargs: Any) -> int:
        raise AppendOnlyError("decisions are never updated")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError("decisions are never deleted")


class Decision(models.Model):  # type: ignore[misc]
    """One verdict by a person on one flag, and on the evidence rows that it saw.

    The database refuses updates and deletes too (a trigger, migration 0001).
    """

    decision_id = models.CharField(max_length=40, unique=True)
    flag_id = models.CharField(max_length=300, db_index=True)
    evidence_seen = models.CharField(max_length=64, blank=True)
    verdict = models.CharField(max_length=24)
    money_action = models.CharField(max_length=16, blank=True)
    decided_by = models.CharField(max_length=100)
    second_by = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField()
    reason_code = models.CharField(max_length=64, blank=True)
    note = models.TextField(blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ("id",)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError("decisions are never updated")
        super().save(force_insert=True)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError("decisions are never deleted")
