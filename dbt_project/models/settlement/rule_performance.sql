-- One row per conduct rule and version (ルール別実績): what its latest night found, and the verdicts so
-- far on the flags that it opened. A later version that hits the same evidence takes none over.
with outcomes as (

    select * from {{ ref('stg_lake__rule_outcomes') }}

),

flags as (

    select * from {{ ref('int_flags_decided') }}

),

rule_yen as (

    select * from {{ ref('int_rule_yen_summed') }}

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
        opening_version,
        count(*) as flag_count,
        sum(case when is_closed then 0 else 1 end) as open_count,
        sum(case when verdict = 'confirmed' then 1 else 0 end) as confirmed_count,
        sum(case when verdict = 'policy_breach' then 1 else 0 end) as policy_breach_count,
        sum(case when verdict = 'suspicious_unproven' then 1 else 0 end) as unproven_count,
        sum(case when verdict = 'false_positive' then 1 else 0 end) as false_positive_count,
        sum(case when verdict = 'data_error' then 1 else 0 end) as data_error_count,
        sum(case when verdict in {{ right_verdicts() }} then 1.0 else 0.0 end)
            as right_count,
        sum(case when verdict in {{ deciding_verdicts() }} then 1.0 else 0.0 end) as judged_count
    from flags
    group by rule_id, opening_version

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
        coalesce(rule_yen.held_yen, 0) as held_yen,
        coalesce(rule_yen.saved_yen, 0) as saved_yen
    from ranked
    left join verdicts
        on
            ranked.rule_id = verdicts.rule_id
            and ranked.rule_version = verdicts.opening_version
    left join rule_yen
        on ranked.rule_id = rule_yen.rule_id and ranked.rule_version = rule_yen.rule_version
    where ranked.recency = 1

)

select * from final
