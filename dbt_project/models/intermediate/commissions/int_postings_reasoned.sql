-- One row per difference with its reason (計上理由), found by comparing what was posted with what is
-- known now, and the period in which the agreement stands tonight.
with differences as (

    select * from {{ ref('int_posting_differences') }}

),

agreements as (

    select * from {{ ref('stg_crm__agreements') }}

),

cancellations as (

    select * from {{ ref('int_cancellations') }}

),

reinstatements as (

    select
        contract_id,
        max(known_at) as reinstated_known_at
    from {{ ref('fct_funnel_events') }}
    where stage = 'reinstatement'
    group by contract_id

),

night as (

    select * from {{ ref('stg_run__night') }}

),

facts as (

    select
        differences.*,
        reinstatements.reinstated_known_at,
        cancellations.contract_id is not null as is_cancelled,
        differences.term_known_at > differences.last_known_at
        and differences.event_known_at <= differences.last_known_at as is_only_term_newer,
        {{ closing_period('night.business_day', 'agreements.closing_day') }} as current_period
    from differences
    left join agreements
        on
            differences.agreement_id = agreements.agreement_id
            and differences.agreement_version = agreements.version
    left join cancellations on differences.contract_id = cancellations.contract_id
    left join reinstatements on differences.contract_id = reinstatements.contract_id
    cross join night

),

-- First what took the place of a line, then what happened to it, then how old the news is.
final as (

    select
        *,
        case
            when has_moved_partner then 'reattributed'
            when has_moved_term then 'repriced'
            when is_posted and amount_yen < 0 and is_cancelled and not has_moved_period
                then 'cancelled'
            when
                is_posted and amount_yen > 0 and not is_cancelled and not has_moved_period
                and (last_reason_code = 'cancelled' or reinstated_known_at > last_known_at)
                then 'reinstated'
            when is_posted and is_only_term_newer then 'repriced'
            when component <> 'base' and event_known_at > last_known_at and last_period < current_period
                then 'late'
            when component <> 'base' and event_known_at > last_known_at then 'new'
            when is_posted or has_moved_period then 'corrected'
            when last_period < current_period then 'late'
            else 'new'
        end as reason_code
    from facts

)

select * from final
