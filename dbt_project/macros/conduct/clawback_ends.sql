{#- Rows of a model on partner × product: contracts alive `from_day` days after their clawback window
    ended (戻入期間の終了), or since they began, watched until 60 days after it, and those of them cancelled
    before `until_day`. One that ended with its term in between was not renewed, which is no
    cancellation, and is left out. -#}
{% macro cancelled_around_clawback_end(from_day, until_day) -%}
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
        coalesce(contracts.cancelled_on < {{ add_days('windows.ends_on', until_day) }}, false)
            as is_cancelled
    from contracts
    inner join windows on contracts.contract_id = windows.contract_id
    where
        {{ add_days('windows.ends_on', 60) }} <= contracts.business_day
        and coalesce(contracts.cancelled_on >= {{ add_days('windows.ends_on', from_day) }}, true)

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
{%- endmacro %}
