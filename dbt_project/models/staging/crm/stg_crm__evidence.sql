-- One row per document of the CRM: latest version, unless deleted.
with versions as (

    select * from {{ ref('stg_lake__evidence') }}

),

final as (

    select
        evidence_id,
        contract_id,
        evidence_kind,
        signed_on,
        signer_name,
        received_at,
        document_sha256,
        updated_at,
        signer_name_hash,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
