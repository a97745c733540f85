-- One row per version of a partner known by the night, tombstones included (履歴).
with known as (

    {{ known_rows(source('lake', 'partners')) }}

),

final as (

    select
        partner_id,
        parent_partner_id,
        bank_account_hash,
        coalesce(is_deleted, false) as is_deleted,
        {{ version_at() }} as version_at,
        {{ provenance() }}
    from known

)

select * from final
