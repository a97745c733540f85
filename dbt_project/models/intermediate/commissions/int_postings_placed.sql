-- One row per difference with the period it is posted into (計上月): the one that earned it while
-- that is open, else the period that contains tonight or the first later one that is not closed.
{{ config(materialized='view') }}

with reasoned as (

    select * from {{ ref('int_postings_reasoned') }}

),

closes as (

    select * from {{ ref('stg_ledger__closes') }}

),

late as (

    select
        reasoned.line_key,
        reasoned.partner_id,
        reasoned.current_period
    from reasoned
    inner join closes
        on
            reasoned.earn_period = closes.period
            and reasoned.partner_id = coalesce(closes.partner_id, reasoned.partner_id)
    group by reasoned.line_key, reasoned.partner_id, reasoned.current_period

),

-- Nobody closes ten years ahead; a posting without a period fails the contract of postings_due.
later_months as (

    select
        line_key,
        partner_id,
        current_period,
        {{ counted_rows(120) }} as months_later
    from late

),

later_periods as (

    select
        line_key,
        partner_id,
        {{ period_after('current_period', 'months_later') }} as period
    from later_months

),

first_open as (

    select
        later_periods.line_key,
        min(later_periods.period) as period
    from later_periods
    left join closes
        on
            later_periods.period = closes.period
            and later_periods.partner_id = coalesce(closes.partner_id, later_periods.partner_id)
    where closes.period is null
    group by later_periods.line_key

),

final as (

    select
        reasoned.*,
        case
            when late.line_key is null then reasoned.earn_period else first_open.period
        end as post_period
    from reasoned
    left join late on reasoned.line_key = late.line_key
    left join first_open on reasoned.line_key = first_open.line_key

)

select * from final
