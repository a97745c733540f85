-- One row per event × candidate term: the base line (基本報酬) before any cancellation, whole
-- yen. NULL when the term carries no price.
with candidates as (

    select * from {{ ref('int_commission_candidates') }}

),

events as (

    select * from {{ ref('int_commission_events') }}

),

terms as (

    select * from {{ ref('stg_crm__commission_terms') }}

),

lowest_bands as (

    select * from {{ ref('int_commission_bands_lowest') }}

),

-- With tiers, prices come from the bands only.
priced as (

    select
        candidates.funnel_event_id,
        terms.term_id,
        terms.basis,
        terms.cap_event_yen,
        case
            when lowest_bands.term_id is null then terms.fixed_yen else lowest_bands.fixed_yen
        end as fixed_yen,
        case
            when lowest_bands.term_id is null then terms.rate_ppm else lowest_bands.rate_ppm
        end as rate_ppm,
        case terms.base_amount
            when 'initial' then events.initial_yen
            when 'monthly' then events.monthly_yen
            when 'first_year'
                then events.initial_yen + events.monthly_yen * events.first_year_months
            when 'event' then events.event_yen
        end as base_yen
    from candidates
    inner join events on candidates.funnel_event_id = events.funnel_event_id
    inner join terms on candidates.term_id = terms.term_id
    left join lowest_bands on terms.term_id = lowest_bands.term_id

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
        base_yen,
        rate_ppm,
        uncapped_yen,
        case
            when uncapped_yen is not null
                then least(uncapped_yen, coalesce(cap_event_yen, uncapped_yen))
        end as gross_yen
    from uncapped

)

select * from final
