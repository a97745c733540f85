-- One row per flag (検知フラグ), `rule_id:subject_id`, over all nights. A flag that is no longer hit
-- stays open until it is decided.
with flags as (

    select * from {{ ref('int_flags_decided') }}

),

placed as (

    select * from {{ ref('int_flags_placed') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

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
        placed.unpaid_yen as yen_at_risk,
        placed.posted_yen,
        flags.known_at = night.known_at as is_current,
        case when flags.is_closed then 'closed' else 'open' end as status
    from flags
    inner join placed on flags.flag_id = placed.flag_id
    cross join night

)

select * from final
