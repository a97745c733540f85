-- One row per event × term that applies on a cancelled contract (解約): what is kept of the base
-- line. kept_yen is NULL where the term's method cannot be applied; months already earned by a
-- recurring term stay. `is_any_kept` is false only when the method keeps no part at all.
with prices as (

    select * from {{ ref('int_commission_prices') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}

),

cancellations as (

    select * from {{ ref('int_cancellations') }}

),

steps as (

    select * from {{ ref('int_commission_clawback_steps') }}

),

cancelled as (

    select
        prices.funnel_event_id,
        prices.term_id,
        prices.gross_yen,
        cancellations.cancelled_on,
        terms.clawback_months,
        terms.term_kind,
        case when terms.term_kind = 'recurring' then 'none' else terms.clawback_method end
            as clawback_method,
        {{ whole_months('prices.months_start_on', 'cancellations.cancelled_on') }} as months_kept,
        prices.stage in ('onboarding', 'customer_success', 'renewal', 'upsell')
        and prices.occurred_on >= cancellations.cancelled_on as is_after_cancellation
    from prices
    inner join cancellations on prices.contract_id = cancellations.contract_id
    inner join terms on prices.term_id = terms.term_id
    where prices.stage <> 'lead'

),

-- The part that stays, in parts per million or as months of clawback_months.
kept_parts as (

    select
        cancelled.*,
        case
            when cancelled.clawback_method = 'none' then 'all'
            when cancelled.months_kept >= cancelled.clawback_months then 'all'
            when cancelled.clawback_method = 'full' then 'none'
            when cancelled.clawback_method = 'linear' and cancelled.months_kept = 0 then 'none'
            when cancelled.clawback_method = 'linear' then 'months'
            when cancelled.clawback_method <> 'stepped' then null
            when coalesce(steps.keep_rate_ppm, 0) = 0 then 'none'
            else 'rate'
        end as kept_part,
        steps.keep_rate_ppm
    from cancelled
    left join steps
        on
            cancelled.clawback_method = 'stepped'
            and cancelled.term_id = steps.term_id
            and cancelled.months_kept >= steps.from_month
            and cancelled.months_kept < coalesce(steps.until_month, cancelled.months_kept + 1)

),

final as (

    select
        funnel_event_id,
        term_id,
        term_kind,
        cancelled_on,
        months_kept,
        clawback_months,
        is_after_cancellation,
        kept_part <> 'none' and not is_after_cancellation as is_any_kept,
        case
            when is_after_cancellation or kept_part = 'none' then 0
            when kept_part = 'all' then gross_yen
            when kept_part = 'months'
                then {{ part_of('gross_yen', 'months_kept', 'clawback_months') }}
            when kept_part = 'rate' then {{ apply_ppm('gross_yen', 'keep_rate_ppm') }}
        end as kept_yen
    from kept_parts

)

select * from final
