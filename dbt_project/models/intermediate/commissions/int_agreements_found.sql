-- One row per event × agreement version (契約条件の版) that may price it: the highest version
-- in force on the anchor date, and later versions whose terms may take over earlier deals.
with events as (

    select * from {{ ref('int_commission_events') }}

),

agreements as (

    select * from {{ ref('stg_crm__agreements') }}

),

night as (

    select * from {{ ref('stg_run__night') }}

),

in_force as (

    select
        events.funnel_event_id,
        agreements.agreement_id,
        agreements.version,
        false as is_retroactive,
        row_number() over (
            partition by events.funnel_event_id, agreements.agreement_id
            order by agreements.version desc
        ) as version_rank
    from events
    inner join agreements
        on
            events.partner_id = agreements.partner_id
            and events.anchor_on >= agreements.effective_from
            and events.anchor_on <= coalesce(agreements.effective_to, events.anchor_on)

),

later as (

    select
        events.funnel_event_id,
        agreements.agreement_id,
        agreements.version,
        true as is_retroactive
    from events
    inner join agreements
        on
            events.partner_id = agreements.partner_id
            and events.anchor_on < agreements.effective_from
    inner join night on agreements.effective_from <= night.business_day

),

final as (

    select
        funnel_event_id,
        agreement_id,
        version,
        is_retroactive
    from in_force
    where version_rank = 1
    union all
    select
        funnel_event_id,
        agreement_id,
        version,
        is_retroactive
    from later

)

select * from final
