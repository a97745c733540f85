-- One row per ring of parties that hang together by shared ties (名寄せキーの連なり): how many they are,
-- how many of them are partner trees, and their file rows, the partners' first.
with ties as (

    select * from {{ ref('int_ties_shared') }}

),

ringed as (

    select * from {{ ref('int_parties_ringed') }}

),

members as (

    select
        ringed.ring_id,
        ties.counted_as,
        ties.partner_id is not null as is_partner,
        ties.source_row
    from ties
    inner join ringed on ties.party = ringed.party
    group by ringed.ring_id, ties.counted_as, ties.partner_id is not null, ties.source_row

),

final as (

    select
        ring_id,
        cast(count(distinct counted_as) as bigint) as party_count,
        cast(count(distinct case when is_partner then counted_as end) as bigint) as partner_count,
        {{ latest_rows('true', 'is_partner') }} as source_rows
    from members
    group by ring_id

)

select * from final
