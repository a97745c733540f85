-- One row per flag (検知フラグ), `rule_id:subject_id`, over all nights. A flag that is no longer hit
-- stays open until it is decided.
with flags as (

    select * from {{ ref('int_flags_decided') }}

),

line_scopes as (

    select * from {{ ref('int_ledger_line_scopes') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

yen_by_scope as (

    select
        scope,
        scope_id,
        sum(posted_yen) as posted_yen
    from line_scopes
    group by scope, scope_id

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
        cast(coalesce(yen_by_scope.posted_yen, 0) as bigint) as yen_at_risk,
        flags.known_at = night.known_at as is_current,
        case when flags.is_closed then 'closed' else 'open' end as status
    from flags
    left join yen_by_scope
        on flags.scope = yen_by_scope.scope and flags.scope_id = yen_by_scope.scope_id
    cross join night

)

select * from final
