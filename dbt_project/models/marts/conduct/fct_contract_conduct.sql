-- One row per contract of the partner channel: one column per conduct measure (行動指標). NULL only
-- means that an input is missing; bounds and verdicts stand elsewhere.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

final as (

    select
        judged.contract_id,
        judged.partner_id,
        judged.lead_id,
        judged.rep_id,
        {{ measure_columns('contract') }}
        int_attributions_dated.attributed_days_at_sale,
        int_attributions_dated.deal_age_days_at_sale,
        int_consents_compared.consent_age_days,
        int_payers_shared.is_paid_by_partner,
        judged.source_row as evidence_rows
    from judged
    {{ measure_joins('contract', 'judged') }}

)

select * from final
