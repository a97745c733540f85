-- One row per event × candidate term, and one per seller's event without any: what came of it, and
-- its yen over all lines. What-if drafts are no candidates.
with events as (

    select * from {{ ref('int_commission_events') }}

),

selected as (

    select * from {{ ref('int_commission_terms_selected') }}
    where scenario is null

),

spans as (

    select * from {{ ref('int_agreement_spans') }}

),

entitlements as (

    select * from {{ ref('int_commission_entitlements') }}

),

lines as (

    select * from {{ ref('int_commission_lines') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}

),

-- Of several months the last one tells how far the term is; a waiting month hides behind paid ones.
lines_summed as (

    select
        funnel_event_id,
        term_id,
        max(achieved_on) as achieved_on,
        max(matures_on) as matures_on,
        sum(case when achieved_on is not null then kept_yen else 0 end) as amount_yen,
        max_by(line_state, coalesce(achieved_on, date '0001-01-01')) as line_state
    from lines
    group by funnel_event_id, term_id

),

told as (

    select
        selected.funnel_event_id,
        selected.term_id,
        selected.role,
        selected.agreement_id,
        selected.agreement_version,
        terms.partner_id,
        selected.selection,
        entitlements.barrier,
        lines_summed.achieved_on,
        lines_summed.matures_on,
        lines_summed.amount_yen,
        case
            when selected.selection <> 'applies' then selected.selection
            when not events.is_confirmed then 'unconfirmed_claim'
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

termless as (

    select events.*
    from events
    anti join selected
        on events.funnel_event_id = selected.funnel_event_id and selected.role = 'seller'

),

termless_agreements as (

    select termless.funnel_event_id
    from termless
    inner join spans
        on
            termless.partner_id = spans.partner_id
            and termless.anchor_on >= spans.valid_from
            and termless.anchor_on < spans.valid_until
    group by termless.funnel_event_id

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
        cast(coalesce(amount_yen, 0) as bigint) as amount_yen
    from told
    union all
    select
        termless.funnel_event_id,
        null as term_id,
        'seller' as role,
        termless.partner_id,
        null as agreement_id,
        null as agreement_version,
        case
            when not termless.is_confirmed then 'unconfirmed_claim'
            when termless_agreements.funnel_event_id is null then 'no_agreement'
            else 'no_term'
        end as outcome,
        null as achieved_on,
        null as matures_on,
        0 as amount_yen
    from termless
    left join termless_agreements
        on termless.funnel_event_id = termless_agreements.funnel_event_id

)

select * from final
