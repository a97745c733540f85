-- One row per thing that happened to a deal (案件の出来事) up to the business day.
with events as (

    select * from {{ ref('int_funnel_events_streamed') }}

),

final as (

    select
        funnel_event_id,
        deal_id,
        lead_id,
        contract_id,
        stage,
        occurred_on,
        channel,
        partner_id,
        rep_id,
        product_id,
        customer_id,
        prefecture,
        amount_yen,
        initial_yen,
        monthly_yen,
        term_months,
        evidence,
        source,
        is_confirmed,
        event_id,
        known_at,
        file_sha256,
        row_number
    from events

)

select * from final
