-- One row per closed window (集計期間) of a tiered term that ended 0–3 % above a tier × that tier: what
-- `threshold_hugging` and `minimum_hugging` rest on.
with hugging as (

    select * from {{ ref('int_windows_hugging') }}
    where is_hugging

),

windows as (

    select * from {{ ref('int_windows_closed') }}

),

terms as (

    select
        term_id,
        max(stage) as stage,
        max(window_kind) as window_kind
    from {{ ref('int_commission_terms_prepared') }}
    where has_tiers
    group by term_id

),

tiers as (

    select
        *,
        row_number() over (partition by term_id order by from_value) as place
    from {{ ref('int_commission_bands') }}
    where from_value > 0

),

final as (

    select
        hugging.partner_id,
        hugging.term_id,
        hugging.last_period,
        hugging.windows_ago,
        terms.stage,
        terms.window_kind,
        windows.tier_measure,
        tiers.from_value,
        windows.quantity,
        tiers.place = 1 and windows.tier_measure = 'amount' as is_minimum
    from hugging
    inner join windows
        on hugging.term_id = windows.term_id and hugging.last_period = windows.last_period
    inner join terms on hugging.term_id = terms.term_id
    inner join tiers
        on
            hugging.term_id = tiers.term_id
            and windows.quantity >= tiers.from_value
            and windows.quantity * 100 <= tiers.from_value * 103

)

select * from final
