-- One row per lead of a group of like contacts × window of seven days that ends on a day of the
-- group (酷似した連絡先の7日間): each lead lies in at most seven.
with marked as (

    select * from {{ ref('int_contacts_marked') }}

),

days as (

    select
        contact_kind,
        group_id,
        registered_on
    from marked
    group by contact_kind, group_id, registered_on

),

spread as (

    select
        lead_id,
        contact_kind,
        group_id,
        told,
        company,
        customer,
        registered_on + cast(unnest(range(7)) as integer) as ends_on
    from marked

),

final as (

    select spread.*
    from spread
    semi join days
        on
            spread.contact_kind = days.contact_kind
            and spread.group_id = days.group_id
            and spread.ends_on = days.registered_on

)

select * from final
