-- One row per document of a door (the CRM, or one partner): latest version, deleted ones too.
-- Read from the lake once; the models of each door are views on it.
with final as (

    {{ latest_version(
        source('lake', 'evidence'),
        ['evidence_id'],
        fact=['contract_id', 'evidence_kind', 'document_sha256'],
    ) }}

)

select * from final
