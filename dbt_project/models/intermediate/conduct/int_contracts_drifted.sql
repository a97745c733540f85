-- One row per judged contract: the yen of closed periods that later changes of its fields moved
-- (締め後の変更による影響額), each partner's apart and either way. What was changed and changed back
-- moved nothing. A history that begins after the close cannot tell what was changed.
with judged as (

    select * from {{ ref('int_contracts_judged') }}

),

restated as (

    select * from {{ ref('int_contracts_restated') }}

),

changed as (

    select * from {{ ref('int_contract_fields_changed') }}

),

posted as (

    select * from {{ ref('int_contract_drifts_posted') }}

),

untold as (

    select contract_id
    from restated
    group by contract_id
    having min(known_at) > min(closed_at)

),

partners_moved as (

    select
        contract_id,
        partner_id,
        sum(effect_yen) as effect_yen
    from posted
    group by contract_id, partner_id

),

moved as (

    select
        contract_id,
        cast(sum(abs(effect_yen)) as bigint) as drifted_yen
    from partners_moved
    group by contract_id

),

changed_rows as (

    select
        changed.contract_id,
        {{ split_rows('changed.source_rows') }} as source_row
    from changed
    semi join posted
        on changed.contract_id = posted.contract_id and changed.known_at = posted.known_at

),

evidence as (

    select
        contract_id,
        {{ join_sorted('source_row') }} as source_rows
    from changed_rows
    group by contract_id

),

final as (

    select
        judged.contract_id,
        case when untold.contract_id is null then coalesce(moved.drifted_yen, 0) end
            as drifted_yen,
        case when untold.contract_id is null and moved.drifted_yen > 0 then evidence.source_rows end
            as source_rows,
        case when untold.contract_id is not null then 'history' end as missing_input
    from judged
    left join untold on judged.contract_id = untold.contract_id
    left join moved on judged.contract_id = moved.contract_id
    left join evidence on judged.contract_id = evidence.contract_id

)

select * from final
