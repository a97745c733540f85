"""The decision log, and triggers that keep it append-only against any other program too."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

TABLE = "desk_decision"
_SQLITE = """
create trigger {table}_no_{verb} before {verb} on {table}
begin select raise(abort, 'decisions are append-only'); end
"""
_POSTGRESQL = """
create or replace function {table}_refuse() returns trigger language plpgsql as
$$ begin raise exception 'decisions are append-only'; end $$;
create trigger {table}_no_{verb} before {verb} on {table}
for each row execute function {table}_refuse()
"""


def refuse_changes(apps: Any, schema_editor: Any, table: str = TABLE) -> None:
    statement = _SQLITE if schema_editor.connection.vendor == "sqlite" else _POSTGRESQL
    for verb in ("update", "delete"):
        schema_editor.execute(statement.format(table=table, verb=verb), params=None)


class Migration(migrations.Migration):  # type: ignore[misc]
    initial = True
    dependencies = ()
    operations = (
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("decision_id", models.CharField(max_length=40, unique=True)),
                ("flag_id", models.CharField(max_length=300, db_index=True)),
                ("evidence_seen", models.CharField(max_length=64, blank=True)),
                ("verdict", models.CharField(max_length=24)),
                ("money_action", models.CharField(max_length=16, blank=True)),
                ("decided_by", models.CharField(max_length=100)),
                ("second_by", models.CharField(max_length=100, blank=True)),
                ("decided_at", models.DateTimeField()),
                ("reason_code", models.CharField(max_length=64, blank=True)),
                ("note", models.TextField(blank=True)),
            ],
            options={"ordering": ("id",)},
        ),
        migrations.RunPython(refuse_changes, migrations.RunPython.noop),
    )
