-- One row per partner × measure × product (同業比較の母数): how many of its known cases count against it.
-- A partner without a known case has no row.
with partners as (

    select * from {{ ref('stg_crm__partners') }}

),

trials as (

    {{ trial_rows() }}

),

final as (

    select
        trials.partner_id,
        trials.measure,
        trials.product_id,
        partners.partner_kind,
        partners.rank,
        cast(trials.hits as bigint) as hits,
        cast(trials.size as bigint) as size,
        trials.source_rows
    from trials
    inner join partners on trials.partner_id = partners.partner_id
    where trials.size > 0

)

select * from final
