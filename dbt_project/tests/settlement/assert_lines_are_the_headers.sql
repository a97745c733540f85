-- The lines of a statement come to its header, by status.
{{ config(tags=['settlement']) }}

with lines as (

    select
        statement_id,
        sum(case when status in ('payable', 'carried') then amount_yen else 0 end) as net_yen,
        sum(case when status = 'held' then amount_yen else 0 end) as held_yen,
        sum(case when status = 'immature' then amount_yen else 0 end) as immature_yen,
        sum(case when status = 'needs_legal' then amount_yen else 0 end) as needs_legal_yen
    from {{ ref('partner_statement_lines') }}
    group by statement_id

)

select
    statements.statement_id as header_id,
    lines.statement_id as lines_id
from {{ ref('partner_statements') }} as statements
full outer join lines on statements.statement_id = lines.statement_id
where
    statements.statement_id is null
    or lines.statement_id is null
    or statements.net_yen <> lines.net_yen
    or statements.held_yen <> lines.held_yen
    or statements.immature_yen <> lines.immature_yen
    or statements.needs_legal_yen <> lines.needs_legal_yen
