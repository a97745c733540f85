-- One row per change of a partner's bank account (振込先の変更) that a version of it told: the day, and
-- the file rows of the new account and the former one. A first account is no change.
with versions as (

    select
        partner_id,
        bank_account_hash,
        {{ business_day('version_at') }} as changed_on,
        {{ file_row() }} as source_row,
        lag(bank_account_hash) over oldest_first as former_hash,
        lag({{ file_row() }}) over oldest_first as former_row
    from {{ ref('stg_crm__partner_versions') }}
    where bank_account_hash is not null and not is_deleted
    window
        oldest_first as (
            partition by partner_id
            order by version_at, known_at, file_name, row_number, file_sha256
        )

),

final as (

    select
        partner_id,
        changed_on,
        source_row || ';' || former_row as source_rows
    from versions
    where bank_account_hash <> former_hash

)

select * from final
