-- One row per contract that ran without a sign of life × due day of a fee that nobody has paid up
-- to tonight (未収の料金): such a contract has no paid one, or that would be a sign of life.
with unused as (

    select * from {{ ref('int_contracts_unused') }}
    where unused_days > 0

),

fees as (

    select * from {{ ref('int_fees_collected') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

final as (

    select
        fees.contract_id,
        fees.due_on
    from fees
    cross join night
    semi join unused on fees.contract_id = unused.contract_id
    where fees.collected_on is null and fees.due_on <= night.business_day

)

select * from final
