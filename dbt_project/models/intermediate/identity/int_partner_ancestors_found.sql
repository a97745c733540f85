-- One row per partner and each partner above it (上位店), itself included at depth 0.
with recursive partners as (

    select * from {{ ref('stg_crm__partners') }}

),

-- A cycle of parents is a data error: the walk stops where it would meet a partner again.
walked as (

    select
        partner_id,
        partner_id as ancestor_id,
        0 as depth,
        {{ list_of(['partner_id']) }} as path
    from partners
    union all
    select
        walked.partner_id,
        parents.partner_id as ancestor_id,
        walked.depth + 1 as depth,
        {{ prepended('walked.path', 'parents.partner_id') }} as path
    from walked
    inner join partners as children
        on walked.ancestor_id = children.partner_id
    inner join partners as parents
        on children.parent_partner_id = parents.partner_id
    where not array_contains(walked.path, parents.partner_id)

),

final as (

    select
        partner_id,
        ancestor_id,
        depth,
        {{ joined('path', '/') }} as hierarchy_path
    from walked

)

select * from final
