-- One row per event × candidate term: partner, role, stage and product match on the anchor date.
with payees as (

    select * from {{ ref('int_commission_payees') }}

),

offers as (

    select * from {{ ref('int_commission_offers') }}

),

final as (

    select
        payees.funnel_event_id,
        offers.term_id,
        offers.role,
        offers.scenario,
        offers.term_kind,
        offers.agreement_id,
        offers.agreement_version,
        offers.is_retroactive,
        offers.is_approved,
        offers.is_product_specific
    from payees
    inner join offers
        on
            payees.partner_id = offers.partner_id
            and payees.role = offers.role
            and payees.stage = offers.stage
            and payees.anchor_on >= offers.valid_from
            and payees.anchor_on < offers.valid_until
            and (offers.product_id is null or payees.product_id = offers.product_id)

)

select * from final
