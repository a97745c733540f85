-- One row per commission term of the CRM: latest version, unless deleted.
with versions as (

    {{ latest_version(source('lake', 'commission_terms'), ['term_id']) }}

),

final as (

    select
        term_id,
        agreement_id,
        agreement_version,
        scenario,
        product_id,
        stage,
        required_evidence,
        basis,
        base_amount,
        fixed_yen,
        rate,
        {{ rate_ppm('rate') }} as rate_ppm,
        recurring_months,
        requires_collection,
        tier_measure,
        tier_window,
        tier_mode,
        cap_event_yen,
        cap_window_yen,
        maturation_days,
        clawback_method,
        clawback_months,
        payee,
        applies_to_existing,
        proposed_by,
        approved_by,
        approved_on,
        updated_at,
        {{ provenance() }}
    from versions
    where _uploader_id is null and not coalesce(is_deleted, false)

)

select * from final
