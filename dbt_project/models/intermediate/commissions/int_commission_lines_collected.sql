-- One row per line of a term that waits for the customer's fee (入金条件): the day it was collected.
-- A month waits for any fee due in it; a one-off line for the first fee due on or after the event.
{{ config(materialized='view') }}

with lines as (

    select * from {{ ref('int_commission_lines_due') }}
    where requires_collection

),

fees as (

    select * from {{ ref('int_fees_collected') }}

),

fees_due as (

    select
        lines.funnel_event_id,
        lines.term_id,
        lines.line_month,
        fees.collected_on,
        row_number() over (
            partition by lines.funnel_event_id, lines.term_id, lines.line_month
            order by
                case when lines.line_month is null then fees.due_on end asc,
                fees.collected_on asc nulls last
        ) as place
    from lines
    inner join fees
        on
            lines.contract_id = fees.contract_id
            and lines.due_on <= fees.due_on
            and coalesce(lines.next_due_on > fees.due_on, true)

),

final as (

    select
        funnel_event_id,
        term_id,
        line_month,
        collected_on
    from fees_due
    where place = 1 and collected_on is not null

)

select * from final
