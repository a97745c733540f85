-- One row per decision that moves money × line key: the yen at stake (対象額) as the ledger stood
-- before the decision came. A line that an earlier decision forfeited counts with what it lost, so
-- that taking back weighs what taking weighed; a penalty counts with its yen.
with aimed as (

    select * from {{ ref('int_decisions_aimed') }}
    where money_action <> 'withhold' and scope_id is not null

),

postings as (

    select * from {{ ref('stg_ledger__postings_before') }}

),

reached_deals as (

    select * from {{ ref('int_decisions_reached') }}

),

commissions as (

    select * from postings
    where component <> 'penalty'

),

reached as (

    select
        reached_deals.decision_id,
        reached_deals.known_at as decision_known_at,
        commissions.*
    from reached_deals
    inner join commissions
        on
            reached_deals.subject_kind = 'contract'
            and reached_deals.subject_id = commissions.contract_id
    union all
    select
        reached_deals.decision_id,
        reached_deals.known_at as decision_known_at,
        commissions.*
    from reached_deals
    inner join commissions
        on
            reached_deals.subject_kind = 'lead'
            and commissions.stage = 'lead'
            and 'lead:' || reached_deals.subject_id
            = regexp_replace(commissions.subject, '#[0-9]+$', '')
    union all
    select
        aimed.decision_id,
        aimed.known_at as decision_known_at,
        commissions.*
    from aimed
    inner join commissions on aimed.scope = 'partner' and aimed.scope_id = commissions.partner_id
    union all
    select
        aimed.decision_id,
        aimed.known_at as decision_known_at,
        postings.*
    from aimed
    inner join postings on aimed.flag_id = postings.subject and postings.component = 'penalty'

),

-- A line gets at most one posting a night, so known_at orders them.
final as (

    select
        decision_id,
        line_key,
        case
            when max(component) = 'penalty' then -cast(sum(amount_yen) as bigint)
            when max_by(reason_code, known_at) = 'forfeited' then -max_by(amount_yen, known_at)
            else cast(sum(amount_yen) as bigint)
        end as line_yen
    from reached
    where known_at < decision_known_at
    group by decision_id, line_key

)

select * from final
