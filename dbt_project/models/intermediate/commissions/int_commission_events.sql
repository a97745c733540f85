-- One row per funnel event of a partner's deal, with the facts that price it (DOMAIN §5).
with events as (

    select * from {{ ref('fct_funnel_events') }}

),

contracts as (

    select * from {{ ref('int_contracts_united') }}

),

earning_events as (

    select * from events
    where
        channel = 'partner'
        and stage not in ('cancellation', 'reinstatement', 'first_use')

),

final as (

    select
        e.funnel_event_id,
        e.deal_id,
        e.lead_id,
        e.contract_id,
        e.event_id,
        e.stage,
        e.occurred_on,
        e.partner_id,
        e.rep_id,
        e.product_id,
        e.prefecture,
        e.is_confirmed,
        e.known_at,
        case
            when e.stage in ('lead', 'agreement') then e.occurred_on
            else contracts.contracted_on
        end as anchor_on,
        case
            when e.stage in ('renewal', 'upsell') then e.occurred_on
            else coalesce(contracts.starts_on, contracts.contracted_on, e.occurred_on)
        end as months_start_on,
        coalesce(e.amount_yen, 0) as event_yen,
        coalesce(e.initial_yen, contracts.initial_yen, 0) as initial_yen,
        coalesce(e.monthly_yen, contracts.monthly_yen, 0) as monthly_yen,
        least(12, coalesce(e.term_months, contracts.term_months, 12)) as first_year_months
    from earning_events as e
    left join contracts on e.contract_id = contracts.contract_id

)

select * from final
