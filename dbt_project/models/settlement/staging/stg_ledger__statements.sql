-- One row per frozen statement (支払通知書) in its latest version.
with versions as (

    select * from {{ ref('stg_ledger__statement_versions') }}

),

final as (

    select
        {{ statement_columns() | join(',\n        ') }},
        close_id,
        known_at
    from versions
    qualify row_number() over (partition by statement_id order by version desc) = 1

)

select * from final
