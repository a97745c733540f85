-- A negative line is never held, and a held line names the flag that holds it.
{{ config(tags=['settlement']) }}

select
    line_key,
    posted_yen,
    hold_flag_ids
from {{ ref('fct_commission_availability') }}
where is_held and (posted_yen <= 0 or hold_flag_ids is null)
