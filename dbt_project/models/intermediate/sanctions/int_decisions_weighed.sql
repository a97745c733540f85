-- One row per decision dated up to the business day: the yen at stake (対象額), its place among those
-- on its flag, and what it does to money by itself (first_effect), or why nothing.
with aimed as (

    select * from {{ ref('int_decisions_aimed') }}

),

clauses as (

    select * from {{ ref('int_decisions_claused') }}

),

stakes as (

    select
        decision_id,
        cast(sum(greatest(line_yen, 0)) as bigint) as stake_yen
    from {{ ref('int_decisions_staked') }}
    group by decision_id

),

facts as (

    select
        aimed.*,
        clauses.agreement_id,
        clauses.agreement_version,
        clauses.clause,
        clauses.clause_known_at,
        clauses.clause_count,
        clauses.penalty_yen,
        greatest(coalesce(stakes.stake_yen, 0), coalesce(clauses.penalty_yen, 0)) as yen_at_stake,
        row_number() over (
            partition by aimed.flag_id
            order by aimed.decided_at, aimed.known_at, aimed.decision_id
        ) as place
    from aimed
    left join clauses on aimed.decision_id = clauses.decision_id
    left join stakes on aimed.decision_id = stakes.decision_id

),

-- The first reason for having no effect that applies.
final as (

    select
        *,
        case
            when money_action is null then 'no_action'
            when rule_id is null and not is_legal then 'unseen_evidence'
            when
                money_action in ('claw_back', 'penalty')
                and verdict not in ('confirmed', 'policy_breach')
                then 'needs_verdict'
            when verdict in ('escalate', 'ask_partner') then 'needs_verdict'
            when is_legal and money_action = 'penalty' then 'no_clause'
            when is_legal and not is_by_two then 'needs_second'
            when is_legal then 'effective'
            when money_action = 'claw_back' and subject_kind not in ('lead', 'contract')
                then 'needs_deal'
            when money_action = 'penalty' and clause_count is null then 'no_clause'
            when money_action = 'penalty' and clause_count > 1 then 'ambiguous_clause'
            when
                money_action <> 'withhold' and not is_by_two
                and yen_at_stake > {{ var('second_person_above_yen') }}
                then 'needs_second'
            else 'effective'
        end as first_effect
    from facts

)

select * from final
