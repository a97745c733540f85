-- One row per contract drawn for a blind check (無作為抜取): signed within 90 days, never flagged.
-- About 15 of 100 checks of a month are such draws, three at least; only they tell what the rules
-- miss. The draw depends on contract and month alone, and one that was decided stays.
with contracts as (

    select * from {{ ref('int_contracts_judged') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

flagged as (

    select
        contract_id,
        count(*) as flag_count
    from {{ ref('int_flags_latest') }}
    where contract_id is not null
    group by contract_id

),

flags_open as (

    select count(*) as flag_count from {{ ref('int_flags_decided') }}
    where not is_closed

),

audits as (

    select
        substr(flag_id, length({{ audit_flag_prefix() }}) + 1) as contract_id,
        max_by(verdict, decided_at) as verdict
    from {{ ref('stg_review__decisions') }}
    where starts_with(flag_id, {{ audit_flag_prefix() }})
    group by flag_id

),

drawn as (

    select
        contracts.contract_id,
        contracts.partner_id,
        audits.verdict,
        row_number() over (
            order by
                sha256(contracts.contract_id || strftime(night.business_day, '%Y-%m')),
                contracts.contract_id
        ) as draw
    from contracts
    cross join night
    left join flagged on contracts.contract_id = flagged.contract_id
    left join audits on contracts.contract_id = audits.contract_id
    where
        flagged.contract_id is null
        and contracts.contracted_on between night.business_day - 90 and night.business_day

),

final as (

    select
        {{ audit_flag_prefix() }} || drawn.contract_id as flag_id,
        drawn.contract_id,
        drawn.partner_id,
        drawn.draw,
        drawn.verdict
    from drawn
    cross join flags_open
    where
        drawn.verdict is not null
        or drawn.draw <= greatest(3, ceil(flags_open.flag_count * 15 / 85.0))

)

select * from final
