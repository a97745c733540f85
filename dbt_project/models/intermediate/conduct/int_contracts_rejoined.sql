-- One row per judged contract: how many contracts of the same customer and product the same or a
-- related partner had sold that were cancelled in the 180 days before it (解約後の再契約). One that was
-- cancelled by the day it started was never a customer's: it was entered by mistake. One that ended
-- with its term, and was followed within a month, was renewed.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

contracts as (

    select * from {{ ref('int_contracts_rooted') }}

),

cancellations as (

    select * from {{ ref('int_cancellations') }}

),

ended as (

    select
        contracts.*,
        cancellations.cancelled_on,
        {{ add_months(
            'coalesce(contracts.starts_on, contracts.contracted_on)', 'contracts.term_months'
        ) }} as term_ends_on
    from contracts
    inner join cancellations on contracts.contract_id = cancellations.contract_id
    where cancellations.cancelled_on > coalesce(contracts.starts_on, contracts.contracted_on)

),

rejoined as (

    select
        contracts.contract_id,
        count(*) as rejoined_count,
        {{ join_sorted('ended.source_row') }} as ended_rows
    from contracts
    inner join ended
        on
            contracts.customer_id = ended.customer_id
            and contracts.product_id = ended.product_id
            and contracts.root_id = ended.root_id
            and contracts.contract_id <> ended.contract_id
            and contracts.contracted_on >= ended.cancelled_on
            and contracts.contracted_on <= {{ add_days('ended.cancelled_on', 180) }}
    where
        ended.term_ends_on is null
        or ended.cancelled_on < {{ add_days('ended.term_ends_on', -1) }}
        or ended.cancelled_on > ended.term_ends_on
        or contracts.contracted_on > {{ add_months('ended.cancelled_on', 1) }}
    group by contracts.contract_id

),

final as (

    select
        judged.contract_id,
        case
            when judged.customer_id is not null or judged.contracted_on is null
                then cast(coalesce(rejoined.rejoined_count, 0) as bigint)
        end as rejoined_contract_count,
        judged.source_row || ';' || rejoined.ended_rows as source_rows,
        case
            when judged.customer_id is null and judged.contracted_on is not null then 'customer'
        end as missing_input
    from judged
    left join rejoined on judged.contract_id = rejoined.contract_id

)

select * from final
