-- One row per line key: what should be owed (支払うべき額) from all that is known now. Base lines are
-- keyed by the period that earned them, uplifts and caps by their window.
{{ config(materialized='view') }}

with lines as (

    select * from {{ ref('int_commission_lines') }}
    where achieved_on is not null and scenario is null

),

uplifts as (

    select * from {{ ref('int_commission_uplifts') }}
    where scenario is null

),

caps as (

    select * from {{ ref('int_commission_caps') }}
    where scenario is null

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}

),

window_lines as (

    select
        term_id,
        window_label,
        last_period,
        event_known_at,
        'uplift' as component,
        uplift_yen as target_yen
    from uplifts
    union all
    select
        term_id,
        window_label,
        last_period,
        event_known_at,
        'cap' as component,
        cap_yen as target_yen
    from caps

),

base_targets as (

    select
        term_id,
        'base' as component,
        concat_ws('#', funnel_event_id, line_month) as subject,
        contract_id,
        stage,
        earn_period,
        earn_period as last_period,
        event_known_at,
        earn_period as key_period,
        kept_yen as target_yen
    from lines

),

-- A window earns in the period in which it stands tonight, and for good in its last one.
window_targets as (

    select
        window_lines.term_id,
        window_lines.component,
        window_lines.window_label as subject,
        cast(null as varchar) as contract_id,
        cast(null as varchar) as stage,
        least(window_lines.last_period, terms.current_period) as earn_period,
        window_lines.last_period,
        window_lines.event_known_at,
        window_lines.window_label as key_period,
        window_lines.target_yen
    from window_lines
    inner join terms on window_lines.term_id = terms.term_id

),

targets as (

    select * from base_targets
    union all
    select * from window_targets

),

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
        terms.partner_id,
        terms.role,
        terms.agreement_id,
        terms.agreement_version,
        terms.known_at as term_known_at,
        cast(targets.target_yen as bigint) as target_yen,
        concat_ws(
            '|',
            terms.partner_id,
            terms.role,
            targets.term_id,
            targets.subject,
            targets.component,
            targets.key_period
        ) as line_key
    from targets
    inner join terms on targets.term_id = terms.term_id

)

select * from final
