-- One row per flag under a penalty in force (違約金): the line that the clause sets, once a flag,
-- earned in the period in which it was first decided. What the subject itself earns is untouched.
{{ config(materialized='view') }}

with effects as (

    select * from {{ ref('decision_effects') }}
    where money_action = 'penalty' and effect = 'effective'

),

agreements as (

    select * from {{ ref('stg_crm__agreements') }}

),

first_decisions as (

    select *
    from effects
    qualify
        row_number() over (partition by flag_id order by decided_at, known_at, decision_id) = 1

),

final as (

    select
        'clause:' || first_decisions.clause as term_id,
        'penalty' as component,
        first_decisions.flag_id as subject,
        case
            when first_decisions.subject_kind = 'contract' then first_decisions.subject_id
        end as contract_id,
        cast(null as string) as stage,
        {{ closing_period(business_day('first_decisions.decided_at'), 'agreements.closing_day') }}
            as earn_period,
        first_decisions.known_at as event_known_at,
        first_decisions.partner_id,
        'seller' as role,
        first_decisions.agreement_id,
        first_decisions.agreement_version,
        first_decisions.clause_known_at as term_known_at,
        -first_decisions.penalty_yen as target_yen
    from first_decisions
    inner join agreements
        on
            first_decisions.agreement_id = agreements.agreement_id
            and first_decisions.agreement_version = agreements.version

)

select * from final
