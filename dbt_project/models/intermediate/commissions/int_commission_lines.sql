-- One row per line (報酬明細): an event × term, or a month of it, with the day it was achieved (達成),
-- its yen before and after a cancellation, its closing period, and the state it is in.
with lines as (

    select * from {{ ref('int_commission_lines_due') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}

),

collected as (

    select * from {{ ref('int_commission_lines_collected') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

facts as (

    select
        lines.*,
        terms.partner_id,
        terms.role,
        terms.scenario,
        terms.closing_day,
        terms.maturation_days,
        case
            when not lines.requires_collection or collected.collected_on is not null
                then greatest(
                    lines.due_on,
                    lines.occurred_on,
                    coalesce(lines.evidence_on, lines.due_on),
                    coalesce(collected.collected_on, lines.due_on)
                )
        end as achieved_on
    from lines
    inner join terms on lines.term_id = terms.term_id
    left join collected
        on
            lines.funnel_event_id = collected.funnel_event_id
            and lines.term_id = collected.term_id
            and coalesce(lines.line_month, -1) = coalesce(collected.line_month, -1)

),

dated as (

    select
        facts.*,
        night.business_day,
        {{ add_days('facts.achieved_on', 'facts.maturation_days') }} as matures_on,
        {{ closing_period('facts.achieved_on', 'facts.closing_day') }} as earn_period
    from facts
    cross join night

),

final as (

    select
        funnel_event_id,
        term_id,
        line_month,
        partner_id,
        role,
        scenario,
        contract_id,
        stage,
        achieved_on,
        matures_on,
        earn_period,
        base_yen,
        uncapped_yen,
        gross_yen,
        kept_yen,
        achieved_on is not null and is_any_kept as is_in_quantity,
        known_at as event_known_at,
        forfeited_at,
        case
            when achieved_on is null then 'waiting_collection'
            when forfeited_at is not null then 'forfeited'
            when kept_yen <> gross_yen then 'clawed_back'
            when matures_on > business_day then 'waiting_maturity'
            else 'owed'
        end as line_state
    from dated

)

select * from final
