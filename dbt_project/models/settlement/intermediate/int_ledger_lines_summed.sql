-- One row per line key of the ledger: its net yen, the deal it belongs to and when it matures.
with postings as (

    select * from {{ ref('fct_commission_ledger') }}

),

contracts as (

    select * from {{ ref('int_contracts_united') }}

),

base_lines as (

    select * from {{ ref('int_commission_lines') }}

),

windowed as (

    select * from {{ ref('int_commission_lines_windowed') }}

),

events as (

    select * from {{ ref('int_commission_events') }}

),

-- Uplifts and caps are earned with the last line of their window, and mature with the last.
dated as (

    select
        {{ line_subject('base_lines') }} as subject,
        base_lines.term_id,
        'base' as component,
        base_lines.achieved_on,
        base_lines.matures_on,
        events.lead_id
    from base_lines
    inner join events on base_lines.funnel_event_id = events.funnel_event_id
    union all
    select
        windowed.window_label as subject,
        windowed.term_id,
        'window' as component,
        max(windowed.achieved_on) as achieved_on,
        max(windowed.matures_on) as matures_on,
        null as lead_id
    from windowed
    where windowed.is_in_quantity
    group by windowed.window_label, windowed.term_id

),

-- A window earns in a later period every month; the line stands in its last one.
summed as (

    select
        line_key,
        partner_id,
        role,
        component,
        subject,
        term_id,
        max(contract_id) as contract_id,
        max(stage) as stage,
        max(earn_period) as earn_period,
        sum(amount_yen) as posted_yen
    from postings
    group by
        line_key,
        partner_id,
        role,
        component,
        subject,
        term_id

),

final as (

    select
        summed.line_key,
        summed.partner_id,
        summed.role,
        summed.component,
        summed.subject,
        summed.contract_id,
        summed.stage,
        summed.term_id,
        summed.earn_period,
        dated.achieved_on,
        dated.matures_on,
        cast(summed.posted_yen as bigint) as posted_yen,
        coalesce(dated.lead_id, contracts.lead_id) as lead_id
    from summed
    left join dated
        on
            summed.subject = dated.subject
            and summed.term_id = dated.term_id
            and case when summed.component = 'base' then 'base' else 'window' end = dated.component
    left join contracts on summed.contract_id = contracts.contract_id

)

select * from final
