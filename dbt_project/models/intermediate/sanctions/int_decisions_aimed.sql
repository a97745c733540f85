-- One row per decision (審査判断) dated up to the business day: what it says about money, and the flag
-- as the nights before the decision came raised it on the evidence that it saw. The flag's columns
-- are NULL where none did. A blind check holds nothing that its verdict could release.
with decisions as (

    select * from {{ ref('stg_review__decisions') }}

),

flags as (

    select * from {{ ref('stg_lake__flags_before') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

decided as (

    select decisions.*
    from decisions
    inner join night on {{ business_day('decisions.decided_at') }} <= night.business_day

),

hits as (

    select
        flags.*,
        {{ flag_scope() }} as scope,
        min(flags.known_at) over (partition by flags.flag_id) as first_known_at
    from flags
    semi join decided on flags.flag_id = decided.flag_id

),

final as (

    select
        decided.decision_id,
        decided.flag_id,
        decided.verdict,
        decided.decided_at,
        decided.known_at,
        hits.rule_id,
        hits.subject_kind,
        hits.subject_id,
        hits.partner_id,
        hits.scope,
        {{ flag_scope_id('hits.scope') }} as scope_id,
        {{ business_day('hits.first_known_at') }} as first_seen_on,
        hits.known_at as seen_at,
        {{ begins_with('decided.flag_id', legal_flag_prefix()) }} as is_legal,
        coalesce(
            decided.money_action,
            case
                when {{ begins_with('decided.flag_id', audit_flag_prefix()) }} then null
                when decided.verdict in ('false_positive', 'data_error') then 'release'
            end
        ) as money_action,
        {{ is_by_two('decided.decided_by', 'decided.second_by') }} as is_by_two
    from decided
    left join hits
        on
            decided.flag_id = hits.flag_id
            and decided.evidence_seen = hits.evidence_digest
            and decided.known_at > hits.known_at
    qualify
        row_number() over (partition by decided.decision_id order by hits.known_at desc) = 1

)

select * from final
