-- One row per posting (手数料元帳), for ever: a correction is a new row, and net is the sum of all.
with postings as (

    select * from {{ ref('stg_ledger__postings') }}

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
    from postings

)

select * from final
