-- One row (見逃しの推定): what the blind checks say that the rules miss among contracts of 90 days. NULL
-- before the first blind check is decided and before the first flag is confirmed: nothing found
-- tells no share; no row without contracts.
with night as (

    select * from {{ ref('stg_run__night') }}

),

contracts as (

    select contracts.contract_id
    from {{ ref('int_contracts_judged') }} as contracts
    cross join night
    where contracts.contracted_on between night.business_day - 90 and night.business_day

),

flagged as (

    select
        contract_id,
        max(case when verdict in {{ right_verdicts() }} then 1 else 0 end) as is_confirmed
    from {{ ref('int_flags_decided') }}
    where contract_id is not null
    group by contract_id

),

audits as (

    select
        sum(case when verdict in {{ right_verdicts() }} then 1 else 0 end) as found_count,
        sum(
            case
                when verdict in {{ deciding_verdicts() }}
                    then 1
                else 0
            end
        ) as audited_count
    from {{ ref('audit_sample') }}

),

counted as (

    select
        sum(case when flagged.contract_id is null then 1 else 0 end) as unflagged_count,
        sum(coalesce(flagged.is_confirmed, 0)) as confirmed_count
    from contracts
    left join flagged on contracts.contract_id = flagged.contract_id

),

bounded as (

    select
        coalesce(counted.unflagged_count, 0) as unflagged_count,
        coalesce(counted.confirmed_count, 0) as confirmed_count,
        nullif(counted.confirmed_count, 0) as known_count,
        coalesce(audits.found_count, 0) as found_count,
        coalesce(audits.audited_count, 0) as audited_count,
        cast(audits.found_count as double) / nullif(audits.audited_count, 0) as missed_rate,
        {{ wilson('audits.found_count', 'audits.audited_count', '-') }} as missed_low,
        {{ wilson('audits.found_count', 'audits.audited_count', '+') }} as missed_high
    from counted
    cross join audits

),

final as (

    select
        cast(audited_count as bigint) as audited_count,
        cast(found_count as bigint) as found_count,
        cast(unflagged_count as bigint) as unflagged_count,
        cast(confirmed_count as bigint) as confirmed_count,
        missed_rate,
        known_count / (known_count + unflagged_count * missed_rate) as recall,
        known_count / (known_count + unflagged_count * missed_high) as recall_low,
        known_count / (known_count + unflagged_count * missed_low) as recall_high
    from bounded
    where unflagged_count + confirmed_count > 0

)

select * from final
