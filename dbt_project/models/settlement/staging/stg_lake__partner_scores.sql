-- One row per partner, measure and night that compared it with its peers.
with known as (

    select *
    from {{ source('lake', 'partner_scores') }}
    where known_at <= (select night.known_at from {{ ref('stg_run__night') }} as night)

),

final as (

    select
        partner_id,
        measure,
        hits,
        size,
        rate,
        expected,
        ratio,
        ratio_low,
        ratio_high,
        q,
        q_low,
        place,
        peer_count,
        known_at
    from known

)

select * from final
