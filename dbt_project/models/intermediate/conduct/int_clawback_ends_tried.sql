-- One row per partner × product: contracts alive when the clawback window ended (戻入期間の終了) and
-- watched for 60 days since, and those of them cancelled in these days. One that ended with its
-- term in these days was not renewed, which is no cancellation, and is left out.
with contracts as (

    select * from {{ ref('int_contracts_lasting') }}

),

windows as (

    select * from {{ ref('int_clawback_windows_ended') }}

),

tried as (

    select
        contracts.partner_id,
        contracts.product_id,
        contracts.cancelled_on,
        contracts.source_row,
        contracts.is_ended_with_term,
        coalesce(contracts.cancelled_on < {{ add_days('windows.ends_on', 60) }}, false)
            as is_cancelled
    from contracts
    inner join windows on contracts.contract_id = windows.contract_id
    where
        {{ add_days('windows.ends_on', 60) }} <= contracts.business_day
        and coalesce(contracts.cancelled_on >= windows.ends_on, true)

),

final as (

    select
        partner_id,
        product_id,
        count(*) filter (where is_cancelled) as hits,
        count(*) as size,
        {{ latest_rows('is_cancelled', 'cancelled_on') }} as source_rows
    from tried
    where not (is_cancelled and is_ended_with_term)
    group by partner_id, product_id

)

select * from final
