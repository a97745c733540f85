-- One row per rep of a partner (担当者): the CRM's, or one that only the partner named.
-- A rep id that the CRM holds for the uploader or its sub-agents is that rep; else it is scoped.
with crm_reps as (

    select * from {{ ref('stg_crm__partner_reps') }}

),

uploaded as (

    select * from {{ ref('stg_uploads__partner_reps') }}

),

families as (

    select * from {{ ref('int_partner_ancestors_found') }}

),

known_to_crm as (

    select
        uploaded.uploader_id,
        uploaded.rep_id
    from uploaded
    inner join crm_reps
        on uploaded.rep_id = crm_reps.rep_id
    inner join families
        on
            uploaded.uploader_id = families.ancestor_id
            and crm_reps.partner_id = families.partner_id

),

from_crm as (

    select
        crm_reps.rep_id,
        true as is_in_crm,
        cast(null as string) as uploader_id,
        {{ rep_columns('crm_reps') }}
    from crm_reps

),

from_partner as (

    select
        uploaded.uploader_id || ':' || uploaded.rep_id as rep_id,
        false as is_in_crm,
        uploaded.uploader_id,
        {{ rep_columns('uploaded') }}
    from uploaded
    anti join known_to_crm
        on
            uploaded.uploader_id = known_to_crm.uploader_id
            and uploaded.rep_id = known_to_crm.rep_id

),

final as (

    select * from from_crm
    union all
    select * from from_partner

)

select * from final
