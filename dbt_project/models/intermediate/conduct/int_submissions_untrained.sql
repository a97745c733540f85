-- One row per lead or contract that a rep (担当者) submitted on a day without a valid pass of a
-- mandatory course (必須研修).
with leads as (

    select * from {{ ref('int_leads_united') }}

),

judged as (

    select * from {{ ref('int_contracts_judged') }}

),

trainings as (

    select * from {{ ref('int_trainings_united') }}
    where passed and completed_on is not null

),

courses as (

    select * from {{ ref('mandatory_courses') }}

),

submissions as (

    select
        rep_id,
        registered_on as submitted_on,
        {{ file_row() }} as source_row
    from leads
    where channel = 'partner' and rep_id is not null
    union all
    select
        rep_id,
        sold_on as submitted_on,
        source_row
    from judged
    where rep_id is not null

),

due as (

    select
        submissions.*,
        courses.course
    from submissions
    inner join courses on submissions.submitted_on >= courses.required_from

),

-- Two courses may be missing for one submission.
final as (

    select
        due.rep_id,
        due.source_row
    from due
    anti join trainings
        on
            due.rep_id = trainings.rep_id
            and due.course = trainings.course
            and due.submitted_on >= trainings.completed_on
            and due.submitted_on <= coalesce(trainings.expires_on, due.submitted_on)
    group by due.rep_id, due.source_row

)

select * from final
