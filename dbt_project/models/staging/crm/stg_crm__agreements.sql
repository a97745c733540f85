-- One row per version of an agreement of the CRM: latest version, unless deleted.
with versions as (

    {{ latest_version(source('lake', 'agreements'), ['agreement_id', 'version']) }}

),

final as (

    select
        agreement_id,
        version,
        partner_id,
        effective_from,
        effective_to,
        signed_on,
        closing_day,
        payment_month_offset,
        payment_day,
        holiday_shift,
        subcontracting_allowed,
        clawback_netting_allowed,
        territory,
        updated_at,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
