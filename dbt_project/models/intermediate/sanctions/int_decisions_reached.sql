-- One row per decision that moves money × contract or lead in the scope of its flag: the flagged
-- one, the contracts of a flagged lead, what a rep sold. A partner's flag reaches none by name.
with aimed as (

    select * from {{ ref('int_decisions_aimed') }}
    where money_action <> 'withhold' and scope_id is not null

),

contracts as (

    select * from {{ ref('int_contracts_united') }}

),

sales as (

    select * from {{ ref('int_sales_credited') }}

),

final as (

    select
        decision_id,
        known_at,
        scope as subject_kind,
        scope_id as subject_id
    from aimed
    where scope in ('contract', 'lead')
    union all
    select
        aimed.decision_id,
        aimed.known_at,
        'contract' as subject_kind,
        contracts.contract_id as subject_id
    from aimed
    inner join contracts on aimed.scope = 'lead' and aimed.scope_id = contracts.lead_id
    union all
    select
        aimed.decision_id,
        aimed.known_at,
        sales.subject_kind,
        sales.subject_id
    from aimed
    inner join sales on aimed.scope = 'rep' and aimed.scope_id = sales.rep_id

)

select * from final
