-- One row per flag and night that raised it.
with known as (

    select *
    from {{ source('lake', 'flags') }}
    where known_at <= (select night.known_at from {{ ref('stg_run__night') }} as night)

),

final as (

    select
        flag_id,
        rule_id,
        rule_version,
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
        night_id,
        known_at
    from known

)

select * from final
