-- One row per judged contract: whether its customer's prefecture lies outside the territory (販売地域)
-- of every agreement of the selling partner, by the versions in force on the day of the sale.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

contracts as (

    select * from {{ ref('int_contracts_united') }}

),

leads as (

    select * from {{ ref('int_leads_united') }}

),

spans as (

    select * from {{ ref('int_agreement_spans') }}

),

agreements as (

    select * from {{ ref('stg_crm__agreements') }}

),

placed as (

    select
        judged.contract_id,
        judged.partner_id,
        judged.sold_on,
        judged.source_row,
        coalesce(contracts.prefecture, leads.prefecture) as prefecture
    from judged
    inner join contracts on judged.contract_id = contracts.contract_id
    left join leads on judged.lead_id = leads.lead_id

),

agreed as (

    select
        placed.contract_id,
        max(cast({{ is_in_territory('placed.prefecture', 'agreements.territory') }} as integer))
            as is_allowed,
        {{ join_sorted(file_row('agreements')) }} as agreement_rows
    from placed
    inner join spans
        on
            placed.partner_id = spans.partner_id
            and placed.sold_on >= spans.valid_from
            and placed.sold_on < spans.valid_until
    inner join agreements
        on spans.agreement_id = agreements.agreement_id and spans.version = agreements.version
    group by placed.contract_id

),

compared as (

    select
        placed.contract_id,
        placed.source_row,
        agreed.agreement_rows,
        case
            when agreed.is_allowed = 1 then false
            when agreed.is_allowed = 0 and placed.prefecture is not null then true
        end as is_outside,
        case when agreed.contract_id is null then 'agreement' else 'prefecture' end as unknown
    from placed
    left join agreed on placed.contract_id = agreed.contract_id

),

final as (

    select
        contract_id,
        is_outside as is_out_of_territory,
        case when is_outside then source_row || ';' || agreement_rows end as source_rows,
        case when is_outside is null then unknown end as missing_input
    from compared

)

select * from final
