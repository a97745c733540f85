-- One row per judged contract: how many unrelated customers of its partner one account pays for
-- (支払口座の共有), and whether that account is the partner's own. Customers with one company domain are
-- related; an account that also pays for direct customers is an agent's or a parent company's.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

contracts as (

    select * from {{ ref('int_contracts_united') }}

),

payers as (

    select * from {{ ref('int_payers_told') }}

),

partners as (

    select * from {{ ref('int_partner_identifiers') }}
    where identifier_kind = 'account'

),

paid as (

    select
        payers.contract_id,
        payers.account,
        payers.source_row,
        judged.partner_id,
        partners.partner_id is not null as is_own,
        case
            when not payers.is_of_agent
                then coalesce(contracts.email_domain, judged.customer_id)
        end as payer_group
    from payers
    inner join judged on payers.contract_id = judged.contract_id
    inner join contracts on payers.contract_id = contracts.contract_id
    left join partners
        on judged.partner_id = partners.partner_id and payers.account = partners.identifier

),

grouped as (

    select
        partner_id,
        account,
        is_own,
        cast(count(distinct payer_group) as bigint) as customer_count,
        {{ join_sorted('source_row') }} as source_rows
    from paid
    group by partner_id, account, is_own

),

measured as (

    select
        paid.contract_id,
        max(grouped.customer_count) as payer_customer_count,
        max(cast(grouped.is_own as integer)) = 1 as is_paid_by_partner,
        max_by(grouped.source_rows, (grouped.is_own, grouped.customer_count, grouped.account))
            as source_rows
    from paid
    inner join grouped on paid.partner_id = grouped.partner_id and paid.account = grouped.account
    group by paid.contract_id

),

final as (

    select
        judged.contract_id,
        measured.payer_customer_count,
        measured.is_paid_by_partner,
        case
            when measured.payer_customer_count > 1 or measured.is_paid_by_partner
                then measured.source_rows
        end as source_rows,
        case when measured.contract_id is null then 'payer_account' end as missing_input
    from judged
    left join measured on judged.contract_id = measured.contract_id

)

select * from final
