-- One row per partner × product: agreed contracts old enough to have been signed, and those that
-- were (申込からの転換). Few are what speaks against a partner, so the file rows are those of the others.
with contracts as (

    select * from {{ ref('fct_contracts') }}
    where channel = 'partner' and partner_id is not null and is_in_crm and agreed_on is not null

),

night as (

    select * from {{ ref('stg_run__night') }}

),

maturity as (

    select maturity_days from {{ ref('stages') }}
    where stage = 'contract'

),

tried as (

    select
        contracts.partner_id,
        coalesce(contracts.product_id, '') as product_id,
        contracts.agreed_on,
        contracts.is_contracted,
        {{ file_row('contracts') }} as source_row
    from contracts
    cross join maturity
    inner join night
        on {{ add_days('contracts.agreed_on', 'maturity.maturity_days') }} <= night.business_day

),

final as (

    select
        partner_id,
        product_id,
        count(*) filter (where is_contracted) as hits,
        count(*) as size,
        {{ latest_rows('not is_contracted', 'agreed_on') }} as source_rows
    from tried
    group by partner_id, product_id

)

select * from final
