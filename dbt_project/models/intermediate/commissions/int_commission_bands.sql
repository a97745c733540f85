-- One row per price band (段階) of a tiered term: the units [from_value, until_value) it pays.
with tiers as (

    select * from {{ ref('stg_crm__commission_tiers') }}

),

terms as (

    select * from {{ ref('int_commission_terms_planned') }}

),

final as (

    select
        terms.term_id,
        tiers.from_value,
        lead(tiers.from_value) over (
            partition by terms.term_id order by tiers.from_value
        ) as until_value,
        tiers.fixed_yen,
        tiers.rate_ppm,
        tiers.known_at,
        row_number() over (partition by terms.term_id order by tiers.from_value) as band
    from tiers
    inner join terms on tiers.term_id = terms.written_term_id

)

select * from final
