-- One row per partner: the share of the contracts in its files that disagree with the CRM (記録の不一致),
-- and how many of them commission was posted for.
with partners as (

    select * from {{ ref('stg_crm__partners') }}

),

compared as (

    select * from {{ ref('int_records_compared') }}

),

counted as (

    select
        partner_id,
        count(*) as told_count,
        sum(cast(is_different as integer)) as different_count,
        sum(cast(is_different and is_paid as integer)) as paid_count,
        {{ join_sorted('case when is_different then source_row end') }} as source_rows
    from compared
    group by partner_id

),

final as (

    select
        partners.partner_id,
        {{ ratio('counted.different_count', 'counted.told_count') }} as record_mismatch_rate,
        cast(counted.paid_count as bigint) as mismatched_paid_count,
        nullif(counted.source_rows, '') as source_rows,
        case when counted.partner_id is null then 'contract_file' end as missing_input
    from partners
    left join counted on partners.partner_id = counted.partner_id

)

select * from final
