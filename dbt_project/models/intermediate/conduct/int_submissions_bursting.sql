-- One row per rep × grain (hour, minute) × span with submissions (提出の集中): how improbable so
-- many are against the rep's own other spans, log10 of an upper bound of the tail: that of a
-- negative binomial with the others' mean and variance (Poisson's where these do not scatter more),
-- so that a rep who always submits in heaps is compared with heaps. One upload counts once.
with timed as (

    select * from {{ ref('int_submissions_timed') }}
    where rep_id is not null

),

spans as (

    select
        timed.rep_id,
        grains.grain,
        date_trunc(grains.grain, timed.submitted_at) as span_at,
        min(timed.submitted_at) as from_at,
        max(timed.submitted_at) as until_at,
        count(distinct timed.run_number) as events
    from timed
    cross join (values ('hour'), ('minute')) as grains (grain)
    group by timed.rep_id, grains.grain, span_at

),

summed as (

    select
        *,
        count(*) over (partition by rep_id, grain) - 1 as other_count,
        sum(events) over (partition by rep_id, grain) - events as other_sum,
        sum(events * events) over (partition by rep_id, grain) - events * events as other_squares
    from spans

),

baselines as (

    select
        *,
        other_sum / other_count as mean,
        other_squares / other_count - pow(other_sum / other_count, 2) as variance
    from summed
    where other_count >= 20

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
