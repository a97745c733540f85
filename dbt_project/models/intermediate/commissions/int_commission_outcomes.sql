-- One row per event × candidate term, and one per seller's event without any: what came of it, and
-- its yen over all lines. What-if drafts are no candidates.
with events as (

    select * from {{ ref('int_commission_events') }}

),

selected as (

    select * from {{ ref('int_commission_terms_selected') }}
    where scenario is null

),

termless as (

    select * from {{ ref('int_commission_termless') }}

),

entitlements as (

    select * from {{ ref('int_commission_entitlements') }}

),

lines_summed as (

    select * from {{ ref('int_commission_lines_summed') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}

),

told as (

    select
        selected.funnel_event_id,
        selected.term_id,
        selected.role,
        selected.agreement_id,
        selected.agreement_version,
        terms.partner_id,
        lines_summed.achieved_on,
        lines_summed.matures_on,
        lines_summed.amount_yen,
        {{ closing_period(
            'coalesce(lines_summed.achieved_on, events.occurred_on)', 'terms.closing_day'
        ) }} as period,
        case
            when selected.selection <> 'applies' then selected.selection
            when not events.is_confirmed then 'unconfirmed_claim'
            when entitlements.forfeited_at is not null then 'forfeited'
            else coalesce(
                entitlements.barrier,
                lines_summed.line_state,
                'waiting_month'
            )
        end as outcome
    from selected
    inner join events on selected.funnel_event_id = events.funnel_event_id
    inner join terms on selected.term_id = terms.term_id
    left join entitlements
        on
            selected.funnel_event_id = entitlements.funnel_event_id
            and selected.term_id = entitlements.term_id
    left join lines_summed
        on
            selected.funnel_event_id = lines_summed.funnel_event_id
            and selected.term_id = lines_summed.term_id

),

final as (

    select
        funnel_event_id,
        term_id,
        role,
        partner_id,
        agreement_id,
        agreement_version,
        outcome,
        achieved_on,
        matures_on,
        period,
        coalesce(amount_yen, 0) as amount_yen
    from told
    union all
    select
        funnel_event_id,
        null as term_id,
        'seller' as role,
        partner_id,
        null as agreement_id,
        null as agreement_version,
        case
            when not is_confirmed then 'unconfirmed_claim'
            when has_agreement then 'no_term'
            else 'no_agreement'
        end as outcome,
        null as achieved_on,
        null as matures_on,
        null as period,
        cast(0 as bigint) as amount_yen
    from termless

)

select * from final
