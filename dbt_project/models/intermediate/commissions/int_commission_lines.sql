-- One row per event × candidate term: the yen it comes to if it is the one that applies, and
-- the state it would be in.
with prices as (

    select * from {{ ref('int_commission_prices') }}

),

events as (

    select * from {{ ref('int_commission_events') }}

),

terms as (

    select * from {{ ref('stg_crm__commission_terms') }}

),

agreements as (

    select * from {{ ref('stg_crm__agreements') }}

),

achievements as (

    select * from {{ ref('int_commission_achievements') }}

),

clawbacks as (

    select * from {{ ref('int_commission_clawbacks') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

facts as (

    select
        prices.funnel_event_id,
        prices.term_id,
        prices.gross_yen,
        achievements.achieved_on,
        achievements.missing_evidence,
        clawbacks.cancelled_on,
        clawbacks.months_kept,
        clawbacks.clawback_months,
        agreements.closing_day,
        agreements.territory,
        night.business_day,
        terms.known_at as term_known_at,
        terms.recurring_months is not null
        or terms.cap_window_yen is not null
        or coalesce(terms.clawback_method = 'stepped', false) as is_unsupported,
        coalesce(terms.requires_collection, false) as requires_collection,
        coalesce(clawbacks.is_after_cancellation, false) as is_after_cancellation,
        {{ is_in_territory('events.prefecture', 'agreements.territory') }} as is_in_territory,
        {{ add_days('achievements.achieved_on', 'coalesce(terms.maturation_days, 0)') }}
            as matures_on,
        case
            when clawbacks.term_id is null then prices.gross_yen else clawbacks.kept_yen
        end as kept_yen
    from prices
    inner join events on prices.funnel_event_id = events.funnel_event_id
    inner join terms on prices.term_id = terms.term_id
    inner join agreements
        on
            terms.agreement_id = agreements.agreement_id
            and terms.agreement_version = agreements.version
    inner join achievements
        on
            prices.funnel_event_id = achievements.funnel_event_id
            and prices.term_id = achievements.term_id
    left join clawbacks
        on
            prices.funnel_event_id = clawbacks.funnel_event_id
            and prices.term_id = clawbacks.term_id
    cross join night

),

final as (

    select
        funnel_event_id,
        term_id,
        gross_yen,
        kept_yen,
        achieved_on,
        missing_evidence,
        cancelled_on,
        months_kept,
        clawback_months,
        closing_day,
        territory,
        matures_on,
        term_known_at,
        case
            when not is_in_territory then 'out_of_territory'
            when is_after_cancellation then 'cancelled'
            when is_unsupported or kept_yen is null then 'unsupported_term'
            when achieved_on is null then 'waiting_evidence'
            when requires_collection then 'waiting_collection'
            when kept_yen <> gross_yen then 'clawed_back'
            when matures_on > business_day then 'waiting_maturity'
            else 'owed'
        end as line_state
    from facts

)

select * from final
