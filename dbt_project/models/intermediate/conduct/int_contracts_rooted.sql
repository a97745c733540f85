-- One row per signed contract of a partner that the CRM has, with known customer and product
-- and the top of the partner's tree: what can be compared with another contract of them. A
-- partner's claim may be the very contract that stands in the CRM under another id.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

contracts as (

    select * from {{ ref('int_contracts_united') }}
    where is_in_crm

),

roots as (

    select * from {{ ref('int_partner_roots_found') }}

),

final as (

    select
        judged.contract_id,
        judged.customer_id,
        judged.product_id,
        judged.contracted_on,
        judged.starts_on,
        judged.source_row,
        contracts.address_hash,
        contracts.term_months,
        coalesce(roots.root_id, judged.partner_id) as root_id
    from judged
    inner join contracts on judged.contract_id = contracts.contract_id
    left join roots on judged.partner_id = roots.partner_id
    where
        judged.customer_id is not null
        and judged.product_id is not null
        and judged.contracted_on is not null

)

select * from final
