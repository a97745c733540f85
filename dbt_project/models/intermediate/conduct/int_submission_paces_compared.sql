-- One row per rep (担当者): how improbable the pace of its submissions is (提出ペース), log10 of the
-- most improbable hour, minute or evenly spaced stretch, times how many were looked at. 0 = nothing
-- odd; NULL below 20 submissions with a known time of day. q is corrected for all reps of the night
-- (Benjamini–Hochberg): p times how many were tested ÷ its place among them.
with reps as (

    select * from {{ ref('int_partner_reps_united') }}

),

timed as (

    select * from {{ ref('int_submissions_timed') }}

),

judged as (

    select * from {{ ref('int_submission_paces_judged') }}

),

evidence as (

    select
        judged.rep_id,
        {{ latest_rows('true', 'timed.submitted_at', 'timed.source_row') }} as source_rows
    from judged
    inner join timed
        on
            judged.rep_id = timed.rep_id
            and timed.submitted_at between judged.from_at and judged.until_at
    where judged.pace_log10_p < 0
    group by judged.rep_id

),

known as (

    select
        rep_id,
        pace_log10_p,
        pace_log10_p + log10(count(*) over ()) - log10(
            row_number() over (order by pace_log10_p, rep_id)
        ) as raised_log10_p
    from judged
    where submission_count >= 20

),

-- No place has a larger q than a place after it.
corrected as (

    select
        rep_id,
        pace_log10_p,
        min(raised_log10_p) over (
            order by pace_log10_p desc, rep_id desc
            rows between unbounded preceding and current row
        ) as pace_log10_q
    from known

),

final as (

    select
        reps.rep_id,
        corrected.pace_log10_p,
        corrected.pace_log10_q,
        case when corrected.rep_id is not null then evidence.source_rows end as source_rows,
        case when corrected.rep_id is null then 'submission_time' end as missing_input
    from reps
    left join corrected on reps.rep_id = corrected.rep_id
    left join evidence on reps.rep_id = evidence.rep_id

)

select * from final
