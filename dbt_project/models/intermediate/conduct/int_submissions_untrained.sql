-- One row per lead or contract that a rep (担当者) submitted on a day without a valid pass of a
-- mandatory course (必須研修), and whether that is sure: a lead that only the partner's file knows
-- counts from its arrival, and may be as old as it says, from a time when the rep had passed.
with leads as (

    select * from {{ ref('int_leads_united') }}

),

uploaded as (

    select * from {{ ref('stg_uploads__leads') }}

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
        leads.rep_id,
        leads.registered_on as submitted_on,
        coalesce({{ business_day('uploaded.registered_at_stated') }}, leads.registered_on)
            as stated_on,
        {{ file_row('leads') }} as source_row
    from leads
    left join uploaded
        on
            not leads.is_in_crm
            and leads.lead_id = uploaded.uploader_id || ':' || uploaded.lead_id
    where leads.channel = 'partner' and leads.rep_id is not null
    union all
    select
        rep_id,
        sold_on as submitted_on,
        sold_on as stated_on,
        source_row
    from judged
    where rep_id is not null

),

due as (

    select
        submissions.*,
        courses.course,
        courses.required_from
    from submissions
    inner join courses on submissions.submitted_on >= courses.required_from

),

passed as (

    select
        due.rep_id,
        due.source_row,
        coalesce(bool_or(
            due.submitted_on between trainings.completed_on
            and coalesce(trainings.expires_on, due.submitted_on)
        ), false) as is_passed,
        due.stated_on < due.required_from
        or coalesce(bool_or(
            due.stated_on between trainings.completed_on
            and coalesce(trainings.expires_on, due.stated_on)
        ), false) as was_passed
    from due
    left join trainings on due.rep_id = trainings.rep_id and due.course = trainings.course
    group by due.rep_id, due.source_row, due.course, due.required_from, due.stated_on

),

-- Two courses may be missing for one submission.
final as (

    select
        rep_id,
        source_row,
        bool_or(not was_passed) as is_sure
    from passed
    where not is_passed
    group by rep_id, source_row

)

select * from final
