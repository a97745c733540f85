-- One row per lead id as a door writes it: the united lead it stands for.
-- scope_id is `crm` or the uploader; an id that the CRM does not know stays the uploader's own, and
-- a lead sent under several numbers is one: the CRM's by any of them, else the one that came first.
with crm_leads as (

    select * from {{ ref('stg_crm__leads') }}

),

matched as (

    select * from {{ ref('int_leads_matched') }}

),

grouped as (

    select * from {{ ref('int_leads_grouped') }}

),

crm_keys as (

    select
        'crm' as scope_id,
        lead_id as record_id,
        lead_id,
        cast(null as string) as matched_by
    from crm_leads

),

-- The lowest id: a CRM that has the lead twice must not be read in the order of arrival.
crm_groups as (

    select
        grouped.first_scope_id,
        grouped.first_record_id,
        min(matched.crm_id) as crm_id
    from grouped
    inner join matched
        on grouped.scope_id = matched.uploader_id and grouped.record_id = matched.record_id
    where matched.crm_id is not null
    group by grouped.first_scope_id, grouped.first_record_id

),

uploader_keys as (

    select
        matched.uploader_id as scope_id,
        matched.record_id,
        coalesce(
            matched.crm_id,
            crm_groups.crm_id,
            grouped.first_scope_id || ':' || grouped.first_record_id,
            matched.uploader_id || ':' || matched.record_id
        ) as lead_id,
        coalesce(
            matched.matched_by, case when crm_groups.crm_id is not null then 'customer' end
        ) as matched_by
    from matched
    left join grouped
        on matched.uploader_id = grouped.scope_id and matched.record_id = grouped.record_id
    left join crm_groups
        on
            grouped.first_scope_id = crm_groups.first_scope_id
            and grouped.first_record_id = crm_groups.first_record_id

),

final as (

    select * from crm_keys
    union all
    select * from uploader_keys

)

select * from final
