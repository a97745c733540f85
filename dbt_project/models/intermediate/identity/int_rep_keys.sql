-- One row per rep id as a partner or the CRM writes it about that partner: the united rep.
-- A partner may name every CRM rep of its own and of its sub-agents; others are its own claims.
with reps as (

    select * from {{ ref('int_partner_reps_united') }}

),

families as (

    select * from {{ ref('int_partner_ancestors_found') }}

),

final as (

    select
        families.ancestor_id as scope_id,
        reps.rep_id as record_id,
        reps.rep_id
    from reps
    inner join families
        on reps.partner_id = families.partner_id
    where reps.is_in_crm
    union all
    select
        uploader_id as scope_id,
        substr(rep_id, length(uploader_id) + 2) as record_id,
        rep_id
    from reps
    where not is_in_crm

)

select * from final
