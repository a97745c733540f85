-- One row per payment made to a partner: latest version, unless deleted.
with versions as (

    {{ latest_version(source('lake', 'payouts'), ['payout_id']) }}

),

final as (

    select
        payout_id,
        partner_id,
        statement_id,
        paid_on,
        amount_yen,
        updated_at,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
