-- One row per judged contract: how many contracts of the same customer and product, itself
-- included, the same or a related partner signed within 14 days of it (契約分割). Another site
-- (address) is another contract, and so is one that replaces one entered by mistake (cancelled
-- by its first day).
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

rooted as (

    select * from {{ ref('int_contracts_rooted') }}

),

cancellations as (

    select * from {{ ref('int_cancellations') }}

),

kept as (

    select rooted.*
    from rooted
    left join cancellations on rooted.contract_id = cancellations.contract_id
    where
        cancellations.cancelled_on is null
        or cancellations.cancelled_on > coalesce(rooted.starts_on, rooted.contracted_on)

),

split as (

    select
        kept.contract_id,
        count(*) as part_count,
        {{ join_sorted('parts.source_row') }} as part_rows
    from kept
    inner join kept as parts
        on
            kept.customer_id = parts.customer_id
            and kept.product_id = parts.product_id
            and kept.root_id = parts.root_id
            and kept.contract_id <> parts.contract_id
            and parts.contracted_on >= {{ add_days('kept.contracted_on', -14) }}
            and parts.contracted_on <= {{ add_days('kept.contracted_on', 14) }}
    where coalesce(kept.address_hash = parts.address_hash, true)
    group by kept.contract_id

),

final as (

    select
        judged.contract_id,
        case
            when judged.contracted_on is null then cast(0 as bigint)
            when judged.customer_id is not null
                then cast(1 + coalesce(split.part_count, 0) as bigint)
        end as split_contract_count,
        judged.source_row || ';' || split.part_rows as source_rows,
        case
            when judged.customer_id is null and judged.contracted_on is not null then 'customer'
        end as missing_input
    from judged
    left join split on judged.contract_id = split.contract_id

)

select * from final
