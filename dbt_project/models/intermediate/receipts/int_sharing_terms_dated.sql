-- One row per partner, entity and field that was ever agreed by the business day: the latest span.
with terms as (

    select * from {{ ref('stg_crm__sharing_terms') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

final as (

    select
        terms.partner_id,
        terms.entity,
        terms.field,
        terms.cadence,
        terms.agreed_from,
        terms.agreed_to,
        coalesce(terms.agreed_to >= night.business_day, true) as is_agreed
    from terms
    cross join night
    where terms.agreed_from <= night.business_day
    qualify
        row_number() over (
            partition by terms.partner_id, terms.entity, terms.field
            order by terms.agreed_from desc
        ) = 1

)

select * from final
