-- One row per judged contract whose product has a limit: the discount (値引率) that the product and
-- the approved campaign of its lead allow on the day of the sale, and the list fees of that day.
with listed as (

    select * from {{ ref('int_contracts_listed') }}

),

final as (

    select
        contract_id,
        list_initial_yen,
        list_monthly_yen,
        greatest(max_discount_rate, campaign_rate) as allowed_rate,
        product_row
    from listed
    where max_discount_rate is not null

)

select * from final
