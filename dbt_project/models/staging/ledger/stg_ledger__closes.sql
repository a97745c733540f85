-- One row per recorded close (締め) of a closing period, of one partner or (partner_id NULL) of all;
-- a night sees the closes recorded before it began.
with known as (

    select *
    from {{ source('lake', 'closes') }}
    where known_at < (select night.known_at from {{ ref('stg_run__night') }} as night)

),

final as (

    select
        close_id,
        period,
        partner_id,
        closed_by,
        second_by,
        reason,
        is_forced,
        checklist,
        after_night_id,
        known_at
    from known

)

select * from final
