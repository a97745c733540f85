-- One row per contract of the partner channel: one column per conduct measure (行動指標). NULL only
-- means that an input is missing; bounds and verdicts stand elsewhere.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

evidence_missing as (

    select * from {{ ref('int_evidence_missing_days') }}

),

identities as (

    select * from {{ ref('int_identities_compared') }}

),

timelines as (

    select * from {{ ref('int_timelines_counted') }}

),

sellers as (

    select * from {{ ref('int_sellers_checked') }}

),

final as (

    select
        judged.contract_id,
        judged.partner_id,
        judged.lead_id,
        judged.rep_id,
        evidence_missing.evidence_missing_business_days,
        evidence_missing.source_rows as evidence_missing_business_days_evidence,
        identities.shares_identity_with_partner,
        identities.source_rows as shares_identity_with_partner_evidence,
        timelines.timeline_violation_count,
        timelines.source_rows as timeline_violation_count_evidence,
        sellers.undisclosed_seller_count,
        sellers.source_rows as undisclosed_seller_count_evidence,
        judged.source_row as evidence_rows
    from judged
    left join evidence_missing on judged.contract_id = evidence_missing.contract_id
    left join identities on judged.contract_id = identities.contract_id
    left join timelines on judged.contract_id = timelines.contract_id
    left join sellers on judged.contract_id = sellers.contract_id

)

select * from final
