-- One row per event × term that applies: the base line (基本報酬) before any cancellation, whole yen.
-- NULL when the term carries no price.
with selected as (

    select * from {{ ref('int_commission_terms_selected') }}

),

events as (

    select * from {{ ref('int_commission_events') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}

),

priced as (

    select
        selected.funnel_event_id,
        selected.term_id,
        events.contract_id,
        events.stage,
        events.occurred_on,
        events.months_start_on,
        events.prefecture,
        events.known_at,
        terms.basis,
        terms.fixed_yen,
        terms.rate_ppm,
        terms.cap_event_yen,
        case terms.base_amount
            when 'initial' then events.initial_yen
            when 'monthly' then events.monthly_yen
            when 'first_year'
                then events.initial_yen + events.monthly_yen * events.first_year_months
            when 'event' then events.event_yen
        end as base_yen
    from selected
    inner join events on selected.funnel_event_id = events.funnel_event_id
    inner join terms on selected.term_id = terms.term_id
    where selected.selection = 'applies' and events.is_confirmed

),

uncapped as (

    select
        *,
        case basis
            when 'fixed' then fixed_yen
            when 'rate' then {{ apply_ppm('base_yen', 'rate_ppm') }}
        end as uncapped_yen
    from priced

),

final as (

    select
        funnel_event_id,
        term_id,
        contract_id,
        stage,
        occurred_on,
        months_start_on,
        prefecture,
        known_at,
        base_yen,
        uncapped_yen,
        case
            when uncapped_yen is not null
                then least(uncapped_yen, coalesce(cap_event_yen, uncapped_yen))
        end as gross_yen
    from uncapped

)

select * from final
