-- One row per commission term (報酬条件) of a plan with what its agreement version adds: who is paid,
-- the price of a base line (with tiers the lowest band's, DOMAIN §5), and whether it is approved by
-- tonight; a what-if draft needs no approval.
with terms as (

    select * from {{ ref('stg_crm__commission_terms') }}

),

planned as (

    select * from {{ ref('int_commission_terms_planned') }}

),

agreements as (

    select * from {{ ref('stg_crm__agreements') }}

),

bands as (

    select * from {{ ref('int_commission_bands') }}

),

steps as (

    select * from {{ ref('int_commission_clawback_steps') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

-- A newer band or step reprices like a newer term.
price_rows as (

    select
        term_id,
        known_at
    from bands
    union all
    select
        term_id,
        known_at
    from steps

),

last_prices as (

    select
        term_id,
        max(known_at) as known_at
    from price_rows
    group by term_id

),

final as (

    select
        planned.term_id,
        terms.agreement_id,
        terms.agreement_version,
        agreements.partner_id,
        agreements.effective_from,
        agreements.closing_day,
        agreements.territory,
        {{ closing_period('night.business_day', 'agreements.closing_day') }} as current_period,
        planned.scenario,
        planned.is_draft,
        terms.stage,
        terms.product_id,
        terms.required_evidence,
        terms.basis,
        terms.base_amount,
        terms.recurring_months,
        planned.has_tiers,
        terms.tier_measure,
        terms.cap_event_yen,
        terms.cap_window_yen,
        terms.clawback_months,
        coalesce(terms.payee, 'seller') as role,
        coalesce(terms.tier_window, 'month') as window_kind,
        coalesce(terms.tier_mode, 'marginal') as tier_mode,
        coalesce(terms.maturation_days, 0) as maturation_days,
        coalesce(terms.clawback_method, 'none') as clawback_method,
        coalesce(terms.requires_collection, false) as requires_collection,
        coalesce(terms.applies_to_existing, false) as applies_to_existing,
        case when terms.recurring_months is null then 'one_off' else 'recurring' end as term_kind,
        case when planned.has_tiers then bands.fixed_yen else terms.fixed_yen end as fixed_yen,
        case when planned.has_tiers then bands.rate_ppm else terms.rate_ppm end as rate_ppm,
        planned.is_draft or coalesce(
            {{ is_by_two("coalesce(terms.proposed_by, '')", 'terms.approved_by') }}
            and coalesce(terms.approved_on, night.business_day) <= night.business_day,
            false
        ) as is_approved,
        greatest(terms.known_at, coalesce(last_prices.known_at, terms.known_at)) as known_at
    from terms
    inner join planned on terms.term_id = planned.written_term_id
    inner join agreements
        on
            terms.agreement_id = agreements.agreement_id
            and terms.agreement_version = agreements.version
    left join bands on planned.term_id = bands.term_id and bands.band = 1
    left join last_prices on planned.term_id = last_prices.term_id
    cross join night

)

select * from final
