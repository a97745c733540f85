-- One row per term × span of anchor days [from, until) in which it is offered: while its version is
-- in force; before that too for terms that take over earlier deals (applies_to_existing), a what-if
-- draft's even before its version takes effect.
with spans as (

    select * from {{ ref('int_agreement_spans') }}

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

in_force as (

    select
        terms.term_id,
        spans.valid_from,
        spans.valid_until,
        false as is_retroactive
    from terms
    inner join spans
        on terms.agreement_id = spans.agreement_id and terms.agreement_version = spans.version

),

retroactive as (

    select
        terms.term_id,
        date '0001-01-01' as valid_from,
        terms.effective_from as valid_until,
        true as is_retroactive
    from terms
    cross join night
    where
        terms.applies_to_existing
        and (terms.effective_from <= night.business_day or terms.is_draft)

),

offered as (

    select * from in_force
    union all
    select * from retroactive

),

final as (

    select
        offered.term_id,
        offered.valid_from,
        offered.valid_until,
        offered.is_retroactive,
        terms.partner_id,
        terms.role,
        terms.stage,
        terms.product_id,
        terms.scenario,
        terms.term_kind,
        terms.agreement_id,
        terms.agreement_version,
        terms.product_id is not null as is_product_specific,
        terms.is_approved
    from offered
    inner join terms on offered.term_id = terms.term_id

)

select * from final
