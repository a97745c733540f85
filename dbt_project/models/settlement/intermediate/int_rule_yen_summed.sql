-- One row per conduct rule and version with yen to tell (ルール別の金額): what the flags that it opened
-- hold now, a line once, and what effective decisions on them kept back, took back or penalised.
with flags as (

    select * from {{ ref('int_flags_decided') }}

),

line_scopes as (

    select * from {{ ref('int_ledger_line_scopes') }}

),

effects as (

    select * from {{ ref('decision_effects') }}

),

lines_held as (

    select
        flags.rule_id,
        flags.opening_version as rule_version,
        line_scopes.line_key,
        any_value(line_scopes.posted_yen) as posted_yen
    from flags
    inner join line_scopes
        on flags.scope = line_scopes.scope and flags.scope_id = line_scopes.scope_id
    where flags.is_holding
    group by flags.rule_id, flags.opening_version, line_scopes.line_key

),

yen as (

    select
        rule_id,
        rule_version,
        posted_yen as held_yen,
        0 as saved_yen
    from lines_held
    union all
    select
        flags.rule_id,
        flags.opening_version as rule_version,
        0 as held_yen,
        effects.yen_at_stake as saved_yen
    from effects
    inner join flags on effects.decision_id = flags.decision_id
    where
        effects.effect = 'effective'
        and effects.verdict in {{ right_verdicts() }}
        and effects.money_action in ('withhold', 'claw_back', 'penalty')

),

final as (

    select
        rule_id,
        rule_version,
        cast(sum(held_yen) as bigint) as held_yen,
        cast(sum(saved_yen) as bigint) as saved_yen
    from yen
    group by rule_id, rule_version

)

select * from final
