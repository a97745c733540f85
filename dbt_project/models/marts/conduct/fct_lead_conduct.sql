-- One row per lead of the partner channel: one column per conduct measure (行動指標).
with leads as (

    select * from {{ ref('int_leads_united') }}
    where channel = 'partner' and partner_id is not null

),

final as (

    select
        leads.lead_id,
        leads.partner_id,
        leads.customer_id,
        {{ measure_columns('lead') }}
        {{ file_row('leads') }} as evidence_rows
    from leads
    {{ measure_joins('lead', 'leads') }}

)

select * from final
