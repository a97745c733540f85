-- One row per flag (確認の順番): its place in the reviewers' queue, by the chance that it is confirmed ×
-- the unpaid yen in its reach × the nearness of their due date; decided ones come last.
with flags as (

    select * from {{ ref('int_flags_decided') }}

),

line_scopes as (

    select * from {{ ref('int_ledger_line_scopes') }}

),

rules as (

    select * from {{ ref('int_rules_trusted') }}

),

unpaid as (

    select * from {{ ref('int_lines_unpaid') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

yen_by_scope as (

    select
        line_scopes.scope,
        line_scopes.scope_id,
        sum(line_scopes.posted_yen) as posted_yen,
        sum(unpaid.unpaid_yen) as unpaid_yen,
        min(unpaid.due_on) as due_on
    from line_scopes
    left join unpaid on line_scopes.line_key = unpaid.line_key
    group by line_scopes.scope, line_scopes.scope_id

),

-- A flag whose yen are due today counts in full, one due in a month by half.
weighed as (

    select
        flags.flag_id,
        flags.is_closed,
        rules.confirm_probability,
        yen_by_scope.posted_yen,
        yen_by_scope.unpaid_yen,
        yen_by_scope.due_on,
        rules.confirm_probability * coalesce(yen_by_scope.unpaid_yen, 0)
        * 30.0 / (30.0 + greatest(coalesce(yen_by_scope.due_on - night.business_day, 0), 0))
            as urgency
    from flags
    inner join rules on flags.rule_id = rules.rule_id
    left join yen_by_scope
        on flags.scope = yen_by_scope.scope and flags.scope_id = yen_by_scope.scope_id
    cross join night

),

final as (

    select
        flag_id,
        confirm_probability,
        due_on,
        cast(coalesce(posted_yen, 0) as bigint) as posted_yen,
        cast(coalesce(unpaid_yen, 0) as bigint) as unpaid_yen,
        row_number() over (
            order by is_closed asc, urgency desc, confirm_probability desc, flag_id asc
        ) as queue_place
    from weighed

)

select * from final
