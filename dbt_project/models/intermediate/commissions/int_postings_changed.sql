-- One row per difference with what its latest posting said (前回計上), which is all that is known of a
-- line that left the target, and the period in which its agreement stands tonight.
{{ config(materialized='view') }}

with differences as (

    select * from {{ ref('int_posting_differences') }}

),

postings as (

    select * from {{ ref('stg_ledger__postings_before') }}

),

agreements as (

    select * from {{ ref('stg_crm__agreement_closing_days') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

-- A line gets at most one posting a night, so known_at names its latest.
told as (

    select
        differences.partner_id,
        differences.role,
        differences.term_id,
        differences.subject,
        differences.component,
        differences.key_period,
        coalesce(differences.contract_id, postings.contract_id) as contract_id,
        coalesce(differences.stage, postings.stage) as stage,
        coalesce(differences.agreement_id, postings.agreement_id) as agreement_id,
        coalesce(differences.agreement_version, postings.agreement_version) as agreement_version,
        coalesce(differences.earn_period, postings.earn_period) as earn_period,
        differences.last_period,
        differences.term_known_at,
        differences.event_known_at,
        differences.forfeited_at,
        differences.last_known_at,
        differences.is_in_target,
        differences.is_posted,
        differences.target_yen,
        differences.amount_yen,
        postings.reason_code as last_reason_code
    from differences
    left join postings
        on
            differences.subject = postings.subject
            and differences.last_known_at = postings.known_at
            and differences.term_id = postings.term_id
            and differences.component = postings.component
            and differences.key_period = {{ key_period('postings') }}
            and differences.partner_id = postings.partner_id
            and differences.role = postings.role

),

-- An agreement that is gone closes as it last did.
final as (

    select
        told.*,
        {{ closing_period('night.business_day', 'agreements.closing_day') }} as current_period
    from told
    cross join night
    left join agreements
        on
            told.agreement_id = agreements.agreement_id
            and told.agreement_version = agreements.version

)

select * from final
