-- One row per contract of a partner's files (ids are the uploader's own): latest version.
with versions as (

    select * from {{ ref('stg_lake__contracts') }}

),

final as (

    select
        _uploader_id as uploader_id,
        contract_id,
        lead_id,
        partner_ref,
        channel,
        partner_id,
        rep_id,
        product_id,
        agreed_on,
        contracted_on,
        starts_on,
        term_months,
        initial_yen,
        monthly_yen,
        discount_rate,
        payer_account,
        contract_status,
        cancelled_on,
        cancel_reason,
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
        updated_at,
        payer_account_hash,
        company_name_hash,
        corporate_number_hash,
        contact_name_hash,
        email_hash,
        phone_hash,
        address_hash,
        email_domain,
        {{ provenance() }}
    from versions
    where _uploader_id is not null and not coalesce(is_deleted, false)

)

select * from final
