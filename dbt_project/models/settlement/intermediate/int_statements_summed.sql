-- One row per draft statement (支払通知書案): the yen of its lines by what they are, and the dates of
-- the agreements behind it. The earliest due date binds.
with lines as (

    select * from {{ ref('int_statement_lines_drafted') }}

),

balances as (

    select * from {{ ref('int_statement_balances_carried') }}

),

due_dates as (

    select * from {{ ref('int_due_dates_agreed') }}

),

typed as (

    select
        lines.*,
        due_dates.closing_on,
        due_dates.due_on,
        -- where higher bands pay less, tiers lower what they are added to: nothing is taken back
        lines.amount_yen < 0 and (lines.component <> 'uplift' or lines.has_settled) as is_lowering,
        case when lines.status = 'payable' then lines.component else lines.status end as kind,
        concat_ws(
            '|', lines.posting_id, lines.line_key, lines.reason_code, lines.status, lines.amount_yen
        ) as line_text
    from lines
    left join due_dates
        on
            lines.agreement_id = due_dates.agreement_id
            and lines.agreement_version = due_dates.agreement_version
            and lines.period = due_dates.period

),

summed as (

    select
        statement_id,
        partner_id,
        period,
        {{ yen_where("kind in ('base', 'uplift', 'manual') and not is_lowering") }} as gross_yen,
        {{ yen_where("kind = 'uplift' and not is_lowering") }} as uplift_yen,
        {{ yen_where("kind = 'cap'") }} as cap_yen,
        {{ yen_where("kind in ('base', 'uplift', 'manual') and is_lowering") }} as clawback_yen,
        {{ yen_where("kind = 'penalty'") }} as penalty_yen,
        {{ yen_where("kind = 'held'") }} as held_yen,
        {{ yen_where("kind = 'immature'") }} as immature_yen,
        {{ yen_where("kind = 'needs_legal'") }} as needs_legal_yen,
        {{ yen_where("kind = 'carried'") }} as carried_in_yen,
        {{ yen_where("status in ('payable', 'carried')") }} as net_yen,
        coalesce(max(closing_on), {{ month_end(period_start('period')) }}) as closing_on,
        min(due_on) as due_on,
        {{ sha256_hex(join_sorted('line_text')) }} as lines_sha256
    from typed
    group by statement_id, partner_id, period

),

final as (

    select
        summed.*,
        coalesce(balances.carried_exempt_yen, 0) as carried_in_exempt_yen
    from summed
    left join balances
        on summed.partner_id = balances.partner_id and summed.period = balances.period

)

select * from final
