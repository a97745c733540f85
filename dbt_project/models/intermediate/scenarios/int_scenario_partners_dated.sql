-- One row per what-if × partner with a draft in it: how many drafts, and the closing period
-- `YYYY-MM` from which plans are compared (比較開始期): the earliest in which a drafted version is
-- effective, `0001-01` (everything) if a draft takes over earlier deals.
with drafts as (

    select * from {{ ref('int_commission_terms_prepared') }}
    where is_draft

),

final as (

    select
        scenario,
        partner_id,
        count(*) as drafts_count,
        max(coalesce(closing_day, 31)) as closing_day,
        min(
            case
                when applies_to_existing then '0001-01'
                else {{ closing_period('effective_from', 'closing_day') }}
            end
        ) as from_period
    from drafts
    group by scenario, partner_id

)

select * from final
