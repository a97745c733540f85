-- One row per partner × measure (同業比較): its rate beside that of its peers, as this night found it.
with scores as (

    select * from {{ ref('stg_lake__partner_scores') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

final as (

    select
        scores.partner_id,
        scores.measure,
        cast(scores.hits as bigint) as hits,
        cast(scores.size as bigint) as size,
        scores.rate,
        scores.expected as expected_rate,
        scores.ratio,
        scores.ratio_low,
        scores.ratio_high,
        scores.q as high_q_value,
        scores.q_low as low_q_value,
        scores.place as share_of_peers_below,
        scores.peer_count
    from scores
    inner join night on scores.known_at = night.known_at

)

select * from final
