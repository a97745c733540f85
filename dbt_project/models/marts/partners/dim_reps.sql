-- One row per sales representative of a partner (担当者), without personal data.
with reps as (

    select * from {{ ref('int_partner_reps_united') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

final as (

    select
        reps.rep_id,
        reps.partner_id,
        reps.is_in_crm,
        reps.started_on,
        reps.ended_on,
        coalesce(reps.started_on <= night.business_day, true)
        and coalesce(reps.ended_on >= night.business_day, true) as is_active,
        reps.rep_name_hash,
        reps.email_hash,
        reps.phone_hash,
        reps.known_at
    from reps
    cross join night

)

select * from final
