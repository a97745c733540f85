-- No posting is payable twice, and none that is settled stands on a draft.
{{ config(tags=['settlement']) }}

select
    posting_id,
    count(*) as line_count
from {{ ref('partner_statement_lines') }}
where posting_id is not null and (status = 'payable' or not is_frozen)
group by posting_id
having count(*) > 1
