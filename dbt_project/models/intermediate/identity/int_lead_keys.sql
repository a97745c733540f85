-- One row per lead id as a door writes it: the united lead it stands for.
-- scope_id is `crm` or the uploader; an id that the CRM does not know stays the uploader's own.
with crm_leads as (

    select * from {{ ref('stg_crm__leads') }}

),

matched as (

    select * from {{ ref('int_leads_matched') }}

),

crm_keys as (

    select
        'crm' as scope_id,
        lead_id as record_id,
        lead_id,
        cast(null as varchar) as matched_by
    from crm_leads

),

uploader_keys as (

    select
        uploader_id as scope_id,
        record_id,
        coalesce(crm_id, uploader_id || ':' || record_id) as lead_id,
        matched_by
    from matched

),

final as (

    select * from crm_keys
    union all
    select * from uploader_keys

)

select * from final
