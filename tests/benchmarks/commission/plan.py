"""The rows of a large channel, written over the inputs of the commission models in a warehouse.

5,000 partners, 1,000 of them upper ones; contracts of two years, closing on the month end or the
20th; a tiered (slab, by month) one-off commission with linear clawback, a product's own price at
half of the partners, twelve recurring months (at a fifth of the partners only when collected), an
override with full clawback, and a window cap at a tenth of the partners.
"""

from __future__ import annotations

import duckdb

LAST_DAY = "2026-10-31"
_KNOWN = f"timestamp '{LAST_DAY} 15:00:00'"
_SIGNED = "timestamp '2024-01-01'"
_CONTRACT = f"""
    select
        'C' || lpad(i::varchar, 8, '0') as id,
        (hash(i, 1) % 5000)::int as p,
        'PR' || hash(i, 2) % 10 as product,
        date '2024-11-01' + (hash(i, 3) % 729)::int as day,
        100000 + (hash(i, 4) % 900001)::bigint as initial,
        1000 + (hash(i, 5) % 49001)::bigint as monthly,
        case when hash(i, 6) % 100 < 8 then date '2024-11-01' + (hash(i, 3) % 729)::int + 20
            + (hash(i, 7) % 340)::int end as ending,
        case when ending <= date '{LAST_DAY}' then ending end as gone
    from range($contracts) as r(i)
"""
_PARTNER = """
    select i as p, case when i >= 1000 then i % 1000 end as parent,
        case when i % 5 = 0 then 20 else 31 end as closing
    from range(5000) as r(i)
"""
_TERM = """
    select p, 'B' as k, null as product, null as months, 'count' as measure, null as payee,
        100000 as ppm, 'linear' as method, 12 as kept_months, null as collected,
        case when p % 10 = 0 then 3000000 end as cap from partner
    union all
    select p, 'R', null, 12, null, null, 50000, 'none', null, p % 5 = 1, null from partner
    union all
    select p, 'S', 'PR3', null, null, null, 120000, 'linear', 12, null, null
    from partner where p % 2 = 0
    union all
    select p, 'O', null, null, null, 'parent', 20000, 'full', 6, null, null
    from partner where p < 1000
"""
_FEE = """
    select *, unnest(range(12))::int as k, (day + to_months(k))::date as due from contract
    where p % 5 = 1
"""
# relation → (source, column → expression); every other column is empty
_INPUTS: dict[str, tuple[str, dict[str, str]]] = {
    "staging.stg_crm__agreements": (
        "partner",
        {
            "agreement_id": "'A' || p",
            "version": "1",
            "partner_id": "'P' || p",
            "effective_from": "date '2024-01-01'",
            "closing_day": "closing",
            "known_at": _SIGNED,
        },
    ),
    "staging.stg_crm__partner_versions": (
        "partner",
        {
            "partner_id": "'P' || p",
            "parent_partner_id": "'P' || parent",
            "is_deleted": "false",
            "version_at": _SIGNED,
            "known_at": _SIGNED,
            "file_name": "'f'",
            "row_number": "p",
        },
    ),
    "staging.stg_crm__commission_terms": (
        "term",
        {
            "term_id": "'T' || p || k",
            "agreement_id": "'A' || p",
            "agreement_version": "1",
            "product_id": "product",
            "stage": "'contract'",
            "basis": "'rate'",
            "base_amount": "case when k = 'R' then 'monthly' else 'initial' end",
            "rate_ppm": "ppm",
            "recurring_months": "months",
            "requires_collection": "collected",
            "tier_measure": "measure",
            "tier_window": "'month'",
            "tier_mode": "'slab'",
            "cap_window_yen": "cap",
            "maturation_days": "30",
            "clawback_method": "method",
            "clawback_months": "kept_months",
            "payee": "payee",
            "proposed_by": "'a'",
            "approved_by": "'b'",
            "approved_on": "date '2024-01-01'",
            "known_at": _SIGNED,
        },
    ),
    "staging.stg_crm__commission_tiers": (
        "partner cross join (values (0, 100000), (10, 120000), (20, 150000)) as b(f, ppm)",
        {"term_id": "'T' || p || 'B'", "from_value": "f", "rate_ppm": "ppm", "known_at": _SIGNED},
    ),
    "marts.fct_funnel_events": (
        "contract",
        {
            "funnel_event_id": "'contract:' || id",
            "deal_id": "id",
            "contract_id": "id",
            "stage": "'contract'",
            "occurred_on": "day",
            "channel": "'partner'",
            "partner_id": "'P' || p",
            "product_id": "product",
            "initial_yen": "initial",
            "monthly_yen": "monthly",
            "term_months": "24",
            "is_confirmed": "true",
            "known_at": _KNOWN,
        },
    ),
    "intermediate.int_contracts_united": (
        "contract",
        {
            "contract_id": "id",
            "is_in_crm": "true",
            "channel": "'partner'",
            "partner_id": "'P' || p",
            "product_id": "product",
            "contracted_on": "day",
            "starts_on": "day",
            "term_months": "24",
            "initial_yen": "initial",
            "monthly_yen": "monthly",
            "cancelled_on": "gone",
            "known_at": _KNOWN,
        },
    ),
    "intermediate.int_cancellations": (
        "(from contract where gone is not null)",
        {"contract_id": "id", "cancelled_on": "gone"},
    ),
    "staging.stg_crm__collections": (
        "fee",
        {
            "collection_id": "id || k",
            "contract_id": "id",
            "due_on": "due + 3",
            "collected_on": f"case when hash(id, k) % 20 < 19 and due + 20 <= date '{LAST_DAY}' "
            "then due + 20 end",
            "amount_yen": "monthly",
            "known_at": _KNOWN,
        },
    ),
}


def write_inputs(connection: duckdb.DuckDBPyConnection, contracts: int) -> None:
    """Put the rows of the plan in the place of the models' inputs."""
    connection.execute("create temp table partner as " + _PARTNER)
    connection.execute("create temp table contract as " + _CONTRACT, {"contracts": contracts})
    connection.execute("create temp table term as " + _TERM)
    connection.execute("create temp table fee as " + _FEE)
    for relation, (source, given) in _INPUTS.items():
        _replace(connection, relation, source, given)


def post(connection: duckdb.DuckDBPyConnection) -> None:
    """What the night posted becomes what was posted before."""
    connection.execute(
        "insert into staging.stg_ledger__postings_before by name from intermediate.postings_due"
    )


def correct_one_percent(connection: duckdb.DuckDBPyConnection) -> None:
    """The next night: 1 % of the contracts are worth 1,000 yen more."""
    for table in ("intermediate.int_contracts_united", "marts.fct_funnel_events"):
        connection.execute(
            f"update {table} set initial_yen = initial_yen + 1000, "
            f"known_at = {_KNOWN} + to_days(1) where hash(contract_id) % 100 = 0"
        )
    connection.execute(
        f"update staging.stg_run__night set night_id = '{LAST_DAY}#2', "
        f"known_at = {_KNOWN} + to_days(1)"
    )


def _replace(
    connection: duckdb.DuckDBPyConnection, relation: str, source: str, given: dict[str, str]
) -> None:
    """A relation as a table with the same columns, whatever it was."""
    columns = connection.sql(f"select column_name, column_type from (describe {relation})")
    chosen = ", ".join(
        f"cast({given.get(name, 'null')} as {kind}) as {name}" for name, kind in columns.fetchall()
    )
    schema, name = relation.split(".")
    connection.execute(f"create temp table filled as select {chosen} from {source}")
    found = connection.sql(
        "select table_type from information_schema.tables "
        f"where table_schema = '{schema}' and table_name = '{name}'"
    ).fetchall()
    connection.execute(f"drop {'view' if found == [('VIEW',)] else 'table'} {relation}")
    connection.execute(f"create table {relation} as from filled")
    connection.execute("drop table filled")
