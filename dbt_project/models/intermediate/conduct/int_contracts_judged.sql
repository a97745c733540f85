-- One row per contract of the partner channel, the subject of the contract measures.
with contracts as (

    select * from {{ ref('int_contracts_united') }}

),

final as (

    select
        contract_id,
        partner_id,
        lead_id,
        rep_id,
        customer_id,
        product_id,
        agreed_on,
        contracted_on,
        starts_on,
        coalesce(contracted_on, agreed_on) as sold_on,
        {{ file_row() }} as source_row
    from contracts
    where channel = 'partner' and partner_id is not null

)

select * from final
