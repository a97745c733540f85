-- One row per partner: one column per conduct measure (行動指標).
with partners as (

    select * from {{ ref('stg_crm__partners') }}

),

final as (

    select
        partners.partner_id,
        {{ measure_columns('partner') }}
        int_records_disagreed.mismatched_paid_count,
        int_fields_lost.lost_field_rows_count,
        int_tiers_hugged.tier_window_count,
        int_tiers_hugged.hugging_chance,
        int_minimums_hugged.minimum_window_count,
        int_partners_ringed.ring_customer_count,
        {{ file_row('partners') }} as evidence_rows
    from partners
    {{ measure_joins('partner', 'partners') }}

)

select * from final
