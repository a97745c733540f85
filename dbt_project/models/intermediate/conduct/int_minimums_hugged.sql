-- One row per partner: of all closed windows of a term with tiers of an amount, how improbable so
-- many are that ended 0–3 % above the lowest of them (最低額の直上). NULL without such a term.
with windows as (

    select * from {{ ref('int_windows_hugging') }}
    where minimum_chance is not null

),

partners as (

    select * from {{ ref('stg_crm__partners') }}

),

counted as (

    select
        partner_id,
        series,
        count(*) as window_count,
        count(*) filter (where is_minimum_hugging) as hugging_count,
        avg(minimum_chance) as chance
    from windows
    group by partner_id, series

),

judged as (

    select
        *,
        least(
            1.0,
            {{ binomial_tail('hugging_count', 'window_count', 'chance') }}
            * count(*) over (partition by partner_id)
        ) as tail
    from counted

),

worst as (

    select *
    from judged
    qualify row_number() over (partition by partner_id order by tail, series) = 1

),

hugging_rows as (

    select
        partner_id,
        series,
        {{ split_rows('source_rows') }} as source_row
    from windows
    where is_minimum_hugging

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
        cast(worst.tail as decimal(9, 6)) as minimum_chance,
        cast(worst.window_count as bigint) as minimum_window_count,
        evidence.source_rows,
        case when worst.partner_id is null then 'amount_tier' end as missing_input
    from partners
    left join worst on partners.partner_id = worst.partner_id
    left join evidence on worst.partner_id = evidence.partner_id and worst.series = evidence.series

)

select * from final
