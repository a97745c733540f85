-- One row per ring with a partner in it × shared value × party that carries it (名寄せキーの連なり). A
-- value stands as its kind and a number within the ring; rings too large to tell anybody apart are
-- left out.
with ties as (

    select * from {{ ref('int_ties_shared') }}

),

ringed as (

    select * from {{ ref('int_parties_ringed') }}

),

rings as (

    select * from {{ ref('int_rings_counted') }}
    where partner_count > 0 and party_count <= {{ var('ring_most_parties') }}

),

final as (

    select
        rings.ring_id,
        split_part(ties.tie, ':', 1) as identifier_kind,
        dense_rank() over (partition by rings.ring_id order by ties.tie) as tie_number,
        ties.partner_id,
        case
            when ties.partner_id is null then substr(ties.party, length('customer:') + 1)
        end as customer_id
    from ties
    inner join ringed on ties.party = ringed.party
    inner join rings on ringed.ring_id = rings.ring_id
    group by rings.ring_id, ties.tie, ties.party, ties.partner_id

)

select * from final
