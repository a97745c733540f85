-- One row per flag × evidence a reviewer saw: the latest decision (審査判断) up to the business day.
-- A decision that names no evidence covers none and is kept under the empty digest. One that
-- means to move money and does not has a void_reason.
with decisions as (

    select * from {{ ref('stg_review__decisions') }}

),

effects as (

    select * from {{ ref('decision_effects') }}

),

ranked as (

    select
        decisions.*,
        case
            when effects.effect not in ('effective', 'reversed', 'no_action') then effects.effect
        end as void_reason,
        coalesce(decisions.evidence_seen, '') as seen_digest,
        row_number() over (
            partition by decisions.flag_id, coalesce(decisions.evidence_seen, '')
            order by decisions.decided_at desc, decisions.known_at desc, decisions.decision_id desc
        ) as recency
    from decisions
    inner join effects on decisions.decision_id = effects.decision_id

),

final as (

    select
        flag_id,
        seen_digest,
        decision_id,
        verdict,
        money_action,
        decided_at,
        void_reason
    from ranked
    where recency = 1

)

select * from final
