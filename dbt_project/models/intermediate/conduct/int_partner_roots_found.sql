-- One row per partner: the top of its tree (一次店). Partners of one tree are related.
with ancestors as (

    select * from {{ ref('int_partner_ancestors_found') }}

),

final as (

    select
        partner_id,
        max_by(ancestor_id, depth) as root_id
    from ancestors
    group by partner_id

)

select * from final
