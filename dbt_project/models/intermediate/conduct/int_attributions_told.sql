-- One row per judged contract × time that a record of its deal said whose it is (担当代理店の履歴): the
-- CRM's lead until the contract stands in the CRM, then the contract, and the partner's own file.
-- is_sellers: it named the selling partner, a related one, or one that had left by the sale.
with contracts as (

    select * from {{ ref('int_contracts_judged') }}
    where contracted_on is not null

),

contract_versions as (

    select * from {{ ref('stg_crm__contract_versions') }}
    where not is_deleted

),

lead_versions as (

    select * from {{ ref('stg_crm__lead_versions') }}

),

lead_keys as (

    select * from {{ ref('int_lead_keys') }}

),

uploaded as (

    select * from {{ ref('stg_uploads__leads') }}

),

roots as (

    select * from {{ ref('int_partner_roots_found') }}

),

partners as (

    select * from {{ ref('stg_crm__partners') }}

),

entered as (

    select
        contract_id,
        min(version_at) as entered_at
    from contract_versions
    group by contract_id

),

told as (

    select
        contracts.contract_id,
        contract_versions.partner_id,
        contract_versions.version_at as told_at,
        {{ file_row('contract_versions') }} as source_row
    from contracts
    inner join contract_versions on contracts.contract_id = contract_versions.contract_id
    union all
    select
        contracts.contract_id,
        lead_versions.partner_id,
        lead_versions.version_at as told_at,
        {{ file_row('lead_versions') }} as source_row
    from contracts
    inner join lead_versions on contracts.lead_id = lead_versions.lead_id
    left join entered on contracts.contract_id = entered.contract_id
    where coalesce(lead_versions.version_at <= entered.entered_at, true)
    union all
    select
        contracts.contract_id,
        {{ partner_of('uploaded') }} as partner_id,
        uploaded.registered_at as told_at,
        {{ file_row('uploaded') }} as source_row
    from contracts
    inner join lead_keys on contracts.lead_id = lead_keys.lead_id
    inner join uploaded
        on lead_keys.scope_id = uploaded.uploader_id and lead_keys.record_id = uploaded.lead_id

),

final as (

    select
        told.contract_id,
        {{ business_day('told.told_at') }} as told_on,
        told.told_at,
        told.source_row,
        coalesce(told_roots.root_id = roots.root_id, false)
        or coalesce(partners.ended_on <= contracts.contracted_on, false) as is_sellers
    from told
    inner join contracts on told.contract_id = contracts.contract_id
    left join roots on contracts.partner_id = roots.partner_id
    left join roots as told_roots on told.partner_id = told_roots.partner_id
    left join partners on told.partner_id = partners.partner_id

)

select * from final
