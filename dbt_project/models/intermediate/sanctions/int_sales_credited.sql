-- One row per contract or lead that names a rep (担当者): who sold it. A contract that names none was
-- sold by the rep of its lead.
with contracts as (

    select * from {{ ref('int_contracts_united') }}

),

leads as (

    select * from {{ ref('int_leads_united') }}

),

united as (

    select
        'contract' as subject_kind,
        contracts.contract_id as subject_id,
        coalesce(contracts.rep_id, leads.rep_id) as rep_id
    from contracts
    left join leads on contracts.lead_id = leads.lead_id
    union all
    select
        'lead' as subject_kind,
        lead_id as subject_id,
        rep_id
    from leads

),

final as (

    select
        subject_kind,
        subject_id,
        rep_id
    from united
    where rep_id is not null

)

select * from final
