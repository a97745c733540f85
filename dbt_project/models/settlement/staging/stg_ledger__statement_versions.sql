-- One row per version of a frozen statement (支払通知書の版): what a close or a reissue recorded; a night
-- sees those made before it began.
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
