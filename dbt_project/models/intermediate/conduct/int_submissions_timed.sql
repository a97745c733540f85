-- One row per lead of a partner whose time of day is known (提出時刻), in Tokyo's clock: the run it
-- came in, and whether the partner's times are a system's. What comes within five seconds of the
-- one before is one run: nobody types that fast, it is an upload. Where one run a day is the
-- partner's habit the times are those of its exports, and say nothing about its people.
with timed as (

    select * from {{ ref('int_leads_checked') }}
    where submitted_at is not null

),

spaced as (

    select
        lead_id,
        partner_id,
        rep_id,
        coalesce(product_id, '') as product_id,
        submitted_at,
        cast(submitted_at as date) as submitted_on,
        source_row,
        coalesce(
            submitted_at
            > lag(submitted_at) over (partition by partner_id order by submitted_at, lead_id)
            + interval 5 second,
            true
        ) as is_first_of_run
    from timed

),

runs as (

    select
        *,
        sum(cast(is_first_of_run as integer)) over (
            partition by partner_id
            order by submitted_at, lead_id
            rows between unbounded preceding and current row
        ) as run_number
    from spaced

),

days as (

    select
        partner_id,
        submitted_on,
        min(run_number) = max(run_number) as is_one_run
    from runs
    group by partner_id, submitted_on
    having count(*) > 1

),

habits as (

    select
        partner_id,
        count(*) filter (where is_one_run) >= 2
        and count(*) filter (where is_one_run) * 2 >= count(*) as is_exported
    from days
    group by partner_id

),

counted as (

    select
        partner_id,
        max(run_number) = 1 as is_one_run
    from runs
    group by partner_id

),

final as (

    select
        runs.lead_id,
        runs.partner_id,
        runs.rep_id,
        runs.product_id,
        runs.submitted_at,
        runs.submitted_on,
        runs.run_number,
        coalesce(habits.is_exported, false) or counted.is_one_run as is_exported,
        runs.source_row
    from runs
    inner join counted on runs.partner_id = counted.partner_id
    left join habits on runs.partner_id = habits.partner_id

)

select * from final
