-- Clawback keeps between nothing and all of a line; a refund is negative and stays so.
select
    funnel_event_id,
    term_id,
    gross_yen,
    kept_yen
from {{ ref('int_commission_entitlements') }}
where kept_yen < least(gross_yen, 0) or kept_yen > greatest(gross_yen, 0)
