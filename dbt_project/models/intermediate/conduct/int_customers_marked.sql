-- One row per judged contract: a number for each identifier of its customer, from the contract and
-- from its lead, NULL where none is stated (名寄せキーの印), and whether the partner's side has one of
-- the same kinds. Numbers are cheaper to compare than texts; two texts of one number do no harm, as
-- only who may share one is read off them.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

contracts as (

    select * from {{ ref('int_contracts_united') }}

),

leads as (

    select * from {{ ref('int_leads_united') }}

),

partners as (

    select
        partner_id,
        list(distinct identifier_kind) as kinds
    from {{ ref('int_partner_identifiers') }}
    group by partner_id

),

final as (

    select
        judged.contract_id,
        judged.partner_id,
        {{ identifier_marks('contracts', 'leads') }}
        coalesce(
            {{ states_one_of('partners.kinds', 'contracts', 'leads') }}, false
        ) as is_comparable
    from judged
    inner join contracts on judged.contract_id = contracts.contract_id
    left join leads on judged.lead_id = leads.lead_id
    left join partners on judged.partner_id = partners.partner_id

)

select * from final
