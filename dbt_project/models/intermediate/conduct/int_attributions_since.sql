-- One row per judged contract whose deal's history names its seller: since when without a
-- break, and the file rows of that and of who stood there last before (担当の始期); NULL when nobody
-- else did.
with told as (

    select * from {{ ref('int_attributions_told') }}

),

last_others as (

    select
        contract_id,
        max(told_at) as told_at,
        max_by(source_row, told_at) as source_row
    from told
    where not is_sellers
    group by contract_id

),

final as (

    select
        told.contract_id,
        min(told.told_on) as seller_since_on,
        max(last_others.source_row) || ';' || min_by(told.source_row, told.told_at)
            as handover_rows
    from told
    left join last_others on told.contract_id = last_others.contract_id
    where told.is_sellers and coalesce(told.told_at > last_others.told_at, true)
    group by told.contract_id

)

select * from final
