-- One row per flag and earlier night that raised it; a rerun of this night does not see its own.
{{ config(materialized='view') }}

with known as (

    select *
    from {{ source('lake', 'flags_before') }}
    where known_at < (select night.known_at from {{ ref('stg_run__night') }} as night)

),

final as (

    select
        flag_id,
        rule_id,
        subject_kind,
        subject_id,
        partner_id,
        lead_id,
        contract_id,
        hold_scope,
        evidence_digest,
        known_at
    from known

)

select * from final
