-- One row per line key of the ledger: its net yen, the deal it belongs to and when it matures.
with postings as (

    select * from {{ ref('fct_commission_ledger') }}

),

decisions as (

    select * from {{ ref('fct_commission_decisions') }}

),

contracts as (

    select * from {{ ref('int_contracts_united') }}

),

summed as (

    select
        line_key,
        partner_id,
        role,
        component,
        subject,
        contract_id,
        stage,
        term_id,
        earn_period,
        sum(amount_yen) as posted_yen
    from postings
    group by
        line_key,
        partner_id,
        role,
        component,
        subject,
        contract_id,
        stage,
        term_id,
        earn_period

),

final as (

    select
        summed.line_key,
        summed.partner_id,
        summed.role,
        summed.component,
        summed.subject,
        summed.contract_id,
        summed.stage,
        summed.term_id,
        summed.earn_period,
        decisions.achieved_on,
        decisions.matures_on,
        cast(summed.posted_yen as bigint) as posted_yen,
        coalesce(decisions.lead_id, contracts.lead_id) as lead_id
    from summed
    left join decisions
        on summed.subject = decisions.funnel_event_id and summed.term_id = decisions.term_id
    left join contracts on summed.contract_id = contracts.contract_id

)

select * from final
