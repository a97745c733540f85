-- One row per term of a contract that was renewed, or whose renewal fell due by the business day
-- (更新): the first term ends term_months after the start, each renewal adds its own term.
with contracts as (

    select * from {{ ref('fct_contracts') }}
    where is_in_crm and is_contracted

),

renewals as (

    select * from {{ ref('int_renewals_numbered') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

-- The term that no renewal has answered yet comes after the last one that was.
terms as (

    select
        contract_id,
        term_number
    from renewals
    union all
    select
        contracts.contract_id,
        coalesce(max(renewals.term_number), 0) + 1 as term_number
    from contracts
    left join renewals
        on contracts.contract_id = renewals.contract_id
    group by contracts.contract_id

),

dated as (

    select
        contracts.contract_id,
        contracts.channel,
        contracts.partner_id,
        contracts.product_id,
        contracts.cancelled_on,
        terms.term_number,
        {{ add_months(
            'coalesce(contracts.starts_on, contracts.contracted_on)',
            'contracts.term_months + coalesce(earlier.added_months, 0)'
        ) }} as due_on,
        renewals.renewed_on,
        renewals.renewal_event_id,
        coalesce(renewals.amount_yen, 0) as amount_yen
    from terms
    inner join contracts
        on terms.contract_id = contracts.contract_id
    left join renewals
        on terms.contract_id = renewals.contract_id and terms.term_number = renewals.term_number
    left join renewals as earlier
        on
            terms.contract_id = earlier.contract_id
            and terms.term_number = earlier.term_number + 1

),

final as (

    select
        dated.contract_id || ':' || dated.term_number as renewal_id,
        dated.contract_id,
        dated.term_number,
        dated.channel,
        dated.partner_id,
        dated.product_id,
        dated.due_on,
        {{ month_of('dated.due_on') }} as due_month,
        coalesce(dated.due_on <= night.business_day, false) as is_due,
        dated.renewed_on,
        dated.renewed_on is not null as is_renewed,
        dated.renewal_event_id,
        dated.amount_yen
    from dated
    cross join night
    where
        dated.renewed_on is not null
        or (
            dated.due_on <= night.business_day
            -- A contract cancelled before its term ended never came up for renewal.
            and coalesce(dated.cancelled_on >= dated.due_on, true)
        )

)

select * from final
