-- One row per tiered seller's term × closed window (集計期間) with sales: what it came to in the
-- units of its tiers (contracts or yen), how many windows ago, and file rows of its latest sales.
-- What was cancelled since counts: it made the window what it was. `series` is the same for each
-- version of an agreement.
with lines as (

    select * from {{ ref('int_commission_lines_windowed') }}
    where scenario is null and role = 'seller' and forfeited_at is null

),

terms as (

    select * from {{ ref('int_commission_terms_prepared') }}
    where has_tiers

),

contracts as (

    select * from {{ ref('int_contracts_united') }}

),

listed as (

    select * from {{ ref('int_contracts_listed') }}

),

measured as (

    select
        terms.term_id,
        terms.partner_id,
        concat_ws(
            '|',
            terms.stage,
            terms.term_kind,
            terms.tier_measure,
            terms.window_kind,
            coalesce(terms.product_id, '')
        ) as series,
        terms.tier_measure,
        lines.last_period,
        lines.achieved_on,
        cast(
            case terms.tier_measure when 'count' then 1 else greatest(lines.base_yen, 0) end
            as bigint
        ) as units,
        {{ months_to('terms.current_period') }} - 1 - {{ months_to('lines.last_period') }}
            as months_ago,
        case terms.window_kind when 'month' then 1 when 'quarter' then 3 else 12 end
            as window_months,
        coalesce(listed.is_list_price, false) as is_list_price,
        {{ file_row('contracts') }} as source_row
    from lines
    inner join terms on lines.term_id = terms.term_id
    left join contracts on lines.contract_id = contracts.contract_id
    left join listed on lines.contract_id = listed.contract_id
    where lines.last_period < terms.current_period

),

final as (

    select
        term_id,
        partner_id,
        series,
        tier_measure,
        last_period,
        cast({{ quotient('months_ago', 'window_months') }} as bigint) as windows_ago,
        cast(sum(units) as bigint) as quantity,
        sum(cast(units as double) * units) as squares,
        tier_measure = 'amount' and count(*) = 1 and bool_and(is_list_price) as is_list_price,
        {{ latest_rows('source_row is not null', 'achieved_on') }} as source_rows
    from measured
    group by term_id, partner_id, series, tier_measure, last_period, windows_ago

)

select * from final
