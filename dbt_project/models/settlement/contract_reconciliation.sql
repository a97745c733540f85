-- One row per contract of a partner (三者照合): partner's file × CRM × collections. `status` is the
-- gravest difference; `difference_yen` what the file says less what the CRM says.
with compared as (

    select * from {{ ref('int_contracts_compared') }}

),

final as (

    select
        contract_id,
        coalesce(partner_id, told_partner_id) as partner_id,
        told_partner_id,
        case
            when not is_in_crm then 'missing_in_crm'
            when is_partner_different then 'partner_differs'
            when is_amount_different then 'amount_differs'
            when is_state_different then 'state_differs'
            when is_date_different then 'date_differs'
            when uncollected_yen > 0 then 'uncollected'
            when not is_told then 'missing_in_upload'
            else 'match'
        end as status,
        cast(
            case
                when not is_in_crm then told_yen
                when is_amount_different then told_yen - crm_yen
                else 0
            end as bigint
        ) as difference_yen,
        uncollected_yen
    from compared

)

select * from final
