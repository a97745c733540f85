-- One row per commission term × plan in which it stands: its own (in force, scenario NULL, or a
-- what-if), and each what-if of its partner that keeps it. A what-if (仮定) replaces the terms in
-- force of the same agreement version, stage, payee, kind and product; a kept term stands in it
-- under an id of its own. Partners without a draft are no part of a what-if.
with terms as (

    select * from {{ ref('stg_crm__commission_terms') }}

),

agreements as (

    select * from {{ ref('stg_crm__agreements') }}

),

owned as (

    select
        terms.*,
        agreements.partner_id,
        coalesce(terms.payee, 'seller') as role,
        terms.recurring_months is null as is_one_off,
        coalesce(terms.tier_measure, 'none') <> 'none' as has_tiers
    from terms
    inner join agreements
        on
            terms.agreement_id = agreements.agreement_id
            and terms.agreement_version = agreements.version

),

drafts as (

    select * from owned
    where scenario is not null

),

drafted_partners as (

    select
        scenario,
        partner_id
    from drafts
    group by scenario, partner_id

),

kept as (

    select
        owned.term_id,
        owned.has_tiers,
        drafted_partners.scenario
    from owned
    inner join drafted_partners on owned.partner_id = drafted_partners.partner_id
    left join drafts
        on
            drafted_partners.scenario = drafts.scenario
            and owned.agreement_id = drafts.agreement_id
            and owned.agreement_version = drafts.agreement_version
            and owned.stage = drafts.stage
            and owned.role = drafts.role
            and owned.is_one_off = drafts.is_one_off
            and owned.product_id is not distinct from drafts.product_id
    where owned.scenario is null and drafts.term_id is null

),

final as (

    select
        term_id,
        term_id as written_term_id,
        scenario,
        scenario is not null as is_draft,
        has_tiers
    from owned
    union all
    select
        concat_ws('|', 'what-if', scenario, term_id) as term_id,
        term_id as written_term_id,
        scenario,
        false as is_draft,
        has_tiers
    from kept

)

select * from final
