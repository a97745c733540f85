-- One row per event × candidate term of a cancelled contract (解約): what clawback keeps of the
-- base line. kept_yen is NULL where the term's method cannot be applied.
with prices as (

    select * from {{ ref('int_commission_prices') }}

),

events as (

    select * from {{ ref('int_commission_events') }}

),

terms as (

    select * from {{ ref('stg_crm__commission_terms') }}

),

cancellations as (

    select * from {{ ref('int_cancellations') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

cancelled_lines as (

    select
        prices.funnel_event_id,
        prices.term_id,
        prices.gross_yen,
        cancellations.cancelled_on,
        terms.clawback_months,
        coalesce(terms.clawback_method, 'none') as clawback_method,
        {{ whole_months('events.months_start_on', 'cancellations.cancelled_on') }} as months_kept,
        events.stage in ('onboarding', 'customer_success', 'renewal', 'upsell')
        and events.occurred_on >= cancellations.cancelled_on as is_after_cancellation
    from prices
    inner join events on prices.funnel_event_id = events.funnel_event_id
    inner join cancellations on events.contract_id = cancellations.contract_id
    inner join night on cancellations.cancelled_on <= night.business_day
    inner join terms on prices.term_id = terms.term_id
    where events.stage <> 'lead'

),

final as (

    select
        funnel_event_id,
        term_id,
        cancelled_on,
        months_kept,
        clawback_months,
        is_after_cancellation,
        case
            when is_after_cancellation then 0
            when clawback_method = 'none' or months_kept >= clawback_months then gross_yen
            when clawback_method = 'full' then 0
            when clawback_method = 'linear' and clawback_months > 0
                then {{ divide_trunc('gross_yen * months_kept', 'clawback_months') }}
        end as kept_yen
    from cancelled_lines

)

select * from final
