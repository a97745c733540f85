-- One row per line of the statement of an open period as it would be frozen tonight (支払通知書案): its
-- postings in the order a partner reads them, and what is carried forward.
with postings as (

    select * from {{ ref('int_postings_judged') }}

),

balances as (

    select * from {{ ref('int_statement_balances_carried') }}

),

availability as (

    select * from {{ ref('fct_commission_availability') }}

),

contracts as (

    select * from {{ ref('stg_crm__contracts') }}

),

leads as (

    select * from {{ ref('stg_crm__leads') }}

),

-- A payee is told what it calls the deal itself, never the number of another partner.
lines as (

    select
        postings.partner_id,
        postings.draft_period as period,
        postings.posting_id,
        postings.line_key,
        postings.role,
        postings.component,
        coalesce(postings.contract_id, availability.lead_id) as deal_id,
        coalesce(contracts.partner_ref, leads.partner_ref) as partner_ref,
        postings.stage,
        postings.term_id,
        postings.agreement_id,
        postings.agreement_version,
        postings.earn_period,
        postings.post_period,
        availability.achieved_on,
        postings.reason_code,
        postings.status,
        postings.amount_yen,
        postings.has_settled
    from postings
    left join availability on postings.line_key = availability.line_key
    left join contracts
        on
            postings.contract_id = contracts.contract_id
            and postings.partner_id = contracts.partner_id
    left join leads
        on
            postings.contract_id is null
            and availability.lead_id = leads.lead_id
            and postings.partner_id = leads.partner_id
    union all by name
    select
        partner_id,
        period,
        'carried' as component,
        'carried' as reason_code,
        'carried' as status,
        carried_yen as amount_yen,
        false as has_settled
    from balances

),

final as (

    select
        partner_id || '-' || period as statement_id,
        partner_id,
        period,
        row_number() over (
            partition by partner_id, period
            order by
                list_position(
                    ['payable', 'carried', 'held', 'immature', 'needs_legal'], status
                ),
                deal_id nulls last,
                earn_period,
                component,
                line_key,
                post_period,
                posting_id
        ) as line_number,
        posting_id,
        line_key,
        role,
        component,
        deal_id,
        partner_ref,
        stage,
        term_id,
        agreement_id,
        agreement_version,
        earn_period,
        post_period,
        achieved_on,
        reason_code,
        status,
        amount_yen,
        has_settled
    from lines

)

select * from final
