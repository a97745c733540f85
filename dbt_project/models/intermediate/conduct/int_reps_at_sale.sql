-- One row per judged contract that names a rep (担当者): whether the register knew that rep at that
-- partner on the day of the sale.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

registrations as (

    select
        *,
        coalesce(uploader_id, partner_id) || ':' || rep_id as scoped_rep_id
    from {{ ref('int_rep_registrations') }}

),

-- The CRM may write a rep's id as its partner's file does, and a claim the CRM's id.
found as (

    select
        judged.contract_id,
        max(
            case
                when
                    coalesce(registrations.started_on <= judged.sold_on, true)
                    and coalesce(registrations.ended_on >= judged.sold_on, true)
                    then 1
                else 0
            end
        ) as registered_count,
        {{ join_sorted('registrations.source_row') }} as register_rows
    from judged
    inner join registrations
        on
            judged.partner_id = registrations.partner_id
            and judged.rep_id in (registrations.rep_id, registrations.scoped_rep_id)
    group by judged.contract_id

),

final as (

    select
        judged.contract_id,
        judged.partner_id,
        judged.rep_id,
        judged.sold_on,
        coalesce(found.registered_count, 0) = 0 as is_outside_registration,
        concat_ws(';', judged.source_row, found.register_rows) as source_rows
    from judged
    left join found on judged.contract_id = found.contract_id
    where judged.rep_id is not null

)

select * from final
