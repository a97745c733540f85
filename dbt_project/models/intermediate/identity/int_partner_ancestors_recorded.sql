-- One row per partner and each partner that ever was above it (過去の上位店を含む), itself included:
-- by any version of a partner, deleted ones too. Links of different times chain.
with recursive versions as (

    select * from {{ ref('stg_crm__partner_versions') }}

),

-- union, not union all: a pair counts once, and so a cycle ends.
final as (

    select
        partner_id,
        partner_id as ancestor_id
    from versions
    union
    select
        final.partner_id,
        versions.parent_partner_id as ancestor_id
    from final
    inner join versions
        on final.ancestor_id = versions.partner_id
    where versions.parent_partner_id is not null

)

select * from final
