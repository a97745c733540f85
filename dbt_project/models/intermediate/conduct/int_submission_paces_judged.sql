-- One row per rep (担当者) with submissions at a known time of day: how improbable its pace is, log10
-- of the most improbable hour, minute or evenly spaced stretch times how many were looked at, where
-- that stretch lies, and how many submissions there are. 0 = nothing odd.
with timed as (

    select * from {{ ref('int_submissions_timed') }}

),

bursting as (

    select * from {{ ref('int_submissions_bursting') }}

),

even as (

    select * from {{ ref('int_submission_gaps_even') }}

),

counted as (

    select
        rep_id,
        count(distinct run_number) as submission_count
    from timed
    where rep_id is not null
    group by rep_id

),

looked_at as (

    select
        rep_id,
        from_at,
        until_at,
        log10_p
    from bursting
    union all
    select
        rep_id,
        from_at,
        until_at,
        log10_p
    from even

),

judged as (

    select
        rep_id,
        least(min(log10_p) + log10(count(*)), 0.0) as pace_log10_p,
        min_by(from_at, (log10_p, from_at, until_at)) as from_at,
        min_by(until_at, (log10_p, from_at, until_at)) as until_at
    from looked_at
    group by rep_id

),

final as (

    select
        judged.*,
        counted.submission_count
    from judged
    inner join counted on judged.rep_id = counted.rep_id

)

select * from final
