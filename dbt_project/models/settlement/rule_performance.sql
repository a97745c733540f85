-- One row per conduct rule and version (ルール別実績): what its latest night found, and the verdicts on
-- its flags so far.
with outcomes as (

    select * from {{ ref('stg_lake__rule_outcomes') }}

),

flags as (

    select * from {{ ref('flags') }}

),

holds as (

    select
        flags.rule_id,
        flags.rule_version,
        line_scopes.line_key,
        any_value(line_scopes.posted_yen) as posted_yen
    from {{ ref('int_flags_decided') }} as flags
    inner join {{ ref('int_ledger_line_scopes') }} as line_scopes
        on flags.scope = line_scopes.scope and flags.scope_id = line_scopes.scope_id
    where flags.is_holding
    group by flags.rule_id, flags.rule_version, line_scopes.line_key

),

holds_summed as (

    select
        rule_id,
        rule_version,
        sum(posted_yen) as held_yen
    from holds
    group by rule_id, rule_version

),

-- Yen that an effective decision on a flag kept from being paid, or took back.
saved as (

    select
        flags.rule_id,
        flags.rule_version,
        sum(effects.yen_at_stake) as saved_yen
    from {{ ref('decision_effects') }} as effects
    inner join flags on effects.decision_id = flags.decision_id
    where
        effects.effect = 'effective'
        and effects.verdict in ('confirmed', 'policy_breach')
        and effects.money_action in ('withhold', 'claw_back', 'penalty')
    group by flags.rule_id, flags.rule_version

),

ranked as (

    select
        *,
        row_number() over (partition by rule_id, rule_version order by known_at desc) as recency
    from outcomes

),

verdicts as (

    select
        rule_id,
        rule_version,
        count(*) as flag_count,
        sum(case when status = 'open' then 1 else 0 end) as open_count,
        sum(case when verdict = 'confirmed' then 1 else 0 end) as confirmed_count,
        sum(case when verdict = 'policy_breach' then 1 else 0 end) as policy_breach_count,
        sum(case when verdict = 'suspicious_unproven' then 1 else 0 end) as unproven_count,
        sum(case when verdict = 'false_positive' then 1 else 0 end) as false_positive_count,
        sum(case when verdict = 'data_error' then 1 else 0 end) as data_error_count,
        sum(case when verdict in ('confirmed', 'policy_breach') then 1.0 else 0.0 end)
            as right_count,
        sum(case
            when verdict in ('confirmed', 'policy_breach', 'false_positive', 'data_error')
                then 1.0
            else 0.0
        end) as judged_count
    from flags
    group by rule_id, rule_version

),

final as (

    select
        ranked.rule_id,
        ranked.rule_version,
        {{ business_day('ranked.known_at') }} as judged_on,
        ranked.hit_count,
        ranked.clear_count,
        ranked.undetermined_count,
        ranked.error,
        cast(coalesce(verdicts.flag_count, 0) as bigint) as flag_count,
        cast(coalesce(verdicts.open_count, 0) as bigint) as open_count,
        cast(coalesce(verdicts.confirmed_count, 0) as bigint) as confirmed_count,
        cast(coalesce(verdicts.policy_breach_count, 0) as bigint) as policy_breach_count,
        cast(coalesce(verdicts.unproven_count, 0) as bigint) as suspicious_unproven_count,
        cast(coalesce(verdicts.false_positive_count, 0) as bigint) as false_positive_count,
        cast(coalesce(verdicts.data_error_count, 0) as bigint) as data_error_count,
        verdicts.right_count / nullif(verdicts.judged_count, 0) as precision_rate,
        {{ wilson('verdicts.right_count', 'verdicts.judged_count', '-') }} as precision_low,
        {{ wilson('verdicts.right_count', 'verdicts.judged_count', '+') }} as precision_high,
        ranked.undetermined_count
        / nullif(ranked.hit_count + ranked.clear_count + ranked.undetermined_count, 0)
            as undetermined_rate,
        cast(coalesce(holds_summed.held_yen, 0) as bigint) as held_yen,
        cast(coalesce(saved.saved_yen, 0) as bigint) as saved_yen
    from ranked
    left join verdicts
        on
            ranked.rule_id = verdicts.rule_id
            and ranked.rule_version = verdicts.rule_version
    left join holds_summed
        on
            ranked.rule_id = holds_summed.rule_id
            and ranked.rule_version = holds_summed.rule_version
    left join saved
        on ranked.rule_id = saved.rule_id and ranked.rule_version = saved.rule_version
    where ranked.recency = 1

)

select * from final
