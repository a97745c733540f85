-- One row per fee of a contract, due or collected: latest version, unless deleted.
with versions as (

    {{ latest_version(source('lake', 'collections'), ['collection_id']) }}

),

final as (

    select
        collection_id,
        contract_id,
        due_on,
        collected_on,
        amount_yen,
        payer_account,
        updated_at,
        payer_account_hash,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
