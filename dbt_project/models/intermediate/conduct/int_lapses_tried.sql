-- One row per partner × product and stretch of life: contracts that were alive at the stretch's
-- beginning and are older than its end, and those of them cancelled in it (早期解約). The stretches end
-- where persistency (継続率) is read: after 3, 6 and 12 months. A contract is tried once in each, so
-- that young and old ones are compared with their like, as in a log-rank test. A term that is over
-- before the stretch is says nothing about it.
with contracts as (

    select * from {{ ref('int_contracts_lasting') }}

),

stretches as (

    select
        unnest([0, 3, 6]) as from_month,
        unnest([3, 6, 12]) as until_month

),

tried as (

    select
        contracts.partner_id,
        contracts.product_id || ' ' || stretches.until_month || 'm' as product_id,
        contracts.cancelled_on,
        contracts.source_row,
        coalesce(
            contracts.cancelled_on
            < {{ add_months('contracts.starts_on', 'stretches.until_month') }}
            and not contracts.is_ended_with_term,
            false
        ) as is_lapsed
    from contracts
    inner join stretches
        on
            {{ add_months('contracts.starts_on', 'stretches.until_month') }}
            <= contracts.business_day
            and coalesce(contracts.term_months >= stretches.until_month, true)
            and coalesce(
                contracts.cancelled_on
                >= {{ add_months('contracts.starts_on', 'stretches.from_month') }},
                true
            )

),

final as (

    select
        partner_id,
        product_id,
        count(*) filter (where is_lapsed) as hits,
        count(*) as size,
        {{ latest_rows('is_lapsed', 'cancelled_on') }} as source_rows
    from tried
    group by partner_id, product_id

)

select * from final
