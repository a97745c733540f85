-- One row per step of a stepped clawback (段階戻入): the months [from_month, until_month) it keeps.
with steps as (

    select * from {{ ref('stg_crm__clawback_steps') }}

),

final as (

    select
        term_id,
        from_month,
        lead(from_month) over (partition by term_id order by from_month) as until_month,
        keep_rate_ppm
    from steps

)

select * from final
