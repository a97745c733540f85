-- One row per joint plan and month of a partner's files (own ids): latest version.
with versions as (

    {{ latest_version(source('lake', 'joint_plans'), ['plan_id', 'month']) }}

),

final as (

    select
        _uploader_id as uploader_id,
        plan_id,
        partner_id,
        month,
        committed_reps,
        target_leads,
        target_contracts,
        target_yen,
        approved_by_vendor_on,
        approved_by_decision_maker_on,
        approved_by_sales_head_on,
        updated_at,
        {{ provenance() }}
    from versions
    where _uploader_id is not null and not coalesce(is_deleted, false)

)

select * from final
