-- One row per rep (担当者): leads and contracts that it submitted on a day without a valid pass of a
-- mandatory course (必須研修). NULL where neither the CRM nor the partner tells of any training, and
-- where only leads speak against it whose day is not sure.
with reps as (

    select * from {{ ref('int_partner_reps_united') }}

),

submissions as (

    select * from {{ ref('int_submissions_untrained') }}

),

trainings as (

    select * from {{ ref('int_trainings_united') }}

),

ancestors as (

    select * from {{ ref('int_partner_ancestors_found') }}

),

untrained as (

    select
        rep_id,
        count(*) filter (where is_sure) as submission_count,
        array_to_string(list_sort(list(source_row) filter (where is_sure)), ';') as source_rows
    from submissions
    group by rep_id

),

doors as (

    select uploader_id
    from trainings
    group by uploader_id

),

-- The CRM tells of everybody's trainings; a partner of its own reps' and its sub-agents'.
told as (

    select reps.rep_id
    from doors
    left join ancestors on doors.uploader_id = ancestors.ancestor_id
    inner join reps
        on doors.uploader_id is null or ancestors.partner_id = reps.partner_id
    group by reps.rep_id

),

counted as (

    select
        reps.rep_id,
        untrained.source_rows,
        cast(coalesce(untrained.submission_count, 0) as bigint) as submission_count,
        case
            when untrained.rep_id is not null and told.rep_id is null then 'training'
            when untrained.submission_count = 0 then 'submission_day'
        end as missing_input
    from reps
    left join untrained on reps.rep_id = untrained.rep_id
    left join told on reps.rep_id = told.rep_id

),

final as (

    select
        rep_id,
        case when missing_input is null then submission_count end as untrained_submission_count,
        case when missing_input is null then source_rows end as source_rows,
        missing_input
    from counted

)

select * from final
