-- One row per product that partners sold: average fees and agreed term of their contracts, and how
-- long a customer stays (継続月数): days served ÷ cancellations, NULL below the least number of
-- cancellations. A contract that states no fee at all has no part in the averages of fees.
with contracts as (

    select * from {{ ref('fct_contracts') }}
    where channel = 'partner' and is_in_crm and is_contracted

),

night as (

    select * from {{ ref('stg_run__night') }}

),

served as (

    select
        contracts.product_id,
        contracts.term_months,
        coalesce(contracts.initial_yen, 0) as initial_yen,
        coalesce(contracts.monthly_yen, 0) as monthly_yen,
        coalesce(contracts.initial_yen, contracts.monthly_yen) is not null as has_fees,
        contracts.cancelled_on is not null as is_cancelled,
        greatest(
            0,
            {{ days_between(
                'coalesce(contracts.starts_on, contracts.contracted_on)',
                'coalesce(contracts.cancelled_on, night.business_day)',
            ) }}
        ) as days_served
    from contracts
    cross join night

),

summed as (

    select
        product_id,
        count(*) as contracts_count,
        count(*) filter (where is_cancelled) as cancellations_count,
        sum(days_served) as days_served,
        sum(term_months) as term_months,
        count(term_months) as terms_count,
        sum(initial_yen) as initial_yen,
        sum(monthly_yen) as monthly_yen,
        count(*) filter (where has_fees) as fees_count
    from served
    group by product_id

),

final as (

    select
        product_id,
        contracts_count,
        cancellations_count,
        {{ divide_trunc('initial_yen', 'fees_count') }} as initial_yen,
        {{ divide_trunc('monthly_yen', 'fees_count') }} as monthly_yen,
        {{ divide_trunc('term_months', 'terms_count') }} as agreed_months,
        case
            when cancellations_count >= {{ var('ltv_min_cancellations') }}
                then {{ divide_trunc('days_served * 12', '365 * cancellations_count') }}
        end as observed_months
    from summed

)

select * from final
