-- One row per line key to post tonight: target − posted, never 0. These are the ledger's rows
-- (DOMAIN §5); the writer adds previous_hash. Deterministic, so a rerun of a night repeats itself.
with placed as (

    select
        *,
        {{ line_key() }} as line_key
    from {{ ref('int_postings_placed') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

final as (

    select
        {{ sha256_hex(
            "concat_ws('|', placed.line_key, night.night_id, cast(placed.target_yen as string))"
        ) }} as posting_id,
        placed.line_key,
        night.known_at as posted_at,
        night.night_id,
        placed.partner_id,
        placed.role,
        placed.component,
        placed.subject,
        placed.contract_id,
        placed.stage,
        placed.earn_period,
        placed.post_period,
        placed.amount_yen,
        placed.agreement_id,
        placed.agreement_version,
        placed.term_id,
        placed.reason_code,
        night.known_at
    from placed
    cross join night

)

select * from final
