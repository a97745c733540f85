-- One row per posting that is not paid (未払計上) and either owed to the partner or a lowering that may
-- not be netted: drafts, and frozen statements that are not paid in full.
with lines as (

    select * from {{ ref('partner_statement_lines') }}

),

statements as (

    select * from {{ ref('partner_statements') }}

),

reconciled as (

    select * from {{ ref('payout_reconciliation') }}

),

unsettled as (

    select
        lines.*,
        lines.status as payment_status
    from lines
    where not lines.is_frozen and lines.posting_id is not null
    union all
    select
        lines.*,
        'stated' as payment_status
    from lines
    inner join reconciled on lines.statement_id = reconciled.statement_id
    where
        lines.is_frozen
        and lines.posting_id is not null
        and lines.status = 'payable'
        and reconciled.status in ('not_due', 'unpaid', 'underpaid')

),

final as (

    select
        unsettled.posting_id,
        unsettled.line_key,
        unsettled.partner_id,
        unsettled.statement_id,
        unsettled.component,
        unsettled.deal_id,
        unsettled.stage,
        unsettled.agreement_id,
        unsettled.agreement_version,
        unsettled.earn_period,
        unsettled.achieved_on,
        unsettled.payment_status,
        unsettled.amount_yen,
        statements.due_on as statement_due_on
    from unsettled
    left join statements on unsettled.statement_id = statements.statement_id
    where unsettled.amount_yen > 0 or unsettled.payment_status = 'needs_legal'

)

select * from final
