-- One row per line key whose posted yen are not the target (差額): a key that left the target
-- has target 0. `has_moved_*` tells what else changed for the same subject tonight.
with targets as (

    select * from {{ ref('int_commission_targets') }}

),

posted as (

    select * from {{ ref('int_postings_summed') }}

),

compared as (

    select
        targets.term_known_at,
        targets.event_known_at,
        targets.last_period,
        posted.last_known_at,
        posted.last_reason_code,
        coalesce(targets.line_key, posted.line_key) as line_key,
        coalesce(targets.partner_id, posted.partner_id) as partner_id,
        coalesce(targets.role, posted.role) as role,
        coalesce(targets.term_id, posted.term_id) as term_id,
        coalesce(targets.subject, posted.subject) as subject,
        coalesce(targets.component, posted.component) as component,
        coalesce(targets.contract_id, posted.contract_id) as contract_id,
        coalesce(targets.stage, posted.stage) as stage,
        coalesce(targets.agreement_id, posted.agreement_id) as agreement_id,
        coalesce(targets.agreement_version, posted.agreement_version) as agreement_version,
        coalesce(targets.earn_period, posted.earn_period) as earn_period,
        targets.line_key is not null as is_in_target,
        posted.line_key is not null as is_posted,
        coalesce(targets.target_yen, 0) as target_yen,
        coalesce(targets.target_yen, 0) - coalesce(posted.posted_yen, 0) as amount_yen
    from targets
    full outer join posted on targets.line_key = posted.line_key

),

final as (

    select
        line_key,
        partner_id,
        role,
        term_id,
        subject,
        component,
        contract_id,
        stage,
        agreement_id,
        agreement_version,
        earn_period,
        last_period,
        term_known_at,
        event_known_at,
        last_known_at,
        last_reason_code,
        is_in_target,
        is_posted,
        target_yen,
        amount_yen,
        component = 'base'
        and min(partner_id) over (partition by subject, role, component)
        <> max(partner_id) over (partition by subject, role, component) as has_moved_partner,
        component = 'base'
        and min(term_id) over (partition by subject, role, component)
        <> max(term_id) over (partition by subject, role, component) as has_moved_term,
        component = 'base'
        and min(earn_period) over (partition by subject, role, component)
        <> max(earn_period) over (partition by subject, role, component) as has_moved_period
    from compared
    where amount_yen <> 0

)

select * from final
