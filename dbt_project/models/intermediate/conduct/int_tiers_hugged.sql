-- One row per partner: of its last four closed windows, those that ended 0–3 % above a tier
-- (段階の直上), and the chance of so many. Of several kinds of tiered terms the one with the most, the
-- least likely first; that more of them were looked at is part of the chance. NULL without any.
with windows as (

    select * from {{ ref('int_windows_hugging') }}

),

partners as (

    select * from {{ ref('stg_crm__partners') }}

),

known as (

    select
        partner_id,
        series,
        least(4, max(windows_ago) + 1) as window_count
    from windows
    group by partner_id, series

),

-- Two agreement versions may share a window.
latest as (

    select
        partner_id,
        series,
        windows_ago,
        bool_or(is_hugging) as is_hugging,
        max(chance) as chance
    from windows
    where windows_ago < 4
    group by partner_id, series, windows_ago

),

counted as (

    select
        partner_id,
        series,
        count(*) filter (where is_hugging) as hugging_count,
        avg(chance) as chance
    from latest
    group by partner_id, series

),

judged as (

    select
        known.partner_id,
        known.window_count,
        coalesce(counted.hugging_count, 0) as hugging_count,
        least(
            1.0,
            {{ binomial_tail('coalesce(counted.hugging_count, 0)', 'known.window_count',
                'coalesce(counted.chance, 0)') }}
            * count(*) over (partition by known.partner_id)
        ) as chance,
        known.series
    from known
    left join counted on known.partner_id = counted.partner_id and known.series = counted.series

),

worst as (

    select *
    from judged
    qualify
        row_number() over (
            partition by partner_id order by hugging_count desc, chance asc, series asc
        ) = 1

),

hugging_rows as (

    select
        partner_id,
        series,
        {{ split_rows('source_rows') }} as source_row
    from windows
    where windows_ago < 4 and is_hugging

),

evidence as (

    select
        partner_id,
        series,
        {{ join_sorted('source_row') }} as source_rows
    from hugging_rows
    group by partner_id, series

),

final as (

    select
        partners.partner_id,
        cast(worst.hugging_count as bigint) as hugging_window_count,
        cast(worst.window_count as bigint) as tier_window_count,
        cast(worst.chance as decimal(9, 6)) as hugging_chance,
        evidence.source_rows,
        case when worst.partner_id is null then 'tier_window' end as missing_input
    from partners
    left join worst on partners.partner_id = worst.partner_id
    left join evidence on worst.partner_id = evidence.partner_id and worst.series = evidence.series

)

select * from final
