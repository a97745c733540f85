-- One row per contract × account that pays for it (支払口座), as its contract or a fee says, with the
-- first file row that says so.
with contracts as (

    select * from {{ ref('int_contracts_united') }}
    where payer_account_hash is not null

),

collections as (

    select * from {{ ref('stg_crm__collections') }}
    where payer_account_hash is not null

),

told as (

    select
        contract_id,
        payer_account_hash as account,
        date '0001-01-01' as told_on,
        {{ file_row() }} as source_row
    from contracts
    union all
    select
        contract_id,
        payer_account_hash as account,
        due_on as told_on,
        {{ file_row() }} as source_row
    from collections

),

final as (

    select
        contract_id,
        account,
        min_by(source_row, (told_on, source_row)) as source_row
    from told
    group by contract_id, account

)

select * from final
