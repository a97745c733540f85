-- One row per partner × partner above it (上位店) × span of days [from, until): depth 1 is the parent.
-- On a day counts the row with the latest version on or before it, else the earliest row. A walk
-- that comes back to a partner it has met is a cycle and pays no override in that span.
with recursive versions as (

    select * from {{ ref('stg_crm__partner_versions') }}

),

days as (

    select
        partner_id,
        {{ business_day('version_at') }} as version_on,
        case when not is_deleted then parent_partner_id end as parent_id,
        row_number() over (
            partition by partner_id, {{ business_day('version_at') }}
            order by version_at desc, known_at desc, file_name desc, row_number desc
        ) as recency
    from versions

),

spans as (

    select
        partner_id,
        parent_id,
        case
            when row_number() over (partition by partner_id order by version_on) = 1
                then date '0001-01-01'
            else version_on
        end as valid_from,
        lead(version_on, 1, date '9999-12-31') over (
            partition by partner_id order by version_on
        ) as valid_until
    from days
    where recency = 1

),

links as (

    select * from spans
    where parent_id is not null

),

walked as (

    select
        partner_id,
        parent_id as ancestor_id,
        1 as depth,
        valid_from,
        valid_until,
        parent_id = partner_id as is_cycle,
        {{ list_of(['partner_id', 'parent_id']) }} as path
    from links
    union all
    select
        walked.partner_id,
        links.parent_id as ancestor_id,
        walked.depth + 1 as depth,
        greatest(walked.valid_from, links.valid_from) as valid_from,
        least(walked.valid_until, links.valid_until) as valid_until,
        array_contains(walked.path, links.parent_id) as is_cycle,
        array_append(walked.path, links.parent_id) as path
    from walked
    inner join links
        on
            walked.ancestor_id = links.partner_id
            and walked.valid_from < links.valid_until
            and walked.valid_until > links.valid_from
    where not walked.is_cycle

),

final as (

    select
        partner_id,
        ancestor_id,
        depth,
        valid_from,
        valid_until,
        is_cycle
    from walked

)

select * from final
