-- One row per party that shares a tie: the ring of all that hang together by shared ties
-- (名寄せキーの連なり), numbered by the first of them.
with recursive ties as (

    select
        party,
        dense_rank() over (order by party) as party_number,
        dense_rank() over (order by tie) as tie_number
    from {{ ref('int_ties_shared') }}
    group by party, tie

),

-- Who learned of a smaller number tells all that it shares a tie with, until nobody learns more.
ringed (party_number, ring_id) {{ keyed_by('party_number') }} as (

    select
        party_number,
        party_number as ring_id
    from ties
    group by party_number
    union
    select
        theirs.party_number,
        min(ringed.ring_id) as ring_id
    from ringed
    inner join ties as ours on ringed.party_number = ours.party_number
    inner join ties as theirs on ours.tie_number = theirs.tie_number
    inner join {{ all_of('ringed') }} as known on theirs.party_number = known.party_number
    where ringed.ring_id < known.ring_id
    group by theirs.party_number

),

final as (

    select
        ties.party,
        ringed.ring_id
    from ties
    inner join ringed on ties.party_number = ringed.party_number
    group by ties.party, ringed.ring_id

)

select * from final
