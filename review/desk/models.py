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


class Logged(models.Model):  # type: ignore[misc]
    """A line of a log: who decided, when. The database refuses updates and deletes too
    (triggers of the migrations).
    """

    decision_id = models.CharField(max_length=40, unique=True)
    decided_by = models.CharField(max_length=100)
    decided_at = models.DateTimeField()
    note = models.TextField(blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ("id",)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError("decisions are never updated")
        super().save(force_insert=True)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError("decisions are never deleted")


class Decision(Logged):
    """One verdict by a person on one flag or blind check, and on the evidence that it saw."""

    flag_id = models.CharField(max_length=300, db_index=True)
    evidence_seen = models.CharField(max_length=64, blank=True)
    verdict = models.CharField(max_length=24)
    money_action = models.CharField(max_length=16, blank=True)
    second_by = models.CharField(max_length=100, blank=True)
    reason_code = models.CharField(max_length=64, blank=True)


class IdentityDecision(Logged):
    """One word of a person on whether two records are one customer; the smaller record first."""

    first_record = models.CharField(max_length=300, db_index=True)
    second_record = models.CharField(max_length=300)
    verdict = models.CharField(max_length=8)
