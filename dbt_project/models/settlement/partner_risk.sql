-- One row per partner: the chance that something is confirmed, open flags, and the yen they concern
-- (パートナー別リスク).
with partners as (

    select * from {{ ref('stg_crm__partners') }}

),

flags as (

    select * from {{ ref('int_flags_decided') }}

),

line_scopes as (

    select * from {{ ref('int_ledger_line_scopes') }}

),

availability as (

    select * from {{ ref('fct_commission_availability') }}

),

unpaid as (

    select * from {{ ref('int_lines_unpaid') }}

),

odds as (

    select * from {{ ref('int_partner_odds_summed') }}

),

flags_counted as (

    select
        partner_id,
        sum(case when is_closed then 0 else 1 end) as open_flag_count,
        sum(case when verdict = 'confirmed' then 1 else 0 end) as confirmed_flag_count,
        max(case when not is_closed then {{ severity_rank('severity') }} end) as worst_rank
    from flags
    group by partner_id

),

-- A line that several open flags name is at risk once.
lines_at_risk as (

    select line_scopes.line_key
    from line_scopes
    inner join flags
        on line_scopes.scope = flags.scope and line_scopes.scope_id = flags.scope_id
    where not flags.is_closed
    group by line_scopes.line_key

),

yen_summed as (

    select
        availability.partner_id,
        sum(availability.posted_yen) as posted_yen,
        sum(case when availability.is_held then availability.posted_yen else 0 end) as held_yen,
        sum(case when lines_at_risk.line_key is null then 0 else unpaid.unpaid_yen end)
            as yen_at_risk
    from availability
    left join lines_at_risk on availability.line_key = lines_at_risk.line_key
    left join unpaid on availability.line_key = unpaid.line_key
    group by availability.partner_id

),

final as (

    select
        partners.partner_id,
        cast(coalesce(flags_counted.open_flag_count, 0) as bigint) as open_flag_count,
        cast(coalesce(flags_counted.confirmed_flag_count, 0) as bigint) as confirmed_flag_count,
        {{ severity_of_rank('flags_counted.worst_rank') }} as worst_severity,
        coalesce(1.0 / (1.0 + exp(-odds.log_odds)), {{ prior_risk() }}) as risk,
        odds.families as risk_families,
        cast(coalesce(yen_summed.posted_yen, 0) as bigint) as posted_yen,
        cast(coalesce(yen_summed.held_yen, 0) as bigint) as held_yen,
        cast(coalesce(yen_summed.yen_at_risk, 0) as bigint) as yen_at_risk
    from partners
    left join flags_counted on partners.partner_id = flags_counted.partner_id
    left join odds on partners.partner_id = odds.partner_id
    left join yen_summed on partners.partner_id = yen_summed.partner_id

)

select * from final
