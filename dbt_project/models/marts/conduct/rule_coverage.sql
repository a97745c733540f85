-- One row per conduct measure × missing input (判定不能の理由): subjects that the rules on the measure
-- cannot judge.
with contracts as (

    select * from {{ ref('int_contracts_judged') }}

),

leads as (

    select * from {{ ref('int_leads_united') }}
    where channel = 'partner' and partner_id is not null

),

partners as (

    select * from {{ ref('stg_crm__partners') }}

),

reps as (

    select * from {{ ref('int_partner_reps_united') }}

),

final as (

    {{ undetermined_rows('contract', 'contracts') }}
    union all
    {{ undetermined_rows('lead', 'leads') }}
    union all
    {{ undetermined_rows('partner', 'partners') }}
    union all
    {{ undetermined_rows('rep', 'reps') }}

)

select * from final
