-- One row per line key that earlier nights posted (計上済): its net yen, and what its latest
-- posting said. A line gets at most one posting a night, so known_at orders them. A window earns
-- in a later period every month, so its key holds the window, which is its subject.
with postings as (

    select * from {{ ref('stg_ledger__postings_before') }}

),

final as (

    select
        line_key,
        partner_id,
        role,
        term_id,
        subject,
        component,
        case when component in ('uplift', 'cap') then subject else earn_period end as key_period,
        cast(sum(amount_yen) as bigint) as posted_yen,
        max(known_at) as last_known_at,
        max_by(contract_id, known_at) as contract_id,
        max_by(stage, known_at) as stage,
        max_by(agreement_id, known_at) as agreement_id,
        max_by(earn_period, known_at) as earn_period,
        max_by(reason_code, known_at) as last_reason_code,
        max_by(agreement_version, known_at) as agreement_version
    from postings
    group by
        line_key,
        partner_id,
        role,
        term_id,
        subject,
        component,
        case when component in ('uplift', 'cap') then subject else earn_period end

)

select * from final
