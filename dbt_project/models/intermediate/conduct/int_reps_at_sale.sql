-- One row per judged contract that names a rep (担当者): whether the register knew that rep at that
-- partner on the day of the sale.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

rep_keys as (

    select * from {{ ref('int_rep_keys') }}

),

reps as (

    select * from {{ ref('int_partner_reps_united') }}

),

-- The CRM may write a rep's id as its partner's file does.
registrations as (

    select
        judged.contract_id,
        max(
            case
                when
                    coalesce(reps.started_on <= judged.sold_on, true)
                    and coalesce(reps.ended_on >= judged.sold_on, true)
                    then 1
                else 0
            end
        ) as registered_count,
        {{ join_sorted(file_row('reps')) }} as register_rows
    from judged
    inner join rep_keys on judged.rep_id in (rep_keys.rep_id, rep_keys.record_id)
    inner join reps
        on
            rep_keys.rep_id = reps.rep_id
            and judged.partner_id = reps.partner_id
    group by judged.contract_id

),

final as (

    select
        judged.contract_id,
        judged.partner_id,
        judged.rep_id,
        judged.sold_on,
        coalesce(registrations.registered_count, 0) = 0 as is_outside_registration,
        concat_ws(';', judged.source_row, registrations.register_rows) as source_rows
    from judged
    left join registrations on judged.contract_id = registrations.contract_id
    where judged.rep_id is not null

)

select * from final
