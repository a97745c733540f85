-- One row per judged contract × row of it or its lead × partner or rep on the seller's side that
-- its customer may be by likeness (代理店・担当者と似た顧客), and whether that is certain. Only the rows
-- that give a contract and a lead their values count.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

leads as (

    select * from {{ ref('int_leads_united') }}

),

matches as (

    select * from {{ ref('stg_lake__party_matches') }}

),

partners as (

    select * from {{ ref('stg_crm__partners') }}

),

reps as (

    select * from {{ ref('int_partner_reps_united') }}

),

ancestors as (

    select * from {{ ref('int_partner_ancestors_found') }}

),

customers as (

    select
        contract_id,
        partner_id,
        'contracts' as entity,
        contract_id as record_id,
        source_row
    from judged
    union all
    select
        judged.contract_id,
        judged.partner_id,
        'leads' as entity,
        leads.lead_id as record_id,
        {{ file_row('leads') }} as source_row
    from judged
    inner join leads on judged.lead_id = leads.lead_id

),

parties as (

    select
        'partner' as party_kind,
        partner_id as party_id,
        {{ file_row() }} as source_row
    from partners
    union all
    select
        'rep' as party_kind,
        rep_id as party_id,
        {{ file_row() }} as source_row
    from reps

),

-- Ids as the united models write them: a partner's own carry its name.
named as (

    select
        entity,
        party_kind,
        partner_id,
        is_certain,
        case when scope_id = 'crm' then '' else scope_id || ':' end || record_id as record_id,
        case when party_scope_id = 'crm' then '' else party_scope_id || ':' end || party_id
            as party_id
    from matches

),

final as (

    select
        customers.contract_id,
        named.party_kind,
        named.party_id,
        named.is_certain,
        customers.source_row,
        parties.source_row as party_row
    from named
    inner join customers
        on named.entity = customers.entity and named.record_id = customers.record_id
    inner join ancestors
        on named.partner_id = ancestors.partner_id and customers.partner_id = ancestors.ancestor_id
    left join parties
        on named.party_kind = parties.party_kind and named.party_id = parties.party_id

)

select * from final
