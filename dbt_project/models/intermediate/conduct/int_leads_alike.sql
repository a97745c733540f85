-- One row per partner lead with alike ones or nothing to compare: the most customers of its partner
-- within seven days, its own included, whose contacts look like one row of invented ones
-- (酷似した連絡先); any other lead has its own alone. Counted are the contacts, the
-- companies and the customers of the group, and the least of these holds: one customer's many
-- mailboxes, lines and branches are no such row. NULL without any contact that can be compared.
with checked as (

    select * from {{ ref('int_leads_checked') }}

),

marked as (

    select * from {{ ref('int_contacts_marked') }}

),

windowed as (

    select * from {{ ref('int_contacts_windowed') }}

),

counted as (

    select
        contact_kind,
        group_id,
        ends_on,
        least(count(distinct told), count(distinct company), count(distinct customer))
            as alike_count
    from windowed
    group by contact_kind, group_id, ends_on
    having count(*) > 1

),

most as (

    select
        windowed.lead_id,
        max((counted.alike_count, counted.contact_kind, counted.group_id, counted.ends_on)) as best
    from windowed
    inner join counted
        on
            windowed.contact_kind = counted.contact_kind
            and windowed.group_id = counted.group_id
            and windowed.ends_on = counted.ends_on
    where counted.alike_count > 1
    group by windowed.lead_id

),

best_windows as (

    select best
    from most
    group by best

),

evidence as (

    select
        best_windows.best,
        {{ latest_rows('true', 'marked.registered_on', 'marked.source_row') }} as source_rows
    from best_windows
    inner join marked
        on
            best_windows.best[2] = marked.contact_kind
            and best_windows.best[3] = marked.group_id
            and marked.registered_on between best_windows.best[4] - 6 and best_windows.best[4]
    group by best_windows.best

),

final as (

    select
        checked.lead_id,
        evidence.source_rows,
        case
            when checked.has_comparable_contact then cast(coalesce(most.best[1], 1) as bigint)
        end as alike_contact_count,
        case when not checked.has_comparable_contact then 'contact' end as missing_input
    from checked
    left join most on checked.lead_id = most.lead_id
    left join evidence on most.best = evidence.best
    where most.lead_id is not null or not checked.has_comparable_contact

)

select * from final
