-- One row per line of a frozen statement (支払通知書明細) in its latest version.
with known as (

    select *
    from {{ source('lake', 'statement_lines') }}
    where known_at < (select night.known_at from {{ ref('stg_run__night') }} as night)

),

final as (

    select
        {{ statement_line_columns() | join(',\n        ') }},
        close_id,
        known_at
    from known
    qualify row_number() over (partition by statement_line_id order by version desc) = 1

)

select * from final
