-- One row per document of a partner's files (ids are the uploader's own): latest version.
-- A partner's own dates do not count: the first arrival of the same fact does; the stated date
-- stands beside it.
with versions as (

    select * from {{ ref('stg_lake__evidence') }}

),

final as (

    select
        _uploader_id as uploader_id,
        evidence_id,
        contract_id,
        evidence_kind,
        signed_on,
        signer_name,
        first_known_at as received_at,
        received_at as received_at_stated,
        document_sha256,
        updated_at,
        signer_name_hash,
        {{ provenance() }}
    from versions
    where _uploader_id is not null and not coalesce(is_deleted, false)

)

select * from final
