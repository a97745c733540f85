-- One row per partner of the CRM: latest version, unless deleted.
with versions as (

    {{ latest_version(source('lake', 'partners'), ['partner_id']) }}

),

final as (

    select
        partner_id,
        partner_name,
        is_gaikoin,
        partner_kind,
        alliance_kind,
        parent_partner_id,
        rank,
        is_individual,
        legal_regime,
        corporate_number,
        invoice_number,
        prefecture,
        address,
        phone,
        email,
        bank_account,
        joined_on,
        ended_on,
        updated_at,
        partner_name_hash,
        corporate_number_hash,
        address_hash,
        phone_hash,
        email_hash,
        bank_account_hash,
        email_domain,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
