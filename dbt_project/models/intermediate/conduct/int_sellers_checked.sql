-- One row per judged contract whose seller can be checked: how many ways the seller is undisclosed
-- (無断再委託), by rep or by sub-agent.
with reps as (

    select * from {{ ref('int_reps_at_sale') }}

),

subcontracting as (

    select * from {{ ref('int_subcontracting_at_sale') }}

),

checks as (

    select
        contract_id,
        is_outside_registration as is_undisclosed,
        source_rows
    from reps
    union all
    select
        contract_id,
        is_forbidden as is_undisclosed,
        source_rows
    from subcontracting

),

offending_rows as (

    select
        contract_id,
        {{ split_rows('source_rows') }} as source_row
    from checks
    where is_undisclosed

),

evidence as (

    select
        contract_id,
        {{ join_sorted('source_row') }} as source_rows
    from offending_rows
    group by contract_id

),

counted as (

    select
        contract_id,
        sum(case when is_undisclosed then 1 else 0 end) as undisclosed_count
    from checks
    group by contract_id

),

final as (

    select
        counted.contract_id,
        evidence.source_rows,
        cast(counted.undisclosed_count as bigint) as undisclosed_seller_count
    from counted
    left join evidence on counted.contract_id = evidence.contract_id

)

select * from final
