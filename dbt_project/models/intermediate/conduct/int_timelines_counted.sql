-- One row per judged contract with dates to compare: how many stand in an impossible order.
with compared as (

    select * from {{ ref('int_timelines_compared') }}

),

violated_rows as (

    select
        contract_id,
        {{ split_rows('source_rows') }} as source_row
    from compared
    where is_violated

),

evidence as (

    select
        contract_id,
        {{ join_sorted('source_row') }} as source_rows
    from violated_rows
    group by contract_id

),

counted as (

    select
        contract_id,
        sum(case when is_violated then 1 else 0 end) as violation_count
    from compared
    group by contract_id

),

final as (

    select
        counted.contract_id,
        evidence.source_rows,
        cast(counted.violation_count as bigint) as timeline_violation_count
    from counted
    left join evidence on counted.contract_id = evidence.contract_id

)

select * from final
