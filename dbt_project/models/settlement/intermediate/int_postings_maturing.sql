-- One row per posting that no statement has settled and whose line is not mature (成熟待ち): the
-- closing period that its maturity falls into, the first that can pay it.
with postings as (

    select * from {{ ref('int_postings_stated') }}
    where not is_settled

),

availability as (

    select * from {{ ref('fct_commission_availability') }}
    where not is_matured

),

agreements as (

    select * from {{ ref('stg_crm__agreements') }}

),

final as (

    select
        postings.posting_id,
        postings.agreement_id,
        postings.agreement_version,
        {{ closing_period('availability.matures_on', 'agreements.closing_day') }} as period
    from postings
    inner join availability on postings.line_key = availability.line_key
    inner join agreements
        on
            postings.agreement_id = agreements.agreement_id
            and postings.agreement_version = agreements.version

)

select * from final
