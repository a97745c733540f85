-- One row per partner × role × component × subject with postings that no statement has settled, and
-- draft period: what is settled of it, what is open up to that period, and why it may not be paid.
-- A line that another term or period replaced is one subject with its successor.
with postings as (

    select * from {{ ref('int_postings_stated') }}

),

flagged as (

    select * from {{ ref('int_open_postings_flagged') }}

),

settled as (

    select
        partner_id,
        role,
        component,
        subject_key,
        sum(amount_yen) as settled_yen
    from postings
    where is_settled
    group by partner_id, role, component, subject_key

),

by_period as (

    select
        partner_id,
        role,
        component,
        subject_key,
        draft_period,
        sum(amount_yen) as amount_yen,
        max(case when is_held then 1 else 0 end) as held_rank,
        max(case when is_matured then 0 else 1 end) as immature_rank,
        max(case when is_unscheduled then 1 else 0 end) as unscheduled_rank,
        max(case when is_netting_excluded then 1 else 0 end) as excluded_rank
    from flagged
    group by partner_id, role, component, subject_key, draft_period

),

final as (

    select
        by_period.partner_id,
        by_period.role,
        by_period.component,
        by_period.subject_key,
        by_period.draft_period,
        cast(coalesce(settled.settled_yen, 0) as bigint) as settled_yen,
        cast(sum(by_period.amount_yen) over subject_so_far as bigint) as open_yen,
        max(by_period.held_rank) over subject_periods = 1 as is_held,
        max(by_period.immature_rank) over subject_periods = 0 as is_matured,
        max(by_period.unscheduled_rank) over subject_periods = 1 as is_unscheduled,
        max(by_period.excluded_rank) over subject_periods = 1 as is_netting_excluded
    from by_period
    left join settled
        on
            by_period.partner_id = settled.partner_id
            and by_period.role = settled.role
            and by_period.component = settled.component
            and by_period.subject_key = settled.subject_key
    window
        subject_periods as (
            partition by
                by_period.partner_id, by_period.role, by_period.component, by_period.subject_key
        ),
        subject_so_far as (
            partition by
                by_period.partner_id, by_period.role, by_period.component, by_period.subject_key
            order by by_period.draft_period
        )

)

select * from final
