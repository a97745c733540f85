-- One row per statement, frozen or draft (支払通知書): the sums that its taxes follow from.
-- What a frozen one would say of its partner tonight is what a reissue states.
with drafts as (

    select * from {{ ref('int_statements_summed') }}

),

frozen as (

    select * from {{ ref('stg_ledger__statements') }}

),

final as (

    select
        *,
        1 as version,
        false as is_frozen
    from drafts
    union all by name
    select
        statement_id,
        partner_id,
        period,
        gross_yen,
        uplift_yen,
        cap_yen,
        clawback_yen,
        penalty_yen,
        held_yen,
        immature_yen,
        needs_legal_yen,
        carried_in_yen,
        carried_in_exempt_yen,
        net_yen,
        closing_on,
        due_on,
        version,
        true as is_frozen
    from frozen

)

select * from final
