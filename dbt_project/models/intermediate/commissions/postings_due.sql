-- One row per line key to post tonight: target − posted, never 0. These are the ledger's rows
-- (DOMAIN §5); the writer adds previous_hash. Deterministic, so a rerun of a night repeats itself.
with differences as (

    select * from {{ ref('int_posting_differences') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

-- First what happened to a line that stays, then what took its place, then how old the news is.
reasoned as (

    select
        *,
        case
            when is_in_target and is_posted and amount_yen < 0 and is_cancelled then 'cancelled'
            when
                is_in_target and is_posted and amount_yen > 0 and not is_cancelled
                and (last_reason_code = 'cancelled' or reinstated_known_at > last_known_at)
                then 'reinstated'
            when
                is_in_target and is_posted
                and term_known_at > last_known_at and event_known_at <= last_known_at
                then 'repriced'
            when is_in_target and is_posted then 'corrected'
            when has_moved_partner then 'reattributed'
            when has_moved_term then 'repriced'
            when has_moved_period or not is_in_target then 'corrected'
            when earn_period < current_period then 'late'
            else 'new'
        end as reason_code
    from differences

),

final as (

    select
        {{ sha256_hex(
            "concat_ws('|', reasoned.line_key, night.night_id, cast(reasoned.target_yen as varchar))"
        ) }} as posting_id,
        reasoned.line_key,
        night.known_at as posted_at,
        night.night_id,
        reasoned.partner_id,
        reasoned.role,
        reasoned.component,
        reasoned.subject,
        reasoned.contract_id,
        reasoned.stage,
        reasoned.earn_period,
        -- No period is closed yet, so a posting falls into the period that earned it.
        reasoned.earn_period as post_period,
        reasoned.amount_yen,
        reasoned.agreement_id,
        reasoned.agreement_version,
        reasoned.term_id,
        reasoned.reason_code,
        night.known_at
    from reasoned
    cross join night

)

select * from final
