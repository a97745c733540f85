-- One row per step of a stepped clawback (段階戻入): the months [from_month, until_month) it keeps.
with steps as (

    select * from {{ ref('stg_crm__clawback_steps') }}

),

terms as (

    select * from {{ ref('int_commission_terms_planned') }}

),

final as (

    select
        terms.term_id,
        steps.from_month,
        lead(steps.from_month) over (
            partition by terms.term_id order by steps.from_month
        ) as until_month,
        steps.keep_rate_ppm,
        steps.known_at
    from steps
    inner join terms on steps.term_id = terms.written_term_id

)

select * from final
