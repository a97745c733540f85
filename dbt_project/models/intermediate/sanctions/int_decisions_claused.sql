-- One row per decision on a penalty or forfeiture that a clause provides for (罰則): the clauses of
-- the partner's agreement version in force on the anchor date (of a partner's or rep's flag: on the
-- day it was first seen) that forbid what the rule finds. Only a single penalty can be applied.
with aimed as (

    select * from {{ ref('int_decisions_aimed') }}
    where money_action in ('penalty', 'claw_back') and rule_id is not null

),

events as (

    select * from {{ ref('int_commission_events') }}
    where stage in ('lead', 'contract')

),

spans as (

    select * from {{ ref('int_agreement_spans') }}

),

clauses as (

    select
        *,
        {{ plain_words('prohibited_act') }} as act,
        case
            when consequence = 'penalty' and penalty_yen > 0 then 'penalty'
            when consequence = 'forfeit' then 'claw_back'
        end as money_action
    from {{ ref('stg_crm__agreement_clauses') }}

),

-- A clause may always name the rule itself.
acts as (

    select
        rule_id,
        {{ plain_words('prohibited_act') }} as act
    from {{ ref('prohibited_acts') }}
    union
    select
        rule_id,
        {{ plain_words('rule_id') }} as act
    from aimed

),

anchored as (

    select
        aimed.decision_id,
        aimed.rule_id,
        aimed.partner_id,
        aimed.money_action,
        coalesce(max(events.anchor_on), max(aimed.first_seen_on)) as anchor_on
    from aimed
    left join events
        on
            aimed.subject_kind = events.stage
            and aimed.subject_id
            = case events.stage when 'lead' then events.lead_id else events.contract_id end
    group by aimed.decision_id, aimed.rule_id, aimed.partner_id, aimed.money_action

),

final as (

    select
        anchored.decision_id,
        min(clauses.agreement_id) as agreement_id,
        min(clauses.version) as agreement_version,
        min(clauses.clause) as clause,
        min(case when clauses.money_action = 'penalty' then clauses.penalty_yen end)
            as penalty_yen,
        max(clauses.known_at) as clause_known_at,
        count(distinct concat_ws('|', clauses.agreement_id, clauses.clause)) as clause_count
    from anchored
    inner join spans
        on
            anchored.partner_id = spans.partner_id
            and anchored.anchor_on >= spans.valid_from
            and anchored.anchor_on < spans.valid_until
    inner join clauses
        on
            spans.agreement_id = clauses.agreement_id
            and spans.version = clauses.version
            and anchored.money_action = clauses.money_action
    inner join acts
        on anchored.rule_id = acts.rule_id and clauses.act = acts.act
    group by anchored.decision_id

)

select * from final
