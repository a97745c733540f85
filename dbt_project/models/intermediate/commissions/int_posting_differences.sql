-- One row per line key whose posted yen are not the target (差額): a key that left the target
-- has target 0.
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
        targets.forfeited_at,
        targets.last_period,
        posted.last_known_at,
        posted.last_reason_code,
        coalesce(posted.line_key, targets.line_key) as line_key,
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
        targets.subject is not null as is_in_target,
        posted.subject is not null as is_posted,
        coalesce(targets.target_yen, 0) as target_yen,
        coalesce(targets.target_yen, 0) - coalesce(posted.posted_yen, 0) as amount_yen
    from targets
    full outer join posted
        on
            targets.subject = posted.subject
            and targets.term_id = posted.term_id
            and targets.component = posted.component
            and targets.key_period = posted.key_period
            and targets.partner_id = posted.partner_id
            and targets.role = posted.role

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
        forfeited_at,
        last_known_at,
        last_reason_code,
        is_in_target,
        is_posted,
        target_yen,
        amount_yen
    from compared
    where amount_yen <> 0

)

select * from final
