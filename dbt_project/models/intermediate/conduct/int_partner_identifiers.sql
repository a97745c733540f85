-- One row per partner × identifier of itself, its sub-agents and all their reps (名寄せキー).
with own_identifiers as (

    select * from {{ ref('int_partner_own_identifiers') }}

),

ancestors as (

    select * from {{ ref('int_partner_ancestors_found') }}

),

final as (

    select
        ancestors.ancestor_id as partner_id,
        own_identifiers.identifier_kind,
        own_identifiers.identifier,
        min(own_identifiers.source_row) as source_row
    from own_identifiers
    inner join ancestors on own_identifiers.partner_id = ancestors.partner_id
    group by
        ancestors.ancestor_id,
        own_identifiers.identifier_kind,
        own_identifiers.identifier

)

select * from final
