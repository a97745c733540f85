-- One row per flag (検知フラグ): its latest hit, when it was first and last seen, the part of the ledger
-- it concerns (its hold scope, else its subject), and the version of the rule that opened it: by
-- which it was first hit with its present evidence, which is what a decision is about.
with hits as (

    select * from {{ ref('stg_lake__flags') }}

),

ranked as (

    select
        *,
        min(known_at) over (partition by flag_id) as first_known_at,
        first_value(rule_version) over (
            partition by flag_id, evidence_digest order by known_at
        ) as opening_version,
        row_number() over (partition by flag_id order by known_at desc) as recency,
        {{ flag_scope() }} as scope
    from hits

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
        {{ flag_scope_id('scope') }} as scope_id,
        {{ business_day('first_known_at') }} as first_seen_on,
        {{ business_day('known_at') }} as last_seen_on
    from ranked
    where recency = 1

)

select * from final
