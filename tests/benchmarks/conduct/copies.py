"""One judged company many times over: the same rows under other ids, contacts and names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

from tests.dbt_project.building import Recipe, Step

MODELS = Path(__file__).parents[3] / "dbt_project" / "models"
ROOMS = ("intermediate/conduct", "marts/conduct")
NAMED = re.compile(r'"teikei"\."(\w+)"\."(\w+)"')
# What tells one record, person or firm from another; everything else is the same in every copy.
OWN = re.compile(
    r"(_id|_hash|_key|_ref|_account|_sha256|_name|_kana|^phone|^email|email_domain|^address|^subject"
    r"|corporate_number|invoice_number|hierarchy_path)$"
)
OWNERS = ("partner_id", "lead_id", "contract_id", "rep_id", "term_id", "uploader_id")
SHARED = {"product_id", "night_id", "file_name", "holiday_name"}


def conduct_steps(recipe: Recipe) -> list[Step]:
    """The statements of the conduct measures, in dbt's order."""
    names = {path.stem for room in ROOMS for path in (MODELS / room).glob("*.sql")}
    return [step for step in recipe.steps if step.kind == "model" and step.name in names]


def write_copies(recipe: Recipe, steps: Sequence[Step], company: Path, copies: int) -> None:
    """Fill the warehouse `recipe.file` with what `steps` read of `company`, `copies` times.

    Rows that are nobody's (seeds, products, closes of all partners) stand there once.
    """
    own = {step.name for step in steps}
    read = {found for step in steps for found in NAMED.findall(step.sql) if found[1] not in own}
    read.add(("marts", "dim_partners"))  # judging lists every partner
    with duckdb.connect() as connection:
        connection.execute(f"attach '{company}' as small (read_only)")
        connection.execute(f"attach '{recipe.file}' as teikei")
        connection.execute("set preserve_insertion_order = false; set threads = 2")
        connection.execute(
            "create temp table copies as select case place when 0 then '' else '~' || place end"
            " as mark, case place when 0 then '' else cast(place as varchar) end as digits"
            f" from range({copies}) as numbers (place)"
        )
        for schema, table in sorted(read):
            _copy(connection, schema, table)


def _copy(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> None:
    name = f'"{schema}"."{table}"'
    columns = connection.sql(f"describe small.{name}").fetchall()
    written = [_written(column, kind) for column, kind, *_ in columns]
    owners = [column for column, *_ in columns if column in OWNERS]
    for kind in ("table", "view"):
        query = f"select 1 from duckdb_{kind}s() where database_name = 'teikei' and {kind}_name = ?"
        if connection.execute(query, [table]).fetchall():
            connection.execute(f"drop {kind} teikei.{name} cascade")
    owned = f"coalesce({', '.join(owners)}) is not null" if owners else "false"
    source = f"small.{name} inner join copies on mark = '' or {owned}"
    connection.execute(f"create table teikei.{name} as select {', '.join(written)} from {source}")


def _written(column: str, kind: str) -> str:
    if column in SHARED or not OWN.search(column):
        return f'"{column}"'
    if column == "phone":  # it stays a number, and a run of numbers stays one
        return "regexp_replace(phone, '^[+]', '+' || digits) as phone"
    if kind == "VARCHAR":
        return f'"{column}" || mark as "{column}"'
    if kind == "VARCHAR[]":
        return f'list_transform("{column}", lambda part: part || mark) as "{column}"'
    return f'"{column}"'
