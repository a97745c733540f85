-- One row per line whose posted yen are not the target (差額): a line that left the target has
-- target 0, and nothing else is known of it here.
with targets as (

    select * from {{ ref('int_commission_targets') }}

),

posted as (

    select * from {{ ref('int_postings_summed') }}

),

compared as (

    select
        coalesce(targets.partner_id, posted.partner_id) as partner_id,
        coalesce(targets.role, posted.role) as role,
        coalesce(targets.term_id, posted.term_id) as term_id,
        coalesce(targets.subject, posted.subject) as subject,
        coalesce(targets.component, posted.component) as component,
        coalesce(targets.key_period, posted.key_period) as key_period,
        targets.contract_id,
        targets.stage,
        targets.agreement_id,
        targets.agreement_version,
        targets.earn_period,
        targets.last_period,
        targets.term_known_at,
        targets.event_known_at,
        targets.forfeited_at,
        posted.last_known_at,
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
        partner_id,
        role,
        term_id,
        subject,
        component,
        key_period,
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
        is_in_target,
        is_posted,
        target_yen,
        amount_yen
    from compared
    where amount_yen <> 0

)

select * from final
