-- Debits are credits, voucher by voucher (貸借一致).
{{ config(tags=['settlement']) }}

select
    voucher_id,
    sum(debit_yen) as debit_yen,
    sum(credit_yen) as credit_yen
from {{ ref('commission_journal') }}
group by voucher_id
having sum(debit_yen) <> sum(credit_yen)
