-- One row per rep × grain (hour, minute) × span with submissions (提出の集中): how improbable so
-- many are against the rep's own other spans, log10 of an upper bound of the tail: that of a
-- negative binomial with the others' mean and variance (Poisson's where these do not scatter more),
-- so that a rep who always submits in heaps is compared with heaps. One upload counts once.
with timed as (

    select * from {{ ref('int_submissions_timed') }}
    where rep_id is not null

),

runs as (

    select
        timed.rep_id,
        grains.grain,
        date_trunc(grains.grain, timed.submitted_at) as span_at,
        min(timed.submitted_at) as from_at,
        max(timed.submitted_at) as until_at
    from timed
    cross join (values ('hour'), ('minute')) as grains (grain)
    group by timed.rep_id, grains.grain, span_at, timed.run_number

),

spans as (

    select
        rep_id,
        grain,
        min(from_at) as from_at,
        max(until_at) as until_at,
        count(*) as events
    from runs
    group by rep_id, grain, span_at

),

summed as (

    select
        rep_id,
        grain,
        count(*) - 1 as other_count,
        sum(events) as all_events,
        sum(events * events) as all_squares
    from spans
    group by rep_id, grain
    having count(*) > 20

),

others as (

    select
        spans.*,
        summed.other_count,
        (summed.all_events - spans.events) / summed.other_count as mean,
        (summed.all_squares - spans.events * spans.events) / summed.other_count as mean_square
    from spans
    inner join summed on spans.rep_id = summed.rep_id and spans.grain = summed.grain

),

baselines as (

    select
        *,
        mean_square - pow(mean, 2) as variance
    from others

),

bounded as (

    select
        *,
        case when variance > mean then mean * mean / (variance - mean) end as dispersion
    from baselines

),

final as (

    select
        rep_id,
        from_at,
        until_at,
        case
            when events <= mean then 0.0
            when dispersion is null then (events * ln(mean / events) + events - mean) / ln(10)
            else
                (
                    events * ln(mean / events)
                    + (events + dispersion) * ln((events + dispersion) / (mean + dispersion))
                ) / ln(10)
        end as log10_p
    from bounded

)

select * from final
