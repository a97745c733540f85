-- One row per event × candidate term, and one per event without any: why it is (not) paid.
with outcomes as (

    select * from {{ ref('int_commission_outcomes') }}

),

events as (

    select * from {{ ref('int_commission_events') }}

),

entitlements as (

    select * from {{ ref('int_commission_entitlements') }}

),

sentences as (

    select * from {{ ref('decision_sentences') }}

),

stages as (

    select * from {{ ref('stages') }}

),

facts as (

    select
        outcomes.*,
        events.deal_id,
        events.lead_id,
        events.contract_id,
        events.stage,
        events.occurred_on,
        events.anchor_on,
        events.months_start_on,
        events.prefecture,
        entitlements.missing_evidence,
        entitlements.cancelled_on,
        entitlements.months_kept,
        entitlements.clawback_months,
        entitlements.territory,
        entitlements.gross_yen,
        entitlements.kept_yen
    from outcomes
    inner join events on outcomes.funnel_event_id = events.funnel_event_id
    left join entitlements
        on
            outcomes.funnel_event_id = entitlements.funnel_event_id
            and outcomes.term_id = entitlements.term_id

),

final as (

    select
        concat_ws('|', facts.funnel_event_id, facts.term_id) as decision_row_id,
        facts.funnel_event_id,
        facts.deal_id,
        facts.lead_id,
        facts.contract_id,
        facts.partner_id,
        facts.role,
        facts.agreement_id,
        facts.agreement_version,
        facts.term_id,
        facts.stage,
        facts.occurred_on,
        facts.achieved_on,
        facts.matures_on,
        facts.period,
        facts.missing_evidence,
        facts.outcome,
        cast(facts.gross_yen as bigint) as gross_yen,
        facts.amount_yen,
        {{ decision_sentence('sentences.sentence_ja') }} as sentence_ja,
        {{ decision_sentence('sentences.sentence_en') }} as sentence_en
    from facts
    inner join sentences
        on
            facts.outcome = sentences.outcome
            and sentences.lacking = {{ decision_lacks() }}
    inner join stages on facts.stage = stages.stage

)

select * from final
