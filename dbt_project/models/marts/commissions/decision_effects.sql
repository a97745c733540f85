-- One row per decision of a reviewer dated up to the business day (審査判断の効果): what it does to
-- money, or why nothing.
with weighed as (

    select * from {{ ref('int_decisions_weighed') }}

),

-- A release reverses what was taken before it on no newer evidence than its own; a penalty stands
-- until the verdict behind it falls.
reversals as (

    select taken.decision_id
    from weighed as taken
    inner join weighed as released
        on
            taken.flag_id = released.flag_id
            and taken.place < released.place
            and coalesce(taken.seen_at <= released.seen_at, true)
    where
        taken.money_action <> 'release'
        and released.money_action = 'release'
        and released.first_effect = 'effective'
        and (
            taken.money_action <> 'penalty'
            or released.verdict not in ('confirmed', 'policy_breach')
        )
    group by taken.decision_id

),

final as (

    select
        weighed.decision_id,
        weighed.flag_id,
        weighed.rule_id,
        weighed.subject_kind,
        weighed.subject_id,
        weighed.partner_id,
        weighed.verdict,
        weighed.money_action,
        weighed.decided_at,
        weighed.yen_at_stake,
        weighed.agreement_id,
        weighed.agreement_version,
        weighed.clause,
        weighed.penalty_yen,
        weighed.is_by_two,
        case
            when weighed.first_effect = 'effective' and reversals.decision_id is not null
                then 'reversed'
            else weighed.first_effect
        end as effect,
        weighed.known_at,
        weighed.clause_known_at
    from weighed
    left join reversals on weighed.decision_id = reversals.decision_id

)

select * from final
