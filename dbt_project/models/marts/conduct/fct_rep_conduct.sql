-- One row per registered rep (担当者): one column per conduct measure (行動指標).
with reps as (

    select * from {{ ref('int_partner_reps_united') }}

),

leads as (

    select * from {{ ref('int_leads_united') }}
    where channel = 'partner'

),

sales as (

    select * from {{ ref('int_reps_at_sale') }}

),

leads_counted as (

    select
        rep_id,
        count(*) as lead_count
    from leads
    group by rep_id

),

sales_counted as (

    select
        rep_id,
        count(*) as contract_count,
        sum(case when is_outside_registration then 1 else 0 end) as outside_count
    from sales
    group by rep_id

),

outside_rows as (

    select
        rep_id,
        {{ split_rows('source_rows') }} as source_row
    from sales
    where is_outside_registration

),

evidence as (

    select
        rep_id,
        {{ join_sorted('source_row') }} as source_rows
    from outside_rows
    group by rep_id

),

final as (

    select
        reps.rep_id,
        reps.partner_id,
        cast(coalesce(leads_counted.lead_count, 0) as bigint) as lead_count,
        cast(coalesce(sales_counted.contract_count, 0) as bigint) as contract_count,
        cast(coalesce(sales_counted.outside_count, 0) as bigint)
            as sales_outside_registration_count,
        evidence.source_rows as sales_outside_registration_count_evidence,
        {{ measure_columns('rep') }}
        int_submission_paces_compared.pace_log10_q,
        {{ file_row('reps') }} as evidence_rows
    from reps
    left join leads_counted on reps.rep_id = leads_counted.rep_id
    left join sales_counted on reps.rep_id = sales_counted.rep_id
    left join evidence on reps.rep_id = evidence.rep_id
    {{ measure_joins('rep', 'reps') }}

)

select * from final
