-- One row per line: what should be owed (支払うべき額) from all that is known now. Base lines are
-- keyed by the period that earned them, uplifts and caps by their window, penalties by their flag.
{{ config(materialized='view') }}

with lines as (

    select * from {{ ref('int_commission_lines') }}
    where achieved_on is not null and scenario is null

),

window_lines as (

    select * from {{ ref('int_commission_window_lines') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}

),

penalties as (

    select * from {{ ref('int_penalties_owed') }}

),

base_targets as (

    select
        lines.term_id,
        'base' as component,
        {{ line_subject('lines') }} as subject,
        lines.contract_id,
        lines.stage,
        lines.earn_period,
        lines.earn_period as last_period,
        lines.event_known_at,
        lines.forfeited_at,
        lines.earn_period as key_period,
        lines.kept_yen as target_yen
    from lines

),

window_targets as (

    select
        term_id,
        component,
        window_label as subject,
        cast(null as string) as contract_id,
        cast(null as string) as stage,
        earn_period,
        last_period,
        event_known_at,
        forfeited_at,
        window_label as key_period,
        target_yen
    from window_lines

),

targets as (

    select * from base_targets
    union all
    select * from window_targets

),

-- What each target's term says of it; a penalty's clause has said it itself.
final as (

    select
        targets.term_id,
        targets.component,
        targets.subject,
        targets.contract_id,
        targets.stage,
        targets.earn_period,
        targets.key_period,
        targets.last_period,
        targets.event_known_at,
        targets.forfeited_at,
        terms.partner_id,
        terms.role,
        terms.agreement_id,
        terms.agreement_version,
        terms.known_at as term_known_at,
        cast(targets.target_yen as bigint) as target_yen
    from targets
    inner join terms on targets.term_id = terms.term_id
    union all
    select
        term_id,
        component,
        subject,
        contract_id,
        stage,
        earn_period,
        earn_period as key_period,
        earn_period as last_period,
        event_known_at,
        cast(null as timestamp) as forfeited_at,
        partner_id,
        role,
        agreement_id,
        agreement_version,
        term_known_at,
        cast(target_yen as bigint) as target_yen
    from penalties

)

select * from final
