-- One row per lead of the CRM: latest version, unless deleted.
with versions as (

    select * from {{ ref('stg_lake__leads') }}

),

final as (

    select
        lead_id,
        partner_ref,
        registered_at,
        channel,
        partner_id,
        rep_id,
        campaign,
        product_id,
        lead_status,
        reject_reason,
        meeting_on,
        company_name,
        company_name_kana,
        corporate_number,
        contact_name,
        contact_name_kana,
        email,
        phone,
        postal_code,
        prefecture,
        address,
        legal_basis,
        consent_on,
        updated_at,
        company_name_hash,
        corporate_number_hash,
        contact_name_hash,
        email_hash,
        phone_hash,
        address_hash,
        email_domain,
        email_is_valid,
        phone_is_valid,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
