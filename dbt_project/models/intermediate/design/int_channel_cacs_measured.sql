-- One row per channel with costs in the last twelve months: cost per new contract (CAC) over the
-- months that have costs; NULL without a contract. Costs are not told by product.
with costs as (

    select * from {{ ref('stg_crm__channel_costs') }}

),

contracts as (

    select * from {{ ref('fct_contracts') }}
    where is_in_crm and is_contracted

),

night as (

    select * from {{ ref('stg_run__night') }}

),

months as (

    select
        costs.channel,
        costs.month,
        sum(costs.amount_yen) as cost_yen
    from costs
    inner join night
        on
            costs.month >= {{ year_month(add_months('night.business_day', -11)) }}
            and costs.month <= {{ year_month('night.business_day') }}
    group by costs.channel, costs.month

),

won as (

    select
        channel,
        {{ year_month('contracted_on') }} as month,
        count(*) as contracts_count
    from contracts
    group by channel, {{ year_month('contracted_on') }}

),

final as (

    select
        months.channel,
        {{ divide_trunc('sum(months.cost_yen)', 'sum(won.contracts_count)') }} as cac_yen
    from months
    left join won on months.channel = won.channel and months.month = won.month
    group by months.channel

)

select * from final
