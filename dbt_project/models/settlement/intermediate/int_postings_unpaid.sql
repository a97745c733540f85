-- One row per posting that is not paid (未払計上) and either owed to the partner or a lowering
-- that may not be netted: drafts, and frozen statements that are not paid in full. Outstanding
-- is its part of what the subject has left to pay, whose newest yen are the last to be taken
-- back.
with lines as (

    select * from {{ ref('partner_statement_lines') }}

),

statements as (

    select * from {{ ref('partner_statements') }}

),

reconciled as (

    select * from {{ ref('payout_reconciliation') }}

),

ledger as (

    select * from {{ ref('fct_commission_ledger') }}

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

netted as (

    select
        unsettled.*,
        ledger.subject,
        coalesce(sum(
            case when unsettled.payment_status <> 'needs_legal' then unsettled.amount_yen end
        ) over subjects, 0) as net_yen,
        coalesce(sum(greatest(unsettled.amount_yen, 0)) over newer, 0) as newer_yen
    from unsettled
    inner join ledger on unsettled.posting_id = ledger.posting_id
    window
        subjects as (
            partition by
                ledger.partner_id, ledger.role, ledger.component, ledger.subject
        ),
        newer as (
            partition by
                ledger.partner_id, ledger.role, ledger.component, ledger.subject
            order by ledger.known_at desc, ledger.posting_id desc
            rows between unbounded preceding and 1 preceding
        )

),

weighed as (

    select
        *,
        greatest(least(amount_yen, net_yen - newer_yen), 0) as outstanding_yen
    from netted

),

final as (

    select
        weighed.posting_id,
        weighed.line_key,
        weighed.partner_id,
        weighed.statement_id,
        weighed.role,
        weighed.component,
        weighed.subject,
        weighed.deal_id,
        weighed.stage,
        weighed.agreement_id,
        weighed.agreement_version,
        weighed.earn_period,
        weighed.achieved_on,
        weighed.payment_status,
        weighed.amount_yen,
        cast(weighed.outstanding_yen as bigint) as outstanding_yen,
        statements.due_on as statement_due_on
    from weighed
    left join statements on weighed.statement_id = statements.statement_id
    where weighed.outstanding_yen > 0 or weighed.payment_status = 'needs_legal'

)

select * from final
