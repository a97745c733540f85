-- One row per frozen statement (支払通知書) as a close recorded it; a night sees the closes made
-- before it began.
with known as (

    select *
    from {{ source('lake', 'statements') }}
    where known_at < (select night.known_at from {{ ref('stg_run__night') }} as night)

),

final as (

    select
        {{ statement_columns() | join(',\n        ') }},
        close_id,
        known_at
    from known

)

select * from final
