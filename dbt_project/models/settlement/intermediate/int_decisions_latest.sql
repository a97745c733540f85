-- One row per flag × evidence a reviewer saw: the latest decision (審査判断) up to the business day.
-- A decision that names no evidence covers none and is kept under the empty digest.
with decisions as (

    select * from {{ ref('stg_review__decisions') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

ranked as (

    select
        decisions.*,
        coalesce(decisions.evidence_seen, '') as seen_digest,
        row_number() over (
            partition by decisions.flag_id, coalesce(decisions.evidence_seen, '')
            order by decisions.decided_at desc, decisions.known_at desc, decisions.decision_id desc
        ) as recency
    from decisions
    inner join night on {{ business_day('decisions.decided_at') }} <= night.business_day

),

final as (

    select
        flag_id,
        seen_digest,
        decision_id,
        verdict,
        money_action,
        decided_by,
        second_by,
        decided_at
    from ranked
    where recency = 1

)

select * from final
