-- One row per partner × product: signed contracts of the last twelve months whose list price (定価)
-- is known, and those with the amount that is no list price and that the partner writes most, for
-- whatever product (同一金額). An amount that stands once repeats nothing. An approved campaign, or no
-- fee at all, leaves no price to judge.
with contracts as (

    select * from {{ ref('int_contracts_united') }}
    where is_in_crm

),

listed as (

    select * from {{ ref('int_contracts_listed') }}
    where coalesce(list_initial_yen, list_monthly_yen) is not null and campaign_rate is null

),

night as (

    select * from {{ ref('stg_run__night') }}

),

priced as (

    select
        contracts.partner_id,
        contracts.product_id,
        contracts.contracted_on,
        coalesce(contracts.initial_yen, 0) as initial_yen,
        coalesce(contracts.monthly_yen, 0) as monthly_yen,
        listed.is_list_price,
        {{ file_row('contracts') }} as source_row
    from contracts
    inner join listed on contracts.contract_id = listed.contract_id
    inner join night
        on
            contracts.contracted_on <= night.business_day
            and contracts.contracted_on > {{ add_months('night.business_day', -12) }}
    where coalesce(contracts.initial_yen, 0) + coalesce(contracts.monthly_yen, 0) > 0

),

counted as (

    select
        *,
        sum(cast(not is_list_price as integer)) over (
            partition by partner_id, initial_yen, monthly_yen
        ) as same_count
    from priced

),

ranked as (

    select
        *,
        not is_list_price and same_count > 1 and dense_rank() over (
            partition by partner_id, product_id
            order by is_list_price asc, same_count desc, initial_yen asc, monthly_yen asc
        ) = 1 as is_repeated
    from counted

),

final as (

    select
        partner_id,
        product_id,
        count(*) filter (where is_repeated) as hits,
        count(*) as size,
        {{ latest_rows('is_repeated', 'contracted_on') }} as source_rows
    from ranked
    group by partner_id, product_id

)

select * from final
