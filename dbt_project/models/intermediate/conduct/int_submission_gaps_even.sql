-- One row per rep × stretch of eight gaps between submissions of one day that can be judged
-- (提出間隔): how improbable so even gaps are by chance, log10. For gaps at random the chance of a
-- coefficient of variation below c is 5.814 c⁷ (a ball in the simplex of eight shares); c counts
-- below 0.15 only. Gaps below five ticks of the clock (seconds, minutes or hours) look even
-- by rounding and are not judged. One upload is one submission.
with timed as (

    select * from {{ ref('int_submissions_timed') }}
    where rep_id is not null

),

events as (

    select
        rep_id,
        submitted_on,
        min(submitted_at) as submitted_at
    from timed
    group by rep_id, submitted_on, run_number

),

ticks as (

    select
        rep_id,
        case
            when count(*) filter (where extract(second from submitted_at) <> 0) > 0 then 1
            when count(*) filter (where extract(minute from submitted_at) <> 0) > 0 then 60
            else 3600
        end as tick_seconds
    from events
    group by rep_id

),

gaps as (

    select
        rep_id,
        submitted_on,
        submitted_at,
        lag(submitted_at) over (
            partition by rep_id, submitted_on order by submitted_at
        ) as before_at
    from events

),

stretches as (

    select
        rep_id,
        min(before_at) over stretch as from_at,
        submitted_at as until_at,
        count(*) over stretch as gap_count,
        avg(epoch(submitted_at - before_at)) over stretch as mean_seconds,
        stddev_pop(epoch(submitted_at - before_at)) over stretch as deviation_seconds
    from gaps
    where before_at is not null
    window
        stretch as (
            partition by rep_id, submitted_on
            order by submitted_at
            rows between 7 preceding and current row
        )

),

final as (

    select
        stretches.rep_id,
        stretches.from_at,
        stretches.until_at,
        case
            when stretches.deviation_seconds < 0.15 * stretches.mean_seconds
                then
                    log10(5.814)
                    + 7 * log10(
                        greatest(stretches.deviation_seconds / stretches.mean_seconds, 0.001)
                    )
            else 0.0
        end as log10_p
    from stretches
    inner join ticks on stretches.rep_id = ticks.rep_id
    where
        stretches.gap_count = 8
        and stretches.mean_seconds >= 5 * ticks.tick_seconds

)

select * from final
