-- One row per event × term that applies: its price, what a cancellation or a forfeiture (失効) leaves
-- of it, and the `barrier` that keeps it from being owed; without one its lines can be earned.
with prices as (

    select * from {{ ref('int_commission_prices') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}

),

clawbacks as (

    select * from {{ ref('int_commission_clawbacks') }}

),

evidence as (

    select * from {{ ref('int_commission_evidence') }}

),

forfeits as (

    select * from {{ ref('int_events_forfeited') }}

),

facts as (

    select
        prices.funnel_event_id,
        prices.term_id,
        prices.contract_id,
        prices.stage,
        prices.occurred_on,
        prices.months_start_on,
        prices.known_at,
        prices.base_yen,
        prices.uncapped_yen,
        prices.gross_yen,
        terms.territory,
        terms.term_kind,
        evidence.missing_evidence,
        evidence.completed_on as evidence_on,
        clawbacks.cancelled_on,
        clawbacks.months_kept,
        clawbacks.clawback_months,
        terms.required_evidence is null or coalesce(evidence.is_complete, false) as has_evidence,
        coalesce(clawbacks.is_after_cancellation, false) as is_after_cancellation,
        forfeits.forfeited_at,
        forfeits.forfeited_at is null
        and (clawbacks.term_id is null or clawbacks.is_any_kept) as is_any_kept,
        case
            when forfeits.forfeited_at is not null then 0
            when clawbacks.term_id is null then prices.gross_yen
            else clawbacks.kept_yen
        end as kept_yen,
        {{ is_in_territory('prices.prefecture', 'terms.territory') }} as is_in_territory
    from prices
    inner join terms on prices.term_id = terms.term_id
    left join clawbacks
        on
            prices.funnel_event_id = clawbacks.funnel_event_id
            and prices.term_id = clawbacks.term_id
    left join evidence
        on prices.contract_id = evidence.contract_id and prices.term_id = evidence.term_id
    left join forfeits on prices.funnel_event_id = forfeits.funnel_event_id

),

final as (

    select
        funnel_event_id,
        term_id,
        contract_id,
        stage,
        occurred_on,
        months_start_on,
        known_at,
        base_yen,
        uncapped_yen,
        gross_yen,
        kept_yen,
        is_any_kept,
        forfeited_at,
        cancelled_on,
        months_kept,
        clawback_months,
        missing_evidence,
        evidence_on,
        territory,
        case
            when not is_in_territory then 'out_of_territory'
            when is_after_cancellation then 'cancelled'
            when term_kind = 'recurring' and cancelled_on <= months_start_on then 'cancelled'
            when gross_yen is null or kept_yen is null then 'no_price'
            when not has_evidence then 'waiting_evidence'
        end as barrier
    from facts

)

select * from final
