-- One row per training (研修) of a rep, at either door: who took which course, and until when it
-- counts.
with crm_trainings as (

    select * from {{ ref('stg_crm__trainings') }}

),

uploaded as (

    select * from {{ ref('stg_uploads__trainings') }}

),

rep_keys as (

    select * from {{ ref('int_rep_keys') }}

),

final as (

    select
        rep_id,
        course,
        completed_on,
        passed,
        expires_on,
        cast(null as varchar) as uploader_id
    from crm_trainings
    union all
    select
        rep_keys.rep_id,
        uploaded.course,
        uploaded.completed_on,
        uploaded.passed,
        uploaded.expires_on,
        uploaded.uploader_id
    from uploaded
    inner join rep_keys
        on uploaded.uploader_id = rep_keys.scope_id and uploaded.rep_id = rep_keys.record_id

)

select * from final
