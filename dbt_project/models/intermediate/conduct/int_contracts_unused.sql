-- One row per judged contract: days that it ran without a sign of life (利用実績のない日数). Days are
-- counted as far as such signs are received from anybody. One that is not signed, or only a
-- partner's claim, or whose first sign came late, has none.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

contracts as (

    select * from {{ ref('int_contracts_united') }}

),

signs as (

    select * from {{ ref('int_signs_of_life') }}

),

cancellations as (

    select * from {{ ref('int_cancellations') }}

),

used as (

    select contract_id
    from signs
    group by contract_id

),

watched as (

    select contracts.product_id
    from contracts
    inner join used on contracts.contract_id = used.contract_id
    group by contracts.product_id

),

reached as (

    select max(seen_on) as seen_until
    from signs

),

measured as (

    select
        judged.contract_id,
        judged.source_row,
        judged.contracted_on is null or not contracts.is_in_crm or used.contract_id is not null
            as is_in_order,
        watched.product_id is not null as is_watched,
        least(reached.seen_until, cancellations.cancelled_on)
        - coalesce(judged.starts_on, judged.contracted_on) as run_days
    from judged
    inner join contracts on judged.contract_id = contracts.contract_id
    cross join reached
    left join used on judged.contract_id = used.contract_id
    left join watched on judged.product_id = watched.product_id
    left join cancellations on judged.contract_id = cancellations.contract_id

),

final as (

    select
        contract_id,
        case
            when is_in_order then cast(0 as bigint)
            when is_watched then cast(greatest(run_days, 0) as bigint)
        end as unused_days,
        case when not is_in_order and is_watched and run_days > 0 then source_row end
            as source_rows,
        case when not is_in_order and not is_watched then 'first_use' end as missing_input
    from measured

)

select * from final
