-- One row per partner, and per rep of a door, with their personal data: reviewers only.
with partners as (

    select * from {{ ref('stg_crm__partners') }}

),

crm_reps as (

    select * from {{ ref('stg_crm__partner_reps') }}

),

uploaded_reps as (

    select * from {{ ref('stg_uploads__partner_reps') }}

),

reps as (

    select
        'crm' as scope_id,
        rep_id,
        partner_id,
        rep_name,
        email,
        phone
    from crm_reps
    union all
    select
        uploader_id as scope_id,
        rep_id,
        partner_id,
        rep_name,
        email,
        phone
    from uploaded_reps

),

final as (

    select
        'crm/' || partner_id as contact_id,
        'partner' as contact_kind,
        'crm' as scope_id,
        partner_id,
        cast(null as varchar) as rep_id,
        partner_name as contact_name,
        email,
        phone,
        address,
        bank_account
    from partners
    union all
    select
        concat_ws('/', scope_id, partner_id, rep_id) as contact_id,
        'rep' as contact_kind,
        scope_id,
        partner_id,
        rep_id,
        rep_name as contact_name,
        email,
        phone,
        cast(null as varchar) as address,
        cast(null as varchar) as bank_account
    from reps

)

select * from final
