"""The log of words on who is one customer, append-only like the decisions."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.db import migrations, models

_FIRST = import_module("review.desk.migrations.0001_decisions")


def refuse_changes(apps: Any, schema_editor: Any) -> None:
    _FIRST.refuse_changes(apps, schema_editor, "desk_identitydecision")


class Migration(migrations.Migration):  # type: ignore[misc]
    dependencies = (("desk", "0001_decisions"),)
    operations = (
        migrations.CreateModel(
            name="IdentityDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("decision_id", models.CharField(max_length=40, unique=True)),
                ("decided_by", models.CharField(max_length=100)),
                ("decided_at", models.DateTimeField()),
                ("note", models.TextField(blank=True)),
                ("first_record", models.CharField(db_index=True, max_length=300)),
                ("second_record", models.CharField(max_length=300)),
                ("verdict", models.CharField(max_length=8)),
            ],
            options={"ordering": ("id",), "abstract": False},
        ),
        migrations.RunPython(refuse_changes, migrations.RunPython.noop),
    )
