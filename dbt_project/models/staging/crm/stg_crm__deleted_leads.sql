-- One row per lead that the CRM deleted (削除済み), with the reference it last quoted: a
-- partner's row about it must not come back as a claim.
with versions as (

    select * from {{ ref('stg_lake__leads') }}

),

final as (

    select
        lead_id,
        last_partner_ref as partner_ref
    from versions
    where _uploader_id is null and is_deleted

)

select * from final
