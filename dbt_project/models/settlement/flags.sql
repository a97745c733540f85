-- One row per flag (検知フラグ), `rule_id:subject_id`, over all nights. A flag that is no longer hit
-- stays open until it is decided.
with flags as (

    select * from {{ ref('int_flags_decided') }}

),

line_scopes as (

    select * from {{ ref('int_ledger_line_scopes') }}

),

rules as (

    select * from {{ ref('int_rules_trusted') }}

),

due as (

    select
        line_key,
        min(agreed_due_on) as due_on,
        sum(amount_yen) as unpaid_yen
    from {{ ref('payment_deadlines') }}
    where amount_yen > 0
    group by line_key

),

night as (

    select * from {{ ref('stg_run__night') }}

),

yen_by_scope as (

    select
        line_scopes.scope,
        line_scopes.scope_id,
        sum(line_scopes.posted_yen) as posted_yen,
        sum(due.unpaid_yen) as unpaid_yen,
        min(due.due_on) as due_on
    from line_scopes
    left join due on line_scopes.line_key = due.line_key
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

placed as (

    select
        *,
        row_number() over (
            order by is_closed asc, urgency desc, confirm_probability desc, flag_id asc
        ) as queue_place
    from weighed

),

final as (

    select
        flags.flag_id,
        flags.rule_id,
        flags.rule_version,
        flags.subject_kind,
        flags.subject_id,
        flags.partner_id,
        flags.lead_id,
        flags.contract_id,
        flags.observed_value,
        flags.bound,
        flags.case_count,
        flags.expected_rate,
        flags.peer_count,
        flags.severity,
        flags.hold_scope,
        flags.first_seen_on,
        flags.last_seen_on,
        flags.evidence_rows,
        flags.evidence_digest,
        flags.status_reason,
        flags.is_holding,
        flags.decision_id,
        flags.verdict,
        flags.money_action,
        flags.decided_at,
        placed.confirm_probability,
        placed.due_on,
        placed.queue_place,
        cast(coalesce(placed.posted_yen, 0) as bigint) as yen_at_risk,
        cast(coalesce(placed.unpaid_yen, 0) as bigint) as unpaid_yen,
        flags.known_at = night.known_at as is_current,
        case when flags.is_closed then 'closed' else 'open' end as status
    from flags
    inner join placed on flags.flag_id = placed.flag_id
    cross join night

)

select * from final
