-- One row per contract × account that pays for it (支払口座), as its contract or a fee says, with the
-- first file row that says so. An account that pays for direct customers, too, is an agent's or a
-- parent company's.
with contracts as (

    select * from {{ ref('int_contracts_united') }}

),

collections as (

    select * from {{ ref('stg_crm__collections') }}

),

told as (

    select
        contract_id,
        payer_account_hash as account,
        date '0001-01-01' as told_on,
        {{ file_row() }} as source_row
    from contracts
    where payer_account_hash is not null
    union all
    select
        contract_id,
        payer_account_hash as account,
        due_on as told_on,
        {{ file_row() }} as source_row
    from collections
    where payer_account_hash is not null

),

final as (

    select
        told.contract_id,
        told.account,
        bool_or(bool_or(contracts.channel <> 'partner')) over (partition by told.account)
            as is_of_agent,
        min_by(told.source_row, (told.told_on, told.source_row)) as source_row
    from told
    inner join contracts on told.contract_id = contracts.contract_id
    group by told.contract_id, told.account

)

select * from final
