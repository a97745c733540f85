-- One row per judged contract: how far its discount (値引率) goes beyond what is allowed. A contract
-- that states none is measured by its first-year yen, if a fee is below the lowest allowed.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

contracts as (

    select * from {{ ref('int_contracts_united') }}

),

limits as (

    select * from {{ ref('int_discount_limits') }}

),

priced as (

    select
        contracts.contract_id,
        contracts.discount_rate,
        limits.allowed_rate,
        contracts.initial_yen >= {{ lowest_fee('limits.list_initial_yen', 'limits.allowed_rate') }}
        and contracts.monthly_yen
        >= {{ lowest_fee('limits.list_monthly_yen', 'limits.allowed_rate') }}
            as is_within_list,
        limits.list_initial_yen + limits.list_monthly_yen * 12 as list_yen,
        contracts.initial_yen + contracts.monthly_yen * 12 as asked_yen,
        limits.product_row
    from contracts
    inner join limits on contracts.contract_id = limits.contract_id

),

granted as (

    select
        contract_id,
        allowed_rate,
        product_row,
        case
            when discount_rate is not null then discount_rate
            when is_within_list then allowed_rate
            else {{ ratio('list_yen - asked_yen', 'list_yen') }}
        end as granted_rate
    from priced

),

compared as (

    select
        judged.contract_id,
        granted.product_row,
        judged.source_row,
        case
            when granted.granted_rate > granted.allowed_rate
                then granted.granted_rate - granted.allowed_rate
            when granted.granted_rate is not null then 0
        end as excess_rate,
        case when granted.contract_id is null then 'product_limit' else 'discount' end as unknown
    from judged
    left join granted on judged.contract_id = granted.contract_id

),

final as (

    select
        contract_id,
        cast(excess_rate as decimal(9, 6)) as excess_discount_rate,
        case when excess_rate > 0 then source_row || ';' || product_row end as source_rows,
        case when excess_rate is null then unknown end as missing_input
    from compared

)

select * from final
