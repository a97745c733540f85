-- One row per event × candidate term, and one per event without any: why it is (not) paid.
with outcomes as (

    select * from {{ ref('int_commission_outcomes') }}

),

events as (

    select * from {{ ref('int_commission_events') }}

),

lines as (

    select * from {{ ref('int_commission_lines') }}

),

sentences as (

    select * from {{ ref('decision_sentences') }}

),

stages as (

    select * from {{ ref('stages') }}

),

facts as (

    select
        events.*,
        outcomes.term_id,
        outcomes.agreement_id,
        outcomes.agreement_version,
        outcomes.outcome,
        lines.achieved_on,
        lines.missing_evidence,
        lines.cancelled_on,
        lines.months_kept,
        lines.clawback_months,
        lines.territory,
        lines.matures_on,
        lines.gross_yen,
        lines.kept_yen,
        case
            when outcomes.outcome in ('owed', 'waiting_maturity', 'clawed_back')
                then lines.kept_yen
            else 0
        end as amount_yen
    from outcomes
    inner join events on outcomes.funnel_event_id = events.funnel_event_id
    left join lines
        on
            outcomes.funnel_event_id = lines.funnel_event_id
            and outcomes.term_id = lines.term_id

),

final as (

    select
        concat_ws('|', facts.funnel_event_id, facts.term_id) as decision_row_id,
        facts.funnel_event_id,
        facts.deal_id,
        facts.lead_id,
        facts.contract_id,
        facts.partner_id,
        'seller' as role,
        facts.agreement_id,
        facts.agreement_version,
        facts.term_id,
        facts.stage,
        facts.occurred_on,
        facts.achieved_on,
        facts.matures_on,
        facts.missing_evidence,
        facts.outcome,
        cast(facts.gross_yen as bigint) as gross_yen,
        cast(facts.amount_yen as bigint) as amount_yen,
        {{ decision_sentence('sentences.sentence_ja') }} as sentence_ja,
        {{ decision_sentence('sentences.sentence_en') }} as sentence_en
    from facts
    inner join sentences on facts.outcome = sentences.outcome
    inner join stages on facts.stage = stages.stage

)

select * from final
