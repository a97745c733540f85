-- One row per flag with the decision that covers its present evidence, and whether it still holds
-- money. Only a decision ends a hold: one that releases or finds nothing wrong; one
-- that means to move money and cannot decides nothing: it lacks a second person, a clause, a deal.
with flags as (

    select * from {{ ref('int_flags_latest') }}

),

decisions as (

    select * from {{ ref('int_decisions_latest') }}

),

decisions_counted as (

    select
        flag_id,
        count(*) as decision_count,
        sum(case when seen_digest = '' then 1 else 0 end) as blind_count
    from decisions
    group by flag_id

),

judged as (

    select
        flags.*,
        decisions.decision_id,
        decisions.verdict,
        decisions.money_action,
        decisions.decided_at,
        coalesce(
            decisions.verdict in (
                'confirmed', 'policy_breach', 'suspicious_unproven', 'false_positive', 'data_error'
            ) and decisions.void_reason is null, false
        ) as is_closed,
        case
            when decisions.verdict in ('escalate', 'ask_partner') then 'undecided'
            when decisions.void_reason is not null then decisions.void_reason
            when decisions.decision_id is not null then 'decided'
            when decisions_counted.flag_id is null then 'no_decision'
            when decisions_counted.blind_count = decisions_counted.decision_count
                then 'decision_without_evidence'
            else 'new_evidence'
        end as status_reason
    from flags
    left join decisions
        on
            flags.flag_id = decisions.flag_id
            and flags.evidence_digest = decisions.seen_digest
    left join decisions_counted on flags.flag_id = decisions_counted.flag_id

),

final as (

    select
        flag_id,
        rule_id,
        rule_version,
        opening_version,
        subject_kind,
        subject_id,
        partner_id,
        lead_id,
        contract_id,
        observed_value,
        bound,
        severity,
        hold_scope,
        evidence_rows,
        evidence_digest,
        family,
        case_count,
        expected_rate,
        peer_count,
        known_at,
        scope,
        scope_id,
        first_seen_on,
        last_seen_on,
        decision_id,
        verdict,
        money_action,
        decided_at,
        is_closed,
        status_reason,
        hold_scope <> 'none'
        and not (
            is_closed
            and coalesce(
                money_action,
                case when verdict in ('false_positive', 'data_error') then 'release' end,
                'withhold'
            ) = 'release'
        ) as is_holding
    from judged

)

select * from final
