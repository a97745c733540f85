-- One row per judged contract × pair of dates that can be compared, and whether they stand in an
-- impossible order (時系列の矛盾).
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

contracts as (

    select * from {{ ref('int_contracts_united') }}

),

leads as (

    select * from {{ ref('int_leads_united') }}

),

cancellations as (

    select * from {{ ref('int_cancellations') }}

),

renewals as (

    select * from {{ ref('int_contract_events_united') }}
    where stage = 'renewal'

),

-- A lead that only a partner's file names is dated by its arrival, which says nothing about order.
dated_leads as (

    select
        judged.contract_id,
        judged.contracted_on,
        judged.source_row,
        leads.customer_id,
        leads.product_id,
        leads.registered_on,
        {{ file_row('leads') }} as lead_row
    from judged
    inner join leads on judged.lead_id = leads.lead_id
    where leads.is_in_crm and leads.registered_on is not null

),

direct_contracts as (

    select
        contracts.customer_id,
        contracts.product_id,
        contracts.contracted_on,
        cancellations.cancelled_on,
        {{ file_row('contracts') }} as direct_row
    from contracts
    left join cancellations on contracts.contract_id = cancellations.contract_id
    where contracts.channel <> 'partner' and contracts.contracted_on is not null

),

final as (

    select
        contract_id,
        'contract_before_lead' as comparison,
        contracted_on < registered_on as is_violated,
        source_row || ';' || lead_row as source_rows
    from dated_leads
    where contracted_on is not null
    union all
    select
        judged.contract_id,
        'renewal_before_start' as comparison,
        renewals.occurred_on < judged.starts_on as is_violated,
        judged.source_row || ';' || {{ file_row('renewals') }} as source_rows
    from judged
    inner join renewals on judged.contract_id = renewals.contract_id
    where judged.starts_on is not null
    union all
    select
        dated_leads.contract_id,
        'lead_after_direct_contract' as comparison,
        true as is_violated,
        dated_leads.lead_row || ';' || direct_contracts.direct_row as source_rows
    from dated_leads
    inner join direct_contracts
        on
            dated_leads.customer_id = direct_contracts.customer_id
            and dated_leads.product_id = direct_contracts.product_id
            and dated_leads.registered_on > direct_contracts.contracted_on
            and dated_leads.registered_on
            < coalesce(direct_contracts.cancelled_on, cast('9999-12-31' as date))

)

select * from final
