-- One row per posting of an earlier night; a rerun of this night does not see its own.
with known as (

    select *
    from {{ source('lake', 'ledger_before') }}
    where known_at < (select night.known_at from {{ ref('stg_run__night') }} as night)

),

final as (

    select
        posting_id,
        line_key,
        posted_at,
        night_id,
        partner_id,
        role,
        component,
        subject,
        contract_id,
        stage,
        earn_period,
        post_period,
        amount_yen,
        agreement_id,
        agreement_version,
        term_id,
        reason_code,
        known_at,
        previous_hash
    from known

)

select * from final
