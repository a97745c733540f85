-- One row per difference with the period it is posted into (計上月): the one that earned it while
-- that is open, else the period that contains tonight or the first later one that is not closed.
{{ config(materialized='view') }}

with reasoned as (

    select * from {{ ref('int_postings_reasoned') }}

),

closed as (

    select * from {{ ref('int_partner_periods_closed') }}

),

first_open as (

    select * from {{ ref('int_partner_periods_open') }}

),

final as (

    select
        reasoned.*,
        case
            when closed.period is null then reasoned.earn_period else first_open.period
        end as post_period
    from reasoned
    left join closed
        on reasoned.partner_id = closed.partner_id and reasoned.earn_period = closed.period
    left join first_open
        on
            reasoned.partner_id = first_open.partner_id
            and reasoned.current_period = first_open.current_period

)

select * from final
